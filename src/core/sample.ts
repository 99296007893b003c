// Reads a square crop out of a plate as RGB floats: box reduction by a whole factor (so that a face larger than the
// crop does not alias, which is most of what makes landmarks tremble), then bilinear taps, then colour. Planes are filtered
// in their own coding and converted afterwards: filtering is linear, so only the crop's pixels pay for the conversion.

import type { Affine } from './affine.ts';
import { affineScale, composeAffine } from './affine.ts';
import type { Matrix3 } from './color.ts';
import { displayTransform, planeCodings, yuvToRgb } from './color.ts';
import type { Plane, Plate, SampleArray } from './frame.ts';
import { chromaShift } from './frame.ts';

export interface CropOptions {
  /** nhwc: r, g, b packed per pixel; nchw: three planes. */
  readonly layout: 'nhwc' | 'nchw';
  /** Display-referred 0 becomes `low`, 1 becomes `high`; linear between, clamped to that range unless `unclamped`. */
  readonly low: number;
  readonly high: number;
  /** Outside the plate: black (`low`), or the nearest pixel of its edge. */
  readonly border: 'black' | 'edge';
  readonly unclamped?: boolean;
  /** For what looks for areas, not for detail: reads about every second row and one tap per pixel, for half the time. */
  readonly coarse?: boolean;
}

/** Largest whole factor of the box reduction; a 4K plate on a 192 px detector needs 20. */
const MAX_REDUCTION = 32;

interface Reduced {
  data: Float32Array;
  width: number;
  height: number;
  /** Plane coordinates -> coordinates of `data`: subtract the origin, divide by the factor. */
  originX: number;
  originY: number;
  factor: number;
}

/** Owns the scratch memory of cropping, so that nothing is allocated per frame. Not re-entrant. */
export class PlateCropper {
  private readonly scratch: Reduced[] = [0, 1, 2].map(() => ({
    data: new Float32Array(0),
    width: 0,
    height: 0,
    originX: 0,
    originY: 0,
    factor: 1,
  }));
  private channels: Float32Array[] = [];

  /**
   * Fills `out` (size * size * 3) with the crop of `plate` under `cropToPlate` (crop pixels -> plate pixels).
   *
   * @returns `out`
   */
  crop(plate: Plate, cropToPlate: Affine, size: number, out: Float32Array, options: CropOptions): Float32Array {
    if (out.length < size * size * 3)
      throw new RangeError(`a crop of ${size} needs ${size * size * 3} numbers, got ${out.length}`);
    const count = size * size;
    if ((this.channels[0]?.length ?? 0) < count) this.channels = [0, 1, 2].map(() => new Float32Array(count));
    const [shiftX, shiftY] = chromaShift(plate.layout);
    plate.planes.forEach((plane, k) => {
      const toPlane = k === 0 ? cropToPlate : composeAffine(chromaFromLuma(shiftX, shiftY), cropToPlate);
      reducePlane(plane, toPlane, size, options.coarse ?? false, this.scratch[k]);
      const scale = affineScale(toPlane) / this.scratch[k].factor;
      sampleReduced(this.scratch[k], toPlane, size, scale >= SKIPS_FROM && !options.coarse, this.channels[k]);
    });
    this.write(plate, count, out, options);
    if (options.border === 'black') blackOutside(plate, cropToPlate, size, out, options);
    return out;
  }

