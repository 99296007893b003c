// Moves the tracked points of a photo by the pixel or so that the tracker was off: each point's surroundings are laid on
// those of a mean of other photos. A mean of photos that lie better on one another is sharper.

import { PlaneBlur } from './blur-planes.ts';

/** Band of detail that is compared, Gaussians, as shares of the side: finer is grain, coarser is light. */
const FINE = 0.004;
const COARSE = 0.02;
/** Half the window around a point, as a share of the side. */
const WINDOW = 0.06;
/** Points so near, as a share of the side, move alike. */
const STIFF = 0.05;
/** Detail, of 255, in a window: where there is less, a point stays where the tracker saw it. */
const LEAST_DETAIL = 2.5;
/** As a share of the side. */
const MOST_MOVE = 0.012;

/** Owns its buffers; not re-entrant. */
export class PointRefiner {
  private readonly side: number;
  private readonly points: Float32Array;
  private readonly blur: PlaneBlur;
  private readonly scratch: Float32Array;

  /** @param points - Where the points lie on both pictures, x, y each. */
  constructor(side: number, points: Float32Array) {
    this.side = side;
    this.points = points;
    this.blur = new PlaneBlur(side);
    this.scratch = new Float32Array(side * side);
  }

  /** Detail of a picture's brightness. @param samples - Packed RGB. @returns One plane; belongs to the caller. */
  detailOf(samples: Uint8Array): Float32Array {
    const { scratch, blur, side } = this;
    const fine = new Float32Array(scratch.length);
    for (let i = 0; i < fine.length; i++)
      fine[i] = 0.299 * samples[3 * i] + 0.587 * samples[3 * i + 1] + 0.114 * samples[3 * i + 2];
    scratch.set(fine);
    blur.blur(fine, FINE * side);
    blur.blur(scratch, COARSE * side);
    for (let i = 0; i < fine.length; i++) fine[i] -= scratch[i];
    return fine;
  }

  /**
   * One step of Lucas and Kanade at each point.
   *
   * @param valid - 0..255, where the photo can be believed.
   * @returns dx, dy each, pixels: what lies at point + d on the photo belongs at the point.
   */
  moves(photo: Float32Array, mean: Float32Array, valid: Uint8Array): Float32Array {
    const count = this.points.length / 2;
    const steps = new Float64Array(5 * count);
    for (let k = 0; k < count; k++) this.gather(k, photo, mean, valid, steps);
    const moves = new Float32Array(2 * count);
    for (let k = 0; k < count; k++) this.solve(k, steps, moves);
    return moves;
  }

  /** Sums of gx gx, gx gy, gy gy, gx d and gy d over the window. */
  private gather(k: number, photo: Float32Array, mean: Float32Array, valid: Uint8Array, sums: Float64Array): void {
    const { side, points } = this;
    const reach = Math.round(WINDOW * side);
    const [cx, cy] = [Math.floor(points[2 * k]), Math.floor(points[2 * k + 1])];
    const at = 5 * k;
    for (let y = Math.max(1, cy - reach); y <= Math.min(side - 2, cy + reach); y++) {
      for (let x = Math.max(1, cx - reach); x <= Math.min(side - 2, cx + reach); x++) {
        const i = y * side + x;
        if (valid[i] === 0) continue;
        const off = ((x - cx) ** 2 + (y - cy) ** 2) / (reach * reach);
        const w = valid[i] * Math.max(0, 1 - off) ** 2;
        // gradients of both, so that neither's grain pulls
        const gx = (photo[i + 1] - photo[i - 1] + mean[i + 1] - mean[i - 1]) / 4;
        const gy = (photo[i + side] - photo[i - side] + mean[i + side] - mean[i - side]) / 4;
        const d = mean[i] - photo[i];
        sums[at] += w * gx * gx;
        sums[at + 1] += w * gx * gy;
        sums[at + 2] += w * gy * gy;
        sums[at + 3] += w * gx * d;
        sums[at + 4] += w * gy * d;
      }
    }
  }

  /** With the sums of the points around, so that all move alike that belong together. */
  private solve(k: number, steps: Float64Array, moves: Float32Array): void {
    const { points, side } = this;
    const near = 1 / (2 * (STIFF * side) ** 2);
    const sums = [0, 0, 0, 0, 0];
    let total = 0;
    for (let l = 0; 2 * l < points.length; l++) {
      const far = (points[2 * l] - points[2 * k]) ** 2 + (points[2 * l + 1] - points[2 * k + 1]) ** 2;
      const w = Math.exp(-far * near);
      if (w < 0.01) continue;
      total += w;
      for (let j = 0; j < 5; j++) sums[j] += w * steps[5 * l + j];
    }
    const reach = Math.round(WINDOW * side);
    // weights of a full window sum to a third of its circle
    const ridge = (total * 255 * Math.PI * reach * reach * (LEAST_DETAIL / 10) ** 2) / 3;
    const [xx, xy, yy, xd, yd] = [sums[0] + ridge, sums[1], sums[2] + ridge, sums[3], sums[4]];
    const det = xx * yy - xy * xy;
    const dx = (yy * xd - xy * yd) / det;
    const dy = (xx * yd - xy * xd) / det;
    const shrink = Math.min(1, (MOST_MOVE * side) / Math.max(1e-9, Math.hypot(dx, dy)));
    moves[2 * k] = dx * shrink;
    moves[2 * k + 1] = dy * shrink;
  }
}
