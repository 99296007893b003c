// Flicker and shimmer: what happens between neighbouring frames.

import type { Affine } from '../core/index.ts';
import { takeAligned, takeAlignedMask } from './aligned.ts';
import type { Mask, Picture } from './picture.ts';
import { changeOf } from './picture.ts';
import { unionOf } from './regions.ts';
import { countNumbers, ratio, sumMotionDifference, sumSquares } from './sums.ts';

/** Side of the stabilised crop in which shimmer is measured, pixels. */
const SHIMMER_CROP_SIZE = 256;

const NO_CHANGE: Picture = {
  width: SHIMMER_CROP_SIZE,
  height: SHIMMER_CROP_SIZE,
  data: new Float32Array(SHIMMER_CROP_SIZE * SHIMMER_CROP_SIZE * 3),
};

/** Flicker of an output against the truth, in units of the plate's own: mean|dO - dG| / mean|dS - dG|, d = difference of
 * neighbouring frames. 1: no more than the plate itself has. */
export class FlickerMeasure {
  private own = 0;
  private plates = 0;
  private before: { plate: Picture; truth: Picture; output: Picture; region: Mask } | null = null;

  /** The next frame has no neighbour before it. */
  cut(): void {
    this.before = null;
  }

  /** Pictures of one size; looks where `region` is set in this frame or the one before. The pictures are kept until the
   * next call and must not be changed. */
  add(plate: Picture, truth: Picture, output: Picture, region: Mask): void {
    const before = this.before;
    this.before = { plate, truth, output, region };
    if (before === null) return;
    const either = unionOf(region, before.region);
    this.own += sumMotionDifference(output, before.output, truth, before.truth, either);
    this.plates += sumMotionDifference(plate, before.plate, truth, before.truth, either);
  }

  /** null without neighbouring frames, and where the truth is the plate. */
  value(): number | null {
    return ratio(this.own, this.plates);
  }
}

export interface ShimmerSums {
  readonly squares: number;
  readonly numbers: number;
}

/** 1/255 of full scale; null without neighbouring frames. */
export function shimmerOf({ squares, numbers }: ShimmerSums): number | null {
  const mean = ratio(squares, numbers);
  return mean === null ? null : Math.sqrt(mean) * 255;
}

/** What a change adds to motion: rms of d(O - S) in the crop stabilised by landmarks, in 1/255. 0: the change is pinned
 * to the face. */
export class ShimmerMeasure {
  private squares = 0;
  private numbers = 0;
  private before: { change: Picture; region: Mask } | null = null;

  cut(): void {
    this.before = null;
  }

  /**
   * @param plateToCrop - From the true landmarks: picture pixels -> pixels of a 256 px crop.
   */
  add(plate: Picture, output: Picture, region: Mask, plateToCrop: Affine): void {
    this.addStabilised(
      output === plate ? NO_CHANGE : takeAligned(changeOf(plate, output), plateToCrop, SHIMMER_CROP_SIZE),
      takeAlignedMask(region, plate.width, plate.height, plateToCrop, SHIMMER_CROP_SIZE),
    );
  }

  /** The change O - S in a crop that is stabilised already, any size but always the same. Kept until the next call. */
  addStabilised(change: Picture, region: Mask): void {
    const before = this.before;
    this.before = { change, region };
    if (before === null) return;
    const either = unionOf(region, before.region);
    this.squares += sumSquares(changeOf(before.change, change), either);
    this.numbers += countNumbers(either);
  }

  /** What the value is made of, so that the pieces of a clip can be added up. */
  sums(): ShimmerSums {
    return { squares: this.squares, numbers: this.numbers };
  }

  /** 1/255 of full scale; null without neighbouring frames. */
  value(): number | null {
    return shimmerOf(this.sums());
  }
}
