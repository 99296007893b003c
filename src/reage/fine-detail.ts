// Detail of the plate that is finer than the crop, and that a network therefore cannot see: pores and fine lines, when a face
// fills the picture. It is kept as far as the network kept the finest that it saw, and softened where it softened that.
//
// out = m e^g + r over the plate's own numbers, m the moved plate. With l the crop, moved alike,
//   gain g + ln h and residual r + (1 - h) l e^g   give   (l + h (m - l)) e^g + r:
// what the crop shows stays as predicted, and only what is finer is scaled by h.

import type { Change } from './needs.ts';

/** Half the side of the square over which fine structure is compared, crop pixels. */
const REACH = 6;
/** Of smooth skin and noise nothing can be told: so much mean difference, display-referred, counts on both sides. */
const FLOOR = 0.003;
/** Fine detail is softened or sharpened by no more than this. */
const LEAST = 0.25;
const MOST = 1.25;

/** Less is not seen. */
const UNSEEN = 0.02;

const LUMA = [0.299, 0.587, 0.114] as const;

/** x0, y0, x1, y1. */
export type CropBox = readonly [number, number, number, number];

/** From so many plate pixels a crop pixel on, the plate shows what the crop does not. */
export const FINER_FROM = 1.1;

/** Owns its buffers; not re-entrant. */
export class FineDetail {
  readonly size: number;
  private readonly gain: Float32Array;
  private readonly residual: Float32Array;
  /** Planes [size, size]: brightness of the crop; of the moved and lit crop; of what is made of it. */
  private readonly luma: Float32Array;
  private readonly before: Float32Array;
  private readonly after: Float32Array;
  private readonly scratch: Float32Array;

  /** @param size - Side of the crop. */
  constructor(size: number) {
    const plane = size * size;
    this.size = size;
    [this.gain, this.residual] = [new Float32Array(3 * plane), new Float32Array(3 * plane)];
    [this.luma, this.before, this.after, this.scratch] = Array.from({ length: 4 }, () => new Float32Array(plane));
  }

  /**
   * @param crop - [3, size, size].
   * @param box - Where it matters, crop pixels, half-open [x0, x1) x [y0, y1); beyond it the change stays as it is.
   * @returns Valid until the next call.
   */
  scale({ flow, gain, residual }: Change, crop: Float32Array, box: CropBox): Change {
    const { size, before, after } = this;
    const plane = size * size;
    this.gain.set(gain);
    this.residual.set(residual);
    for (let i = 0; i < plane; i++)
      this.luma[i] = LUMA[0] * crop[i] + LUMA[1] * crop[i + plane] + LUMA[2] * crop[i + 2 * plane];
    for (let y = box[1]; y < box[3]; y++) {
      for (let x = box[0], i = y * size + x; x < box[2]; x++, i++) {
        const mean = LUMA[0] * gain[i] + LUMA[1] * gain[i + plane] + LUMA[2] * gain[i + 2 * plane];
        before[i] = moved(this.luma, 0, size, x + flow[i], y + flow[i + plane]) * Math.exp(mean);
        after[i] =
          before[i] + LUMA[0] * residual[i] + LUMA[1] * residual[i + plane] + LUMA[2] * residual[i + 2 * plane];
      }
    }
    fineStructure(before, size, box, this.scratch);
    fineStructure(after, size, box, this.scratch);
    for (let y = box[1]; y < box[3]; y++) {
      for (let x = box[0], i = y * size + x; x < box[2]; x++, i++) {
        const kept = Math.max(LEAST, Math.min(MOST, (after[i] + FLOOR) / (before[i] + FLOOR)));
        if (Math.abs(kept - 1) < UNSEEN) continue;
        const change = Math.log(kept);
        const [u, v] = [x + flow[i], y + flow[i + plane]];
        for (let k = i, from = 0; k < 3 * plane; k += plane, from += plane) {
          this.residual[k] += (1 - kept) * moved(crop, from, size, u, v) * Math.exp(gain[k]);
          this.gain[k] += change;
        }
      }
    }
    return { size, flow, gain: this.gain, residual: this.residual };
  }
}

/** How much goes on around each pixel in the finest octave: mean |v - v blurred|, in place, within the box. */
function fineStructure(plane: Float32Array, size: number, box: CropBox, scratch: Float32Array): void {
  for (let y = box[1]; y < box[3]; y++)
    scratch.set(plane.subarray(y * size + box[0], y * size + box[2]), y * size + box[0]);
  binomial(scratch, size, box);
  for (let y = box[1]; y < box[3]; y++)
    for (let i = y * size + box[0]; i < y * size + box[2]; i++) plane[i] = Math.abs(plane[i] - scratch[i]);
  boxMean(plane, size, box, scratch);
}

/** Bilinear, the border held. @param from - Where the plane begins. */
function moved(planes: Float32Array, from: number, size: number, x: number, y: number): number {
  const u = x < 0 ? 0 : x > size - 1.001 ? size - 1.001 : x;
  const v = y < 0 ? 0 : y > size - 1.001 ? size - 1.001 : y;
  const [left, top] = [Math.trunc(u), Math.trunc(v)];
  const k = from + top * size + left;
  const above = planes[k] + (planes[k + 1] - planes[k]) * (u - left);
  const below = planes[k + size] + (planes[k + size + 1] - planes[k + size]) * (u - left);
  return above + (below - above) * (v - top);
}

/** 1 2 1 along rows and columns, in place; the box's border held. */
function binomial(plane: Float32Array, size: number, [x0, y0, x1, y1]: CropBox): void {
  for (let y = y0; y < y1; y++) smooth(plane, y * size + x0, 1, x1 - x0);
  for (let x = x0; x < x1; x++) smooth(plane, y0 * size + x, size, y1 - y0);
}

function smooth(plane: Float32Array, start: number, step: number, count: number): void {
  let previous = plane[start];
  for (let k = 0, at = start; k < count; k++, at += step) {
    const here = plane[at];
    plane[at] = (previous + 2 * here + (k === count - 1 ? here : plane[at + step])) / 4;
    previous = here;
  }
}

/** Mean over 2 REACH + 1 neighbours along rows, then columns, fewer at the box's border; in place. */
function boxMean(plane: Float32Array, size: number, [x0, y0, x1, y1]: CropBox, sums: Float32Array): void {
  for (let y = y0; y < y1; y++) slide(plane, y * size + x0, 1, x1 - x0, sums);
  for (let x = x0; x < x1; x++) slide(plane, y0 * size + x, size, y1 - y0, sums);
}

function slide(plane: Float32Array, start: number, step: number, count: number, sums: Float32Array): void {
  let sum = 0;
  for (let k = 0, at = start; k < count; k++, at += step) sums[k] = sum += plane[at];
  for (let k = 0, at = start; k < count; k++, at += step) {
    const from = k - REACH - 1;
    const to = Math.min(count - 1, k + REACH);
    plane[at] = (sums[to] - (from >= 0 ? sums[from] : 0)) / (to - Math.max(-1, from));
  }
}
