// What the room needs from outside: a clip whose truth is known, and the contenders whose output is compared with the truth.

import type { Plate, Point } from '../core/index.ts';

/**
 * One clip of a synthetic performer at several ages: the same frame index is the same pose, expression, gaze, light,
 * camera and grain at every age, pixel on pixel.
 */
export interface TruthClip {
  readonly performer: string;
  readonly clip: string;
  /** Age of the plate, years; one of `ages`. */
  readonly sourceAge: number;
  readonly ages: readonly number[];
  readonly frameCount: number;
  /** RGB, display-referred, full range, without loss. Stays the clip's: not to be changed. */
  plate(age: number, frameIndex: number): Promise<Plate>;
  /** Material mask, values of MATERIALS. Shape [height, width]. */
  materials(age: number, frameIndex: number): Promise<Uint8Array>;
  /** Exact landmarks, 68 points in iBUG order, plate pixels. */
  landmarks68(age: number, frameIndex: number): Promise<readonly Point[]>;
}

export interface ContenderOutput {
  /** A plate of the same size as the clip's, RGB, display-referred. Valid until the next call. */
  readonly plate: Plate;
  /** [height, width], 0..1. Valid until the next call. */
  readonly matte: Float32Array;
}

/** Something that re-ages the frames of a truth clip. */
export interface Contender {
  readonly likeness: 'prior' | 'likeness';
  readonly tier: 'live' | 'final';
  /** Photos of the performer that it was taught with. */
  readonly photos: number;
  /** @param plate - Frame `frameIndex` of the clip at its source age; not to be changed. */
  reage(plate: Plate, frameIndex: number, targetAge: number): Promise<ContenderOutput>;
}
