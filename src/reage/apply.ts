// Lays a predicted change onto the plate, on the plate's own numbers:
//   out = plate + matte * [ plate(q+F) - plate(q) + T'(d(q+F) e^g + r) - T'(d(q+F)) ],   d = T(plate)
// with T the display transform and T' its inverse, so that what the network cannot see (HDR, grain, detail above the
// crop's resolution) survives. Samples whose matte is 0 are not written at all.

import type { DisplayTransform, Plate } from '../core/index.ts';
import { displayTransform } from '../core/index.ts';
import type { ApplyInput } from './apply-input.ts';
import { CHANGE_CHANNELS } from './apply-input.ts';
import { ChangeRows, ROW_FIELDS } from './change-rows.ts';
import type { ChangeSums, RowPlace, Surroundings } from './display-delta.ts';
import { displayRow } from './display-delta.ts';
import type { Box } from './plate-rgb.ts';
import { addRgb, readRgb } from './plate-rgb.ts';

export interface ApplyResult {
  /** Plate rectangle that was looked at, half-open [x0, x1) x [y0, y1). */
  readonly box: readonly [number, number, number, number];
  /** Mean |change| of display-referred RGB where the matte is above one half; 0 when nothing is. */
  readonly meanChange: number;
}

/** Owns the scratch of applying. Works in place on a plate that the caller owns. Not re-entrant. */
export class ChangeApplier {
  private readonly rows = new ChangeRows();
  /** Plate RGB of the box and what the flow reaches, in its own coding, interleaved. */
  private rgb = new Float32Array(0);
  /** Change of plate RGB in the box, interleaved, 0 where the coverage is; and the coverage per pixel. */
  private delta = new Float32Array(0);
  private coverage = new Float32Array(0);

  /**
   * @param matteOut - [height, width] of the plate; each sample is raised to this face's matte. Optional.
   */
  apply(plate: Plate, input: ApplyInput, matteOut?: Float32Array): ApplyResult {
    const box = coveredBox(plate, input);
    const [x0, y0, x1, y1] = box;
    const count = Math.max(0, x1 - x0) * Math.max(0, y1 - y0);
    if (count === 0) return { box, meanChange: 0 };
    const margin = flowMargin(input);
    const wide: Box = [
      Math.max(0, x0 - margin),
      Math.max(0, y0 - margin),
      Math.min(plate.width, x1 + margin),
      Math.min(plate.height, y1 + margin),
    ];
    const wideCount = (wide[2] - wide[0]) * (wide[3] - wide[1]);
    if (this.rgb.length < wideCount * 3) this.rgb = new Float32Array(wideCount * 3);
    if (this.coverage.length < count) {
      this.delta = new Float32Array(count * 3);
      this.coverage = new Float32Array(count);
    }
    readRgb(plate, wide, this.rgb);
    const meanChange = this.fill(displayTransform(plate.color), input, box, wide);
    addRgb(plate, box, this.delta, this.coverage);
    if (matteOut) raiseMatte(matteOut, plate.width, box, this.coverage);
    return { box, meanChange };
  }

  /** Fills delta and coverage over the box. Returns the mean change. */
  private fill(transform: DisplayTransform, input: ApplyInput, box: Box, wide: Box): number {
    const { rows, rgb, delta, coverage } = this;
    const width = box[2] - box[0];
    const surroundings = { rgb, width: wide[2] - wide[0], height: wide[3] - wide[1] };
    const sums = { changed: 0, total: 0 };
    const place = { surroundings, x: box[0] - wide[0], y: box[1] - wide[1], width, at: 0 };
    rows.begin(input, box);
    for (let y = box[1]; y < box[3]; y++, place.y++, place.at += width) {
      const fields = rows.row(y);
      for (let i = 0, at = place.at; i < width; i++, at++) coverage[at] = fields[i * ROW_FIELDS];
      if (transform.isIdentity) displayRow(fields, place, delta, sums);
      else transformedRow(transform, fields, place, delta, sums);
    }
    return sums.total === 0 ? 0 : sums.changed / sums.total;
  }
}

/** The formula over a row, for any display transform. */
function transformedRow(
  transform: DisplayTransform,
  fields: Float32Array,
  { surroundings, x, y, width, at }: RowPlace,
  delta: Float32Array,
  sums: ChangeSums,
): void {
  const rgb = new Float32Array(6);
  for (let i = 0, f = 0; i < width; i++, f += ROW_FIELDS) {
    if (fields[f] === 0) {
      delta.fill(0, (at + i) * 3, (at + i) * 3 + 3);
      continue;
    }
    sampleRgb(surroundings, x + i + fields[f + 1], y + fields[f + 2], rgb);
    const here = (y * surroundings.width + x + i) * 3;
    for (let k = 0; k < 3; k++) rgb[3 + k] = surroundings.rgb[here + k];
    const amount = changeThrough(transform, rgb, fields, f, delta, (at + i) * 3);
    if (fields[f] <= 0.5) continue;
    sums.changed += amount;
    sums.total++;
  }
}

