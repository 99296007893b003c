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

const LUMA = [0.299, 0.587, 0.114] as const;

/** From so many plate pixels a crop pixel on, the plate shows what the crop does not. */
export const FINER_FROM = 1.1;

/** Owns its buffers; not re-entrant. */
export class FineDetail {
  private readonly size: number;
  /** [3, size, size]: the crop, moved. */
  private readonly moved: Float32Array;
  private readonly gain: Float32Array;
  private readonly residual: Float32Array;
  /** Planes [size, size]. */
  private readonly before: Float32Array;
  private readonly after: Float32Array;
  private readonly scratch: Float32Array;

  /** @param size - Side of the crop. */
  constructor(size: number) {
    const plane = size * size;
    this.size = size;
    const planes = (count: number): Float32Array => new Float32Array(count * plane);
    [this.moved, this.gain, this.residual] = [planes(3), planes(3), planes(3)];
    [this.before, this.after, this.scratch] = [planes(1), planes(1), planes(1)];
  }

  /** @param crop - [3, size, size]. @returns Valid until the next call. */
  scale({ flow, gain, residual }: Change, crop: Float32Array): Change {
    const { size, moved, before, after } = this;
    const plane = size * size;
    move(crop, flow, size, moved);
    before.fill(0);
    after.fill(0);
    for (let c = 0; c < 3; c++) {
      for (let i = 0, k = c * plane; i < plane; i++, k++) {
        const lit = moved[k] * Math.exp(gain[k]);
        this.residual[k] = lit;
        before[i] += LUMA[c] * lit;
        after[i] += LUMA[c] * (lit + residual[k]);
      }
    }
    this.fineStructure(before);
    this.fineStructure(after);
    for (let i = 0; i < plane; i++) {
      const kept = Math.max(LEAST, Math.min(MOST, (after[i] + FLOOR) / (before[i] + FLOOR)));
      const change = Math.log(kept);
      for (let k = i; k < 3 * plane; k += plane) {
        this.gain[k] = gain[k] + change;
        this.residual[k] = residual[k] + (1 - kept) * this.residual[k];
      }
    }
    return { size, flow, gain: this.gain, residual: this.residual };
  }

  /** How much goes on around each pixel in the finest octave: mean |v - v blurred|, in place. */
  private fineStructure(plane: Float32Array): void {
    const { size, scratch } = this;
    scratch.set(plane);
    binomial(scratch, size);
    for (let i = 0; i < plane.length; i++) plane[i] = Math.abs(plane[i] - scratch[i]);
    boxMean(plane, size, 1, scratch);
    boxMean(plane, size, size, scratch);
  }
}

/** Bilinear, the border held. */
function move(crop: Float32Array, flow: Float32Array, size: number, out: Float32Array): void {
  const plane = size * size;
  const last = size - 1;
  for (let y = 0, i = 0; y < size; y++) {
    for (let x = 0; x < size; x++, i++) {
      const u = Math.max(0, Math.min(last, x + flow[i]));
      const v = Math.max(0, Math.min(last, y + flow[i + plane]));
      const [left, top] = [Math.min(last - 1, Math.floor(u)), Math.min(last - 1, Math.floor(v))];
      const [fx, fy] = [u - left, v - top];
      for (let k = top * size + left, o = i; o < 3 * plane; k += plane, o += plane) {
        const above = crop[k] + (crop[k + 1] - crop[k]) * fx;
        const below = crop[k + size] + (crop[k + size + 1] - crop[k + size]) * fx;
        out[o] = above + (below - above) * fy;
      }
    }
  }
}

/** 1 2 1 along rows and columns, in place; the border held. */
function binomial(plane: Float32Array, size: number): void {
  for (const [along, across] of [
    [1, size],
    [size, 1],
  ] as const) {
    // prettier-ignore
    for (let line = 0; line < size; line++) {
      let at = line * across;
      let previous = plane[at];
      for (let k = 0; k < size; k++, at += along) {
        const here = plane[at];
        const next = k === size - 1 ? here : plane[at + along];
        plane[at] = (previous + 2 * here + next) / 4;
        previous = here;
      }
    }
  }
}

/** Mean over 2 REACH + 1 neighbours along a direction, fewer at the border; in place. @param along - Step to the next. */
function boxMean(plane: Float32Array, size: number, along: number, scratch: Float32Array): void {
  const across = along === 1 ? size : 1;
  for (let line = 0; line < size; line++) {
    const start = line * across;
    let sum = 0;
    for (let k = 0; k < size; k++) {
      sum += plane[start + k * along];
      scratch[k] = sum;
    }
    for (let k = 0; k < size; k++) {
      const [from, to] = [Math.max(0, k - REACH), Math.min(size - 1, k + REACH)];
      plane[start + k * along] = (scratch[to] - (from > 0 ? scratch[from - 1] : 0)) / (to - from + 1);
    }
  }
}
