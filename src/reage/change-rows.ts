// The change of a face, row by row at the plate's pixels: coverage, where to read from, factor and residual. Where the
// plate is several times finer than the crop the fields are sampled on a lattice of every second, third ... pixel, still
// finer than the crop's own pixels, and drawn straight between: sampling nine fields is most of what applying costs.

import { affineScale } from '../core/index.ts';
import type { ApplyInput } from './apply-input.ts';
import { CHANGE_CHANNELS } from './apply-input.ts';
import type { Box } from './plate-rgb.ts';

/** Numbers per pixel: coverage, way x, y (plate pixels), factor r, g, b (e^gain), residual r, g, b. */
export const ROW_FIELDS = 9;

/** Lattice points per crop pixel, at least; below that the network's finest lines would be softened. */
const POINTS_PER_CROP_PIXEL = 1.5;
const LARGEST_STEP = 6;

/** Owns the rows' scratch. Not re-entrant. */
export class ChangeRows {
  private fields = new Float32Array(0);
  private upper = new Float32Array(0);
  private lower = new Float32Array(0);
  /** Which row of the lattice `upper` holds; -2: none. */
  private upperRow = -2;
  private input: ApplyInput | null = null;
  private box: Box = [0, 0, 0, 0];
  private step = 1;

  /** Starts on a face; rows are to be asked for from the top of the box down. */
  begin(input: ApplyInput, box: Box): void {
    const width = box[2] - box[0];
    this.input = input;
    this.box = box;
    this.step = latticeStep(input);
    this.upperRow = -2;
    if (this.fields.length >= width * ROW_FIELDS) return;
    this.fields = new Float32Array(width * ROW_FIELDS);
    this.upper = new Float32Array((width + 2) * ROW_FIELDS);
    this.lower = new Float32Array((width + 2) * ROW_FIELDS);
  }

  /** @returns [width of the box, ROW_FIELDS], valid until the next call; where the coverage is 0 the rest says nothing. */
  row(y: number): Float32Array {
    const { input, step, fields } = this;
    if (!input) throw new RangeError('begin() comes before row()');
    const [x0, y0, x1] = this.box;
    if (step === 1) {
      sampleFields(input, x0, y, 1, x1 - x0, false, fields);
      return fields;
    }
    const points = Math.ceil((x1 - x0) / step) + 1;
    const latticeRow = Math.floor((y - y0) / step);
    if (latticeRow !== this.upperRow) {
      [this.upper, this.lower] = [this.lower, this.upper];
      if (latticeRow !== this.upperRow + 1)
        sampleFields(input, x0, y0 + latticeRow * step, step, points, true, this.upper);
      sampleFields(input, x0, y0 + (latticeRow + 1) * step, step, points, true, this.lower);
      this.upperRow = latticeRow;
    }
    const share = (y - y0) / step - latticeRow;
    drawBetween(this.upper, this.lower, share, step, x1 - x0, fields);
    return fields;
  }
}

function latticeStep({ cropToPlate }: ApplyInput): number {
  return Math.max(1, Math.min(LARGEST_STEP, Math.floor(affineScale(cropToPlate) / POINTS_PER_CROP_PIXEL)));
}

/**
 * The fields at `count` pixels of row y, `step` apart, from x0 on: bilinear in matte and change, edges held.
 *
 * @param everywhere - Also where the coverage is 0, for the sake of neighbours.
 */
function sampleFields(
  input: ApplyInput,
  x0: number,
  y: number,
  step: number,
  count: number,
  everywhere: boolean,
  out: Float32Array,
): void {
  const { plateToCrop: m, cropToPlate: p, size, change, matte, matteSize, strength } = input;
  const perMatte = matteSize / size;
  const lastMatte = matteSize - 1;
  const last = size - 1;
  const rowOfChange = size * CHANGE_CHANNELS;
  for (let i = 0, to = 0; i < count; i++, to += ROW_FIELDS) {
    const x = x0 + i * step + 0.5;
    const u = m[0] * x + m[1] * (y + 0.5) + m[2];
    const v = m[3] * x + m[4] * (y + 0.5) + m[5];
    let cover = 0;
    if (u > 0 && v > 0 && u < size && v < size) {
      let mx = u * perMatte - 0.5;
      let my = v * perMatte - 0.5;
      mx = mx < 0 ? 0 : mx > lastMatte ? lastMatte : mx;
      my = my < 0 ? 0 : my > lastMatte ? lastMatte : my;
      const jx = mx >= lastMatte ? lastMatte - 1 : mx | 0;
      const jy = my >= lastMatte ? lastMatte - 1 : my | 0;
      const a = jy * matteSize + jx;
      const top = matte[a] + (matte[a + 1] - matte[a]) * (mx - jx);
      const bottom = matte[a + matteSize] + (matte[a + matteSize + 1] - matte[a + matteSize]) * (mx - jx);
      cover = strength * (top + (bottom - top) * (my - jy));
    }
    out[to] = cover;
    if (cover === 0 && !everywhere) continue;
    let cx = u - 0.5;
    let cy = v - 0.5;
    cx = cx < 0 ? 0 : cx > last ? last : cx;
    cy = cy < 0 ? 0 : cy > last ? last : cy;
    const ix = cx >= last ? last - 1 : cx | 0;
    const iy = cy >= last ? last - 1 : cy | 0;
    const fx = cx - ix;
    const fy = cy - iy;
    const w11 = fx * fy;
    const w10 = fx - w11;
    const w01 = fy - w11;
    const w00 = 1 - fx - w01;
    const a = iy * rowOfChange + ix * CHANGE_CHANNELS;
    const b = a + CHANGE_CHANNELS;
    const c = a + rowOfChange;
    const d = c + CHANGE_CHANNELS;
    // unrolled: a loop over the channels takes twice as long
    const flowX = w00 * change[a] + w10 * change[b] + w01 * change[c] + w11 * change[d];
    const flowY = w00 * change[a + 1] + w10 * change[b + 1] + w01 * change[c + 1] + w11 * change[d + 1];
    out[to + 1] = p[0] * flowX + p[1] * flowY;
    out[to + 2] = p[3] * flowX + p[4] * flowY;
    out[to + 3] = fastExp(w00 * change[a + 2] + w10 * change[b + 2] + w01 * change[c + 2] + w11 * change[d + 2]);
    out[to + 4] = fastExp(w00 * change[a + 3] + w10 * change[b + 3] + w01 * change[c + 3] + w11 * change[d + 3]);
    out[to + 5] = fastExp(w00 * change[a + 4] + w10 * change[b + 4] + w01 * change[c + 4] + w11 * change[d + 4]);
    out[to + 6] = w00 * change[a + 5] + w10 * change[b + 5] + w01 * change[c + 5] + w11 * change[d + 5];
    out[to + 7] = w00 * change[a + 6] + w10 * change[b + 6] + w01 * change[c + 6] + w11 * change[d + 6];
    out[to + 8] = w00 * change[a + 7] + w10 * change[b + 7] + w01 * change[c + 7] + w11 * change[d + 7];
  }
}