/** The formula at one pixel, through the display transform. Returns mean |change| of display-referred RGB. */
function changeThrough(
  transform: DisplayTransform,
  rgb: Float32Array,
  fields: Float32Array,
  f: number,
  delta: Float32Array,
  at: number,
): number {
  const moved = transform.toDisplay(rgb[0], rgb[1], rgb[2]);
  const changed = transform.fromDisplay(
    moved[0] * fields[f + 3] + fields[f + 6],
    moved[1] * fields[f + 4] + fields[f + 7],
    moved[2] * fields[f + 5] + fields[f + 8],
  );
  const back = transform.fromDisplay(moved[0], moved[1], moved[2]);
  const here = transform.toDisplay(rgb[3], rgb[4], rgb[5]);
  const now: [number, number, number] = [0, 0, 0];
  for (let k = 0; k < 3; k++) {
    const d = fields[f] * (rgb[k] - rgb[3 + k] + changed[k] - back[k]);
    delta[at + k] = d;
    now[k] = rgb[3 + k] + d;
  }
  const after = transform.toDisplay(...now);
  return (Math.abs(after[0] - here[0]) + Math.abs(after[1] - here[1]) + Math.abs(after[2] - here[2])) / 3;
}

/** Bilinear sample of interleaved RGB into out[0..2]; x, y count from the centre of pixel 0, edges held. */
function sampleRgb({ rgb, width, height }: Surroundings, x: number, y: number, out: Float32Array): void {
  const px = x < 0 ? 0 : x > width - 1 ? width - 1 : x;
  const py = y < 0 ? 0 : y > height - 1 ? height - 1 : y;
  const ix = px | 0;
  const iy = py | 0;
  const fx = px - ix;
  const fy = py - iy;
  const a = (iy * width + ix) * 3;
  const right = ix < width - 1 ? 3 : 0;
  const down = iy < height - 1 ? width * 3 : 0;
  for (let k = 0; k < 3; k++) {
    const top = rgb[a + k] + (rgb[a + right + k] - rgb[a + k]) * fx;
    const bottom = rgb[a + down + k] + (rgb[a + down + right + k] - rgb[a + down + k]) * fx;
    out[k] = top + (bottom - top) * fy;
  }
}

function clamp(value: number, max: number): number {
  return Math.max(0, Math.min(max, value));
}

/** Whole chroma samples start at even pixels. */
function even(value: number): number {
  return value & ~1;
}

/** Plate rectangle around the cells whose matte is not 0, widened to whole chroma samples. */
function coveredBox(plate: Plate, { cropToPlate: m, size, matte, matteSize, strength }: ApplyInput): Box {
  let left = matteSize;
  let top = matteSize;
  let right = -1;
  let bottom = -1;
  for (let y = 0, i = 0; y < matteSize; y++) {
    for (let x = 0; x < matteSize; x++, i++) {
      if (matte[i] <= 0) continue;
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      if (y > bottom) bottom = y;
    }
  }
  if (right < 0 || strength <= 0) return [0, 0, 0, 0];
  const k = size / matteSize;
  const us = [(left - 1) * k, (right + 2) * k];
  const vs = [(top - 1) * k, (bottom + 2) * k];
  const xs = us.flatMap((u) => vs.map((v) => m[0] * u + m[1] * v + m[2]));
  const ys = us.flatMap((u) => vs.map((v) => m[3] * u + m[4] * v + m[5]));
  return [
    clamp(even(Math.floor(Math.min(...xs))), plate.width),
    clamp(even(Math.floor(Math.min(...ys))), plate.height),
    clamp(even(Math.ceil(Math.max(...xs)) + 1), plate.width),
    clamp(even(Math.ceil(Math.max(...ys)) + 1), plate.height),
  ];
}

/** Plate pixels that the flow may reach beyond the box. */
function flowMargin({ change, cropToPlate }: ApplyInput): number {
  let largest = 0;
  for (let i = 0; i < change.length; i += CHANGE_CHANNELS) {
    const x = change[i];
    const y = change[i + 1];
    const square = x * x + y * y;
    if (square > largest) largest = square;
  }
  return Math.ceil(Math.sqrt(largest) * Math.hypot(cropToPlate[0], cropToPlate[3])) + 2;
}

function raiseMatte(matteOut: Float32Array, width: number, [x0, y0, x1, y1]: Box, coverage: Float32Array): void {
  for (let y = y0, at = 0; y < y1; y++) {
    for (let x = x0; x < x1; x++, at++) {
      if (coverage[at] > matteOut[y * width + x]) matteOut[y * width + x] = coverage[at];
    }
  }
}
