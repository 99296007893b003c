// What can be said of a finished clip when there is no truth to compare with: a render's report. Everything is measured
// against the plate, in the aligned crop of the tracker.

import { identityDistance } from '../face/index.ts';
import type { Mask, Picture } from './picture.ts';
import type { ShimmerSums } from './motion.ts';
import { ShimmerMeasure, shimmerOf } from './motion.ts';
import type { FaceReading } from './readings.ts';
import { mean } from './readings.ts';
import { changeOf } from './picture.ts';
import { ratio, sumAbsoluteDifference } from './sums.ts';
import { unionOf } from './regions.ts';

/** Coverage from which a pixel counts as changed. */
const COVERED = 0.5;

export interface ClipFigures {
  /** Mean |dO| over mean |dS| in the stabilised crop, d = difference of neighbouring frames: 1 means no more than the
   * plate has, below 1 that moving detail was smoothed away. */
  readonly flicker: number | null;
  /** Rms of d(O - S), in 1/255: what the change adds to motion. */
  readonly shimmer: number | null;
  /** Mean L2 distance of the descriptors of plate and output. */
  readonly identityDistance: number | null;
  /** Years, mean over frames of after minus before; the estimator says about 0.7 of a true change. */
  readonly apparentAgeChange: number | null;
  /** Mean |O - S| where the matte is above one half, of full scale 1. */
  readonly meanChange: number | null;
}

/** What was added up over a piece of a clip. Sums of |difference| are over numbers of the crops, 0..1. */
export interface ClipSums {
  readonly outputMotion: number;
  readonly plateMotion: number;
  readonly shimmer: ShimmerSums;
  readonly change: number;
  readonly numbers: number;
  readonly identityDistances: readonly number[];
  readonly ageChanges: readonly number[];
}

/** Adds up one face of one clip, frame by frame. */
export class ClipMeasure {
  private outputMotion = 0;
  private plateMotion = 0;
  private readonly shimmer = new ShimmerMeasure();
  private change = 0;
  private numbers = 0;
  private readonly distances: number[] = [];
  private readonly ageChanges: number[] = [];
  private before: { plate: Picture; output: Picture; region: Mask } | null = null;

  /** The next frame has no neighbour before it: a cut, or the face was away. */
  cut(): void {
    this.before = null;
    this.shimmer.cut();
  }

  /**
   * @param plate - Aligned crop of the plate; all crops of one measure have one size. Kept until the next call.
   * @param output - The same crop of the finished frame, under the same map.
   * @param matte - Coverage in the crop, 0..1, [height, width].
   */
  addCrops(plate: Picture, output: Picture, matte: Float32Array): void {
    // a loop: typed arrays' own `from` with a function is 20 times slower
    const region = new Uint8Array(matte.length);
    for (let i = 0; i < matte.length; i++) region[i] = matte[i] > COVERED ? 1 : 0;
    this.shimmer.addStabilised(changeOf(plate, output), region);
    this.change += sumAbsoluteDifference(output, plate, region);
    for (const inside of region) this.numbers += 3 * inside;
    if (this.before) {
      const either = unionOf(region, this.before.region);
      this.outputMotion += sumAbsoluteDifference(output, this.before.output, either);
      this.plateMotion += sumAbsoluteDifference(plate, this.before.plate, either);
    }
    this.before = { plate, output, region };
  }

  /** Readings of the same face on plate and output; not needed for every frame. */
  addReadings(plate: FaceReading, output: FaceReading): void {
    if (plate.descriptor && output.descriptor)
      this.distances.push(identityDistance(plate.descriptor, output.descriptor));
    if (plate.apparentAge !== null && output.apparentAge !== null)
      this.ageChanges.push(output.apparentAge - plate.apparentAge);
  }

  /** What the figures are made of: JSON-able, so that a long clip can be measured in pieces. */
  sums(): ClipSums {
    return {
      outputMotion: this.outputMotion,
      plateMotion: this.plateMotion,
      shimmer: this.shimmer.sums(),
      change: this.change,
      numbers: this.numbers,
      identityDistances: [...this.distances],
      ageChanges: [...this.ageChanges],
    };
  }

  figures(): ClipFigures {
    return figuresOf([this.sums()]);
  }
}

/** Figures of a clip from the sums of its pieces. */
export function figuresOf(pieces: readonly ClipSums[]): ClipFigures {
  const total = (of: (piece: ClipSums) => number): number => pieces.reduce((sum, piece) => sum + of(piece), 0);
  const shimmer = {
    squares: total((piece) => piece.shimmer.squares),
    numbers: total((piece) => piece.shimmer.numbers),
  };
  return {
    flicker: ratio(
      total((piece) => piece.outputMotion),
      total((piece) => piece.plateMotion),
    ),
    shimmer: shimmerOf(shimmer),
    identityDistance: mean(pieces.flatMap((piece) => piece.identityDistances)),
    apparentAgeChange: mean(pieces.flatMap((piece) => piece.ageChanges)),
    meanChange: ratio(
      total((piece) => piece.change),
      total((piece) => piece.numbers),
    ),
  };
}
