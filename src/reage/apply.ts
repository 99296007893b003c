// Lays a predicted change onto the plate, on the plate's own numbers:
//   out = plate + matte * [ plate(q+F) - plate(q) + T'(d(q+F) e^g + r) - T'(d(q+F)) ],   d = T(plate)
// with T the display transform and T' its inverse, so that what the network cannot see (HDR, grain, detail above the
// crop's resolution) survives. Samples whose matte is 0 are not written at all.

import type { DisplayTransform, Plate } from '../core/index.ts';
import { displayTransform } from '../core/index.ts';
import type { ApplyInput } from './apply-input.ts';
import { CHANGE_CHANNELS } from './apply-input.ts';
import { displayDelta, fastExp } from './display-delta.ts';
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
  /** Plate RGB of the box in its own coding, interleaved. */
  private rgb = new Float32Array(0);
  /** Change of plate RGB in the box, interleaved, and the matte per pixel. */
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
    if (this.delta.length < count * 3) {
      this.delta = new Float32Array(count * 3);
      this.coverage = new Float32Array(count);
    }
    readRgb(plate, wide, this.rgb);
    const transform = displayTransform(plate.color);
    const meanChange = transform.isIdentity
      ? displayDelta(input, box, { rgb: this.rgb, box: wide }, this.delta, this.coverage)
      : this.throughDisplay(transform, input, box, wide);
    addRgb(plate, box, this.delta, this.coverage);
    if (matteOut) raiseMatte(matteOut, plate.width, box, this.coverage);
    return { box, meanChange };
  }

  /** Fills delta and coverage over the box: the formula as it stands above, for any display transform. */
  private throughDisplay(transform: DisplayTransform, input: ApplyInput, box: Box, wide: Box): number {
    const [x0, y0, x1, y1] = box;
    const { plateToCrop: m, cropToPlate, size, change, matte, matteSize, strength } = input;
    const perMatte = matteSize / size;
    const wideWidth = wide[2] - wide[0];
    const cell = new Float32Array(CHANGE_CHANNELS);
    const rgb = new Float32Array(6);
    let changed = 0;
    let total = 0;
    let at = 0;
    for (let y = y0; y < y1; y++) {
      for (let x = x0; x < x1; x++, at++) {
        const u = m[0] * (x + 0.5) + m[1] * (y + 0.5) + m[2];
        const v = m[3] * (x + 0.5) + m[4] * (y + 0.5) + m[5];
        const cover =
          u <= 0 || v <= 0 || u >= size || v >= size
            ? 0
            : strength * sampleGrid(matte, matteSize, u * perMatte - 0.5, v * perMatte - 0.5);
        this.coverage[at] = cover;
        if (cover === 0) continue;
        sampleChange(change, size, u - 0.5, v - 0.5, cell);
        const fx = cropToPlate[0] * cell[0] + cropToPlate[1] * cell[1];
        const fy = cropToPlate[3] * cell[0] + cropToPlate[4] * cell[1];
        sampleRgb(this.rgb, wideWidth, wide[3] - wide[1], x - wide[0] + fx, y - wide[1] + fy, rgb);
        const here = ((y - wide[1]) * wideWidth + x - wide[0]) * 3;
        rgb[3] = this.rgb[here];
        rgb[4] = this.rgb[here + 1];
        rgb[5] = this.rgb[here + 2];
        const amount = changeThrough(transform, rgb, cell, cover, this.delta, at * 3);
        if (cover > 0.5) {
          changed += amount;
          total++;
        }
      }
    }
    return total === 0 ? 0 : changed / total;
  }
}

/** The formula at one pixel, through the display transform. Returns mean |change| of display-referred RGB. */
function changeThrough(
  transform: DisplayTransform,
  rgb: Float32Array,
  cell: Float32Array,
  cover: number,
  delta: Float32Array,
  at: number,
): number {
  const moved = transform.toDisplay(rgb[0], rgb[1], rgb[2]);
  const changed = transform.fromDisplay(
    moved[0] * fastExp(cell[2]) + cell[5],
    moved[1] * fastExp(cell[3]) + cell[6],
    moved[2] * fastExp(cell[4]) + cell[7],
  );
  const back = transform.fromDisplay(moved[0], moved[1], moved[2]);
  const here = transform.toDisplay(rgb[3], rgb[4], rgb[5]);
  const now: [number, number, number] = [0, 0, 0];
  for (let k = 0; k < 3; k++) {
    const d = cover * (rgb[k] - rgb[3 + k] + changed[k] - back[k]);
    delta[at + k] = d;
    now[k] = rgb[3 + k] + d;
  }
  const after = transform.toDisplay(...now);
  return (Math.abs(after[0] - here[0]) + Math.abs(after[1] - here[1]) + Math.abs(after[2] - here[2])) / 3;
}

/** Bilinear with the edge held; x, y count from the centre of cell 0. */
function sampleGrid(grid: Float32Array, side: number, x: number, y: number): number {
  const max = side - 1;
  const px = x < 0 ? 0 : x > max ? max : x;
  const py = y < 0 ? 0 : y > max ? max : y;
  const ix = px >= max ? max - 1 : px | 0;
  const iy = py >= max ? max - 1 : py | 0;
  const fx = px - ix;
  const fy = py - iy;
  const i = iy * side + ix;
  const top = grid[i] + (grid[i + 1] - grid[i]) * fx;
  const bottom = grid[i + side] + (grid[i + side + 1] - grid[i + side]) * fx;
  return top + (bottom - top) * fy;
}

function sampleChange(change: Float32Array, side: number, x: number, y: number, out: Float32Array): void {
  const max = side - 1;
  const px = x < 0 ? 0 : x > max ? max : x;
  const py = y < 0 ? 0 : y > max ? max : y;
  const ix = px >= max ? max - 1 : px | 0;
  const iy = py >= max ? max - 1 : py | 0;
  const fx = px - ix;
  const fy = py - iy;
  const w11 = fx * fy;
  const w10 = fx - w11;
  const w01 = fy - w11;
  const w00 = 1 - fx - w01;
  let a = (iy * side + ix) * CHANGE_CHANNELS;
  let b = a + side * CHANGE_CHANNELS;
  for (let k = 0; k < CHANGE_CHANNELS; k++, a++, b++) {
    out[k] = w00 * change[a] + w10 * change[a + CHANGE_CHANNELS] + w01 * change[b] + w11 * change[b + CHANGE_CHANNELS];
  }
}

/** Bilinear sample of interleaved RGB into out[0..2]; x, y count from the centre of pixel 0, edges held. */
function sampleRgb(rgb: Float32Array, width: number, height: number, x: number, y: number, out: Float32Array): void {
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