  /** From the three sampled planes to display-referred RGB in the caller's layout and range. */
  private write(plate: Plate, count: number, out: Float32Array, { layout, low, high, unclamped }: CropOptions): void {
    const [a, b, c] = this.channels;
    const [ca, cb, cc] = planeCodings(plate);
    const m = plate.layout === 'rgb' ? RGB_AS_IT_IS : yuvToRgb(plate.color.matrix);
    const display = displayTransform(plate.color);
    const [least, most] = unclamped ? [-Infinity, Infinity] : [0, 1];
    const range = high - low;
    const [step, next] = layout === 'nhwc' ? [3, 1] : [1, count];
    for (let i = 0, to = 0; i < count; i++, to += step) {
      const x = a[i] * ca.scale + ca.offset;
      const y = b[i] * cb.scale + cb.offset;
      const z = c[i] * cc.scale + cc.offset;
      let red = m[0] * x + m[1] * y + m[2] * z;
      let green = m[3] * x + m[4] * y + m[5] * z;
      let blue = m[6] * x + m[7] * y + m[8] * z;
      if (!display.isIdentity) [red, green, blue] = display.toDisplay(red, green, blue);
      out[to] = (red < least ? least : red > most ? most : red) * range + low;
      out[to + next] = (green < least ? least : green > most ? most : green) * range + low;
      out[to + 2 * next] = (blue < least ? least : blue > most ? most : blue) * range + low;
    }
  }
}

const RGB_AS_IT_IS: Matrix3 = [1, 0, 0, 0, 1, 0, 0, 0, 1];

/** Luma -> chroma coordinates: sited left horizontally and centred vertically (H.264, HEVC, ProRes default). */
function chromaFromLuma(shiftX: number, shiftY: number): Affine {
  return [shiftX ? 0.5 : 1, 0, shiftX ? 0.25 : 0, 0, shiftY ? 0.5 : 1, 0];
}

