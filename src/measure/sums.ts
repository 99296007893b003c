// The sums that the measures are made of: over the pixels of a region and their three channels.

import type { Mask, Picture } from './picture.ts';
import { requireSameSize } from './picture.ts';

/** Adds up `term(i)` over all numbers i (pixel * 3 + channel) of the region. */
function sumOver(region: Mask, term: (i: number) => number): number {
  let sum = 0;
  for (let pixel = 0; pixel < region.length; pixel++) {
    if (!region[pixel]) continue;
    const i = pixel * 3;
    sum += term(i) + term(i + 1) + term(i + 2);
  }
  return sum;
}

/** How many numbers (pixels times channels) a region holds. */
export function countNumbers(region: Mask): number {
  let pixels = 0;
  for (const inside of region) pixels += inside;
  return pixels * 3;
}

/** Sum of |a - b|. */
export function sumAbsoluteDifference(a: Picture, b: Picture, region: Mask): number {
  requireSameSize(a, b);
  const x = a.data;
  const y = b.data;
  return sumOver(region, (i) => Math.abs(x[i] - y[i]));
}

/** Sum of a². */
export function sumSquares(a: Picture, region: Mask): number {
  const x = a.data;
  return sumOver(region, (i) => x[i] * x[i]);
}

/** Sum of |(a - aBefore) - (b - bBefore)|: how differently two clips change from one frame to the next. */
export function sumMotionDifference(a: Picture, aBefore: Picture, b: Picture, bBefore: Picture, region: Mask): number {
  const [p, q, r, s] = [a.data, aBefore.data, b.data, bBefore.data];
  return sumOver(region, (i) => Math.abs(p[i] - q[i] - (r[i] - s[i])));
}

/**
 * The share of a distance that was closed: 1 - near / far. 1 all of it, 0 none, below 0 moved away.
 *
 * @returns null where there was no distance to close.
 */
export function gapClosed(near: number, far: number): number | null {
  return far > 0 ? 1 - near / far : null;
}

/** @returns null for a division by 0. */
export function ratio(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null;
}
