// A plate at half, a quarter, an eighth … of its size, for looks that do not need all of its pixels: a 12-megapixel still is
// looked at some forty times, and each look at the plate itself would average all the pixels under it again.

import type { Plane, Plate, SampleArray } from './frame.ts';
import { makePlate } from './frame.ts';
import type { MeshLandmarks } from './landmarks.ts';

/** Pixels of a level per pixel of a crop, at least: so many keep the crop as sharp as one of the plate itself. */
const SPARE = 1.5;

export interface PlateLevel {
  /** Shares samples with the plate where `factor` is 1. */
  readonly plate: Plate;
  /** Plate pixels per pixel of the level, along each side: 1, 2, 4 … Coordinates are divided by it. */
  readonly factor: number;
}

/** Levels are made when they are first asked for; the plate must not change while its pyramid is in use. */
export class PlatePyramid {
  readonly plate: Plate;
  private readonly levels: PlateLevel[];

  constructor(plate: Plate) {
    this.plate = plate;
    this.levels = [{ plate, factor: 1 }];
  }

  /**
   * The smallest level that is good enough for a crop.
   *
   * @param scale - Plate pixels per pixel of the crop.
   */
  forScale(scale: number): PlateLevel {
    let k = 0;
    while (SPARE * 2 ** (k + 1) <= scale) k++;
    for (let made = this.levels.length; made <= k; made++) {
      const { plate, factor } = this.levels[made - 1];
      if (plate.width < 2 || plate.height < 2) return this.levels[made - 1];
      this.levels.push({ plate: halvedPlate(plate), factor: factor * 2 });
    }
    return this.levels[k];
  }
}

/** Landmarks of one size of a picture in pixels of another; all three coordinates grow. */
export function scaledLandmarks(landmarks: MeshLandmarks, factor: number): MeshLandmarks {
  return factor === 1 ? landmarks : landmarks.map((v) => v * factor);
}

/**
 * Each sample the mean of 2 x 2 of the plate's own numbers; planar. Of an odd side the last sample stands for one row or
 * column. Subsampled chroma comes to lie a quarter of a pixel off its siting, which no measuring network sees.
 */
export function halvedPlate(plate: Plate): Plate {
  const { layout, depth, color } = plate;
  const half = makePlate((plate.width + 1) >> 1, (plate.height + 1) >> 1, layout, depth, color);
  half.planes.forEach((to, k) => halvePlane(plate.planes[k], to));
  return half;
}

function halvePlane(from: Plane, to: Plane): void {
  // a whole number is rounded, a float is not
  const rounding = from.samples instanceof Uint8Array || from.samples instanceof Uint16Array ? 0.5 : 0;
  for (let y = 0; y < to.height; y++) {
    const upper = 2 * y * from.stride;
    const lower = Math.min(2 * y + 1, from.height - 1) * from.stride;
    halveRows(from, upper, lower, to.samples, y * to.stride, rounding);
  }
}

function halveRows(
  { samples, width, step }: Plane,
  upper: number,
  lower: number,
  out: SampleArray,
  at: number,
  rounding: number,
): void {
  const pairs = width >> 1;
  let a = upper;
  let b = lower;
  for (let x = 0; x < pairs; x++, a += 2 * step, b += 2 * step)
    out[at + x] = (samples[a] + samples[a + step] + samples[b] + samples[b + step]) * 0.25 + rounding;
  if (width > 2 * pairs) out[at + pairs] = (samples[a] + samples[b]) * 0.5 + rounding;
}
