// Carries pictures into the aligned crop and back. Slow and careful on purpose (area filter down, bicubic up): it sets
// the ceiling, so nothing may be lost here that a live network would not lose as well.

import type { Affine } from '../core/index.ts';
import { affineScale, invertAffine } from '../core/index.ts';
import type { Mask, Picture } from './picture.ts';
import { changeOf } from './picture.ts';

/** Side of the network's crop, pixels. */
export const CEILING_CROP_SIZE = 256;

function clampIndex(i: number, size: number): number {
  return i < 0 ? 0 : i >= size ? size - 1 : i;
}

/** Adds the bilinear sample at continuous (x, y), border pixels held, to out[at .. at + 3), times `weight`. */
function addBilinear(p: Picture, x: number, y: number, weight: number, out: Float32Array, at: number): void {
  const left = Math.floor(x - 0.5);
  const top = Math.floor(y - 0.5);
  const fx = x - 0.5 - left;
  const fy = y - 0.5 - top;
  const x0 = clampIndex(left, p.width) * 3;
  const x1 = clampIndex(left + 1, p.width) * 3;
  const y0 = clampIndex(top, p.height) * p.width * 3;
  const y1 = clampIndex(top + 1, p.height) * p.width * 3;
  for (let c = 0; c < 3; c++) {
    const upper = p.data[y0 + x0 + c] * (1 - fx) + p.data[y0 + x1 + c] * fx;
    const lower = p.data[y1 + x0 + c] * (1 - fx) + p.data[y1 + x1 + c] * fx;
    out[at + c] += weight * (upper * (1 - fy) + lower * fy);
  }
}

/**
 * The aligned crop of a picture, each crop pixel the mean of n x n samples of what it covers.
 *
 * @param plateToCrop - Picture pixels -> crop pixels.
 */
export function takeAligned(picture: Picture, plateToCrop: Affine, size: number): Picture {
  const m = invertAffine(plateToCrop);
  const n = Math.max(1, Math.ceil(affineScale(m)));
  const data = new Float32Array(size * size * 3);
  for (let row = 0; row < size; row++) {
    for (let col = 0; col < size; col++) {
      for (let k = 0; k < n * n; k++) {
        const u = col + ((k % n) + 0.5) / n;
        const v = row + (Math.floor(k / n) + 0.5) / n;
        const x = m[0] * u + m[1] * v + m[2];
        const y = m[3] * u + m[4] * v + m[5];
        addBilinear(picture, x, y, 1 / (n * n), data, (row * size + col) * 3);
      }
    }
  }
  return { width: size, height: size, data };
}

/** A region in the aligned crop: nearest pixel, nothing beyond the picture. */
export function takeAlignedMask(mask: Mask, width: number, height: number, plateToCrop: Affine, size: number): Mask {
  const m = invertAffine(plateToCrop);
  const out = new Uint8Array(size * size);
  for (let row = 0; row < size; row++) {
    for (let col = 0; col < size; col++) {
      const x = Math.floor(m[0] * (col + 0.5) + m[1] * (row + 0.5) + m[2]);
      const y = Math.floor(m[3] * (col + 0.5) + m[4] * (row + 0.5) + m[5]);
      if (x >= 0 && y >= 0 && x < width && y < height) out[row * size + col] = mask[y * width + x];
    }
  }
  return out;
}

/** Keys' cubic with a = -0.75, OpenCV's INTER_CUBIC: weights of the four pixels around a place `t` past the second. */
function cubicWeights(t: number): readonly [number, number, number, number] {
  const a = -0.75;
  const outer = (d: number): number => ((a * d - 5 * a) * d + 8 * a) * d - 4 * a;
  const inner = (d: number): number => ((a + 2) * d - (a + 3)) * d * d + 1;
  return [outer(1 + t), inner(t), inner(1 - t), outer(2 - t)];
}

/** 1 in the crop, falling to 0 over its last tenth, so that nothing begins or ends at the crop's edge. */
function edgeWindow(u: number, v: number, size: number): number {
  const ramp = size * 0.1;
  const depth = Math.min(u, v, size - u, size - v) / ramp;
  if (depth <= 0) return 0;
  return depth >= 1 ? 1 : depth * depth * (3 - 2 * depth);
}

/**
 * An aligned crop laid back at full size under a soft window; 0 outside the crop.
 *
 * @param plateToCrop - The map that the crop was taken with.
 */
export function layBack(crop: Picture, plateToCrop: Affine, width: number, height: number): Picture {
  const m = plateToCrop;
  const size = crop.width;
  const data = new Float32Array(width * height * 3);
  for (let row = 0; row < height; row++) {
    for (let col = 0; col < width; col++) {
      const u = m[0] * (col + 0.5) + m[1] * (row + 0.5) + m[2];
      const v = m[3] * (col + 0.5) + m[4] * (row + 0.5) + m[5];
      const window = edgeWindow(u, v, size);
      if (window > 0) setBicubic(crop, u, v, window, data, (row * width + col) * 3);
    }
  }
  return { width, height, data };
}

function setBicubic(crop: Picture, u: number, v: number, gain: number, out: Float32Array, at: number): void {
  const left = Math.floor(u - 0.5);
  const top = Math.floor(v - 0.5);
  const wx = cubicWeights(u - 0.5 - left);
  const wy = cubicWeights(v - 0.5 - top);
  for (let j = 0; j < 4; j++) {
    const row = clampIndex(top - 1 + j, crop.height) * crop.width;
    for (let i = 0; i < 4; i++) {
      const from = (row + clampIndex(left - 1 + i, crop.width)) * 3;
      const weight = wx[i] * wy[j] * gain;
      for (let c = 0; c < 3; c++) out[at + c] += crop.data[from + c] * weight;
    }
  }
}

/**
 * The ceiling: the true change carried through an aligned crop and back, laid on the plate. No network that works at this
 * crop size can come nearer to the truth.
 */
export function ceilingPicture(plate: Picture, truth: Picture, plateToCrop: Affine): Picture {
  const crop = takeAligned(changeOf(plate, truth), plateToCrop, CEILING_CROP_SIZE);
  const back = layBack(crop, plateToCrop, plate.width, plate.height).data;
  return { ...plate, data: plate.data.map((value, i) => Math.min(1, Math.max(0, value + back[i]))) };
}