/** Blends two lattice rows and draws the pixels between their points. */
function drawBetween(
  upper: Float32Array,
  lower: Float32Array,
  share: number,
  step: number,
  width: number,
  out: Float32Array,
): void {
  const per = 1 / step;
  for (let x = 0, a = 0; x < width; x += step, a += ROW_FIELDS) {
    const b = a + ROW_FIELDS;
    let to = x * ROW_FIELDS;
    const end = Math.min(x + step, width) * ROW_FIELDS;
    if (upper[a] === 0 && upper[b] === 0 && lower[a] === 0 && lower[b] === 0) {
      for (; to < end; to += ROW_FIELDS) out[to] = 0;
      continue;
    }
    // unrolled, as in sampleFields
    let v0 = upper[a] + (lower[a] - upper[a]) * share;
    let v1 = upper[a + 1] + (lower[a + 1] - upper[a + 1]) * share;
    let v2 = upper[a + 2] + (lower[a + 2] - upper[a + 2]) * share;
    let v3 = upper[a + 3] + (lower[a + 3] - upper[a + 3]) * share;
    let v4 = upper[a + 4] + (lower[a + 4] - upper[a + 4]) * share;
    let v5 = upper[a + 5] + (lower[a + 5] - upper[a + 5]) * share;
    let v6 = upper[a + 6] + (lower[a + 6] - upper[a + 6]) * share;
    let v7 = upper[a + 7] + (lower[a + 7] - upper[a + 7]) * share;
    let v8 = upper[a + 8] + (lower[a + 8] - upper[a + 8]) * share;
    const s0 = (upper[b] + (lower[b] - upper[b]) * share - v0) * per;
    const s1 = (upper[b + 1] + (lower[b + 1] - upper[b + 1]) * share - v1) * per;
    const s2 = (upper[b + 2] + (lower[b + 2] - upper[b + 2]) * share - v2) * per;
    const s3 = (upper[b + 3] + (lower[b + 3] - upper[b + 3]) * share - v3) * per;
    const s4 = (upper[b + 4] + (lower[b + 4] - upper[b + 4]) * share - v4) * per;
    const s5 = (upper[b + 5] + (lower[b + 5] - upper[b + 5]) * share - v5) * per;
    const s6 = (upper[b + 6] + (lower[b + 6] - upper[b + 6]) * share - v6) * per;
    const s7 = (upper[b + 7] + (lower[b + 7] - upper[b + 7]) * share - v7) * per;
    const s8 = (upper[b + 8] + (lower[b + 8] - upper[b + 8]) * share - v8) * per;
    for (; to < end; to += ROW_FIELDS) {
      out[to] = v0 < 0 ? 0 : v0;
      out[to + 1] = v1;
      out[to + 2] = v2;
      out[to + 3] = v3;
      out[to + 4] = v4;
      out[to + 5] = v5;
      out[to + 6] = v6;
      out[to + 7] = v7;
      out[to + 8] = v8;
      v0 += s0;
      v1 += s1;
      v2 += s2;
      v3 += s3;
      v4 += s4;
      v5 += s5;
      v6 += s6;
      v7 += s7;
      v8 += s8;
    }
  }
}

/** e^x for |x| up to 3 to 1e-5 relative: Taylor on x / 16, squared four times; several times the speed of Math.exp. */
function fastExp(x: number): number {
  const t = x * 0.0625;
  let e = 1 + t * (1 + t * (0.5 + t * (1 / 6 + t * (1 / 24))));
  e *= e;
  e *= e;
  e *= e;
  return e * e;
}