function cornerBounds(m: Affine, size: number): [number, number, number, number] {
  const xs = [m[2], m[2] + m[0] * size, m[2] + m[1] * size, m[2] + (m[0] + m[1]) * size];
  const ys = [m[5], m[5] + m[3] * size, m[5] + m[4] * size, m[5] + (m[3] + m[4]) * size];
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

function clampTo(v: number, max: number): number {
  return Math.max(0, Math.min(max, v));
}

/** Averages factor x factor blocks of the plane under the crop. The block grid is fixed to the plate, not to the crop,
 * so that a still picture under a moving crop is always reduced alike. */
function reducePlane(plane: Plane, toPlane: Affine, size: number, coarse: boolean, out: Reduced): void {
  const factor = Math.max(1, Math.min(MAX_REDUCTION, Math.floor(affineScale(toPlane) + 0.1)));
  const [x0, y0, x1, y1] = cornerBounds(toPlane, size);
  const blocksX = Math.ceil(plane.width / factor);
  const blocksY = Math.ceil(plane.height / factor);
  const left = clampTo(Math.floor(x0 / factor) - 1, blocksX - 1);
  const top = clampTo(Math.floor(y0 / factor) - 1, blocksY - 1);
  out.factor = factor;
  out.width = clampTo(Math.ceil(x1 / factor) + 1, blocksX) - left;
  out.height = clampTo(Math.ceil(y1 / factor) + 1, blocksY) - top;
  if (out.width < 1) out.width = 1;
  if (out.height < 1) out.height = 1;
  out.originX = left * factor;
  out.originY = top * factor;
  if (out.data.length < out.width * out.height) out.data = new Float32Array(out.width * out.height);
  averageBlocks(plane, coarse ? (factor + 1) >> 1 : 1, out);
}

/** Rows outermost, so that the plane is read in the order in which it lies in memory; `rowStep` 2 skips every second. */
function averageBlocks(plane: Plane, rowStep: number, out: Reduced): void {
  const { samples, stride, step, width: planeWidth, height: planeHeight } = plane;
  const { data, width, height, factor, originX, originY } = out;
  if (factor === 1 && step === 1) {
    for (let y = 0; y < height; y++) {
      const from = (originY + y) * stride + originX;
      data.set(samples.subarray(from, from + width), y * width);
    }
    return;
  }
  const whole = Math.min(width, Math.floor((planeWidth - originX) / factor));
  data.fill(0, 0, width * height);
  for (let by = 0, row = 0; by < height; by++, row += width) {
    const yTo = Math.min(originY + (by + 1) * factor, planeHeight);
    const yTop = originY + by * factor;
    const rows = Math.ceil((yTo - yTop) / rowStep);
    // where rows are skipped, those that are read lie around the block's middle
    const yFrom = yTop + ((yTo - yTop - 1 - (rows - 1) * rowStep) >> 1);
    for (let y = yFrom; y < yTo; y += rowStep) {
      const start = y * stride + originX * step;
      addBlocks(samples, start, step, factor, data, row, row + whole);
      // the last block of the plane may be narrower
      if (whole === width) continue;
      let at = start + whole * factor * step;
      for (let x = originX + whole * factor; x < planeWidth; x++, at += step) data[row + whole] += samples[at];
    }
    const full = 1 / (rows * factor);
    for (let bx = 0; bx < whole; bx++) data[row + bx] *= full;
    if (whole < width) data[row + whole] /= rows * (planeWidth - originX - whole * factor);
  }
}

/** Adds one row of samples, `factor` to a block, to `sums[from..to)`. Unrolled: most of a large photo's crop goes by here. */
function addBlocks(
  samples: SampleArray,
  start: number,
  step: number,
  factor: number,
  sums: Float32Array,
  from: number,
  to: number,
): void {
  const [two, three, four] = [2 * step, 3 * step, 4 * step];
  let at = start;
  if (factor === 2) {
    for (let i = from; i < to; i++, at += two) sums[i] += samples[at] + samples[at + step];
    return;
  }
  if (factor === 3) {
    for (let i = from; i < to; i++, at += three) sums[i] += samples[at] + samples[at + step] + samples[at + two];
    return;
  }
  if (factor === 4) {
    for (let i = from; i < to; i++, at += four)
      sums[i] += samples[at] + samples[at + step] + samples[at + two] + samples[at + three];
    return;
  }
  const fours = factor >> 2;
  const ones = factor & 3;
  for (let i = from; i < to; i++) {
    let sum = 0;
    for (let k = 0; k < fours; k++, at += four)
      sum += samples[at] + samples[at + step] + samples[at + two] + samples[at + three];
    for (let k = 0; k < ones; k++, at += step) sum += samples[at];
    sums[i] += sum;
  }
}

/** Reduced pixels per crop pixel from which one bilinear tap would skip some: then four are averaged. */
const SKIPS_FROM = 1.25;

/** Bilinear; where the reduction `skips` pixels, the mean of 2 x 2 taps, which is the crop pixel's area. */
function sampleReduced(from: Reduced, toPlane: Affine, size: number, skips: boolean, out: Float32Array): void {
  const { width, height, factor, originX, originY } = from;
  const inv = 1 / factor;
  // reduced pixels per crop pixel, across and down
  const [dx, dy, ex, ey] = [toPlane[0] * inv, toPlane[3] * inv, toPlane[1] * inv, toPlane[4] * inv];
  const reach = skips ? 0.25 * (Math.abs(dx) + Math.abs(dy) + Math.abs(ex) + Math.abs(ey)) : 0;
  for (let row = 0; row < size; row++) {
    const x = (toPlane[2] - originX) * inv + 0.5 * dx + (row + 0.5) * ex - 0.5;
    const y = (toPlane[5] - originY) * inv + 0.5 * dy + (row + 0.5) * ey - 0.5;
    const inside =
      staysWithin(x, dx * (size - 1), reach, width - 1) && staysWithin(y, dy * (size - 1), reach, height - 1);
    const at = row * size;
    if (inside && skips) sampleFour(from, x, y, dx, dy, ex, ey, out, at, size);
    else if (inside) sampleOne(from, x, y, dx, dy, out, at, size);
    else sampleAtBorder(from, x, y, dx, dy, skips ? [ex, ey] : null, out, at, size);
  }
}

/** Whether all from `start` to `start + way`, give or take `reach`, is from 0 to below `end`, by more than rounding. */
function staysWithin(start: number, way: number, reach: number, end: number): boolean {
  return Math.min(start, start + way) - reach > 1e-6 && Math.max(start, start + way) + reach < end - 1e-6;
}

/** A row of `count` crop pixels that lies inside the picture, one tap each. */
function sampleOne(
  { data, width }: Reduced,
  startX: number,
  startY: number,
  dx: number,
  dy: number,
  out: Float32Array,
  start: number,
  count: number,
): void {
  let x = startX;
  let y = startY;
  for (let at = start; at < start + count; at++, x += dx, y += dy) out[at] = tapInside(data, width, x, y);
}

/** The same with four taps, a quarter of a crop pixel from its middle. */
function sampleFour(
  { data, width }: Reduced,
  startX: number,
  startY: number,
  dx: number,
  dy: number,
  ex: number,
  ey: number,
  out: Float32Array,
  start: number,
  count: number,
): void {
  const [upX, upY] = [0.25 * (dx + ex), 0.25 * (dy + ey)];
  const [downX, downY] = [0.25 * (dx - ex), 0.25 * (dy - ey)];
  let x = startX;
  let y = startY;
  for (let at = start; at < start + count; at++, x += dx, y += dy)
    out[at] =
      0.25 *
      (tapInside(data, width, x - upX, y - upY) +
        tapInside(data, width, x + downX, y + downY) +
        tapInside(data, width, x - downX, y - downY) +
        tapInside(data, width, x + upX, y + upY));
}

function tapInside(data: Float32Array, width: number, x: number, y: number): number {
  const ix = x | 0;
  const iy = y | 0;
  const fx = x - ix;
  const i = iy * width + ix;
  const j = i + width;
  const top = data[i] + (data[i + 1] - data[i]) * fx;
  const bottom = data[j] + (data[j + 1] - data[j]) * fx;
  return top + (bottom - top) * (y - iy);
}

/** A row that leaves the picture, whose border goes on there. `down`: the step down a row where four taps are wanted. */
function sampleAtBorder(
  { data, width, height }: Reduced,
  startX: number,
  startY: number,
  dx: number,
  dy: number,
  down: readonly [number, number] | null,
  out: Float32Array,
  start: number,
  count: number,
): void {
  const [ex, ey] = down ?? [0, 0];
  const [upX, upY] = [0.25 * (dx + ex), 0.25 * (dy + ey)];
  const [downX, downY] = [0.25 * (dx - ex), 0.25 * (dy - ey)];
  let x = startX;
  let y = startY;
  for (let at = start; at < start + count; at++, x += dx, y += dy)
    out[at] =
      down === null
        ? tapHeld(data, width, height, x, y)
        : 0.25 *
          (tapHeld(data, width, height, x - upX, y - upY) +
            tapHeld(data, width, height, x + downX, y + downY) +
            tapHeld(data, width, height, x - downX, y - downY) +
            tapHeld(data, width, height, x + upX, y + upY));
}

function tapHeld(data: Float32Array, width: number, height: number, x: number, y: number): number {
  const px = x < 0 ? 0 : x > width - 1 ? width - 1 : x;
  const py = y < 0 ? 0 : y > height - 1 ? height - 1 : y;
  const ix = px | 0;
  const iy = py | 0;
  const fx = px - ix;
  const i = iy * width + ix;
  const right = ix < width - 1 ? 1 : 0;
  const j = iy < height - 1 ? i + width : i;
  const top = data[i] + (data[i + right] - data[i]) * fx;
  const bottom = data[j] + (data[j + right] - data[j]) * fx;
  return top + (bottom - top) * (py - iy);
}

function blackOutside(plate: Plate, m: Affine, size: number, out: Float32Array, { layout, low }: CropOptions): void {
  const [x0, y0, x1, y1] = cornerBounds(m, size);
  if (x0 >= 0 && y0 >= 0 && x1 <= plate.width && y1 <= plate.height) return;
  const count = size * size;
  for (let row = 0; row < size; row++) {
    for (let col = 0; col < size; col++) {
      const x = m[0] * (col + 0.5) + m[1] * (row + 0.5) + m[2];
      const y = m[3] * (col + 0.5) + m[4] * (row + 0.5) + m[5];
      if (x >= 0 && y >= 0 && x < plate.width && y < plate.height) continue;
      const i = row * size + col;
      for (let k = 0; k < 3; k++) out[layout === 'nhwc' ? i * 3 + k : k * count + i] = low;
    }
  }
}
