// What the frame path needs from outside: something that predicts a change. In process it is a network; behind a worker
// or a socket it is the same port.

import type { Tensor } from '../core/index.ts';
import type { CarriablePhoto } from '../face/index.ts';

/** The change of one aligned crop, as data: crop'(p) = crop(p + flow(p)) * exp(gain(p)) + residual(p). */
export interface Change {
  /** Side of the crop, pixels. */
  readonly size: number;
  /** [2, size, size]: x, y in crop pixels, where to read from. */
  readonly flow: Float32Array;
  /** [3, size, size]: natural logarithm, per RGB channel. */
  readonly gain: Float32Array;
  /** [3, size, size]: added, display-referred RGB. */
  readonly residual: Float32Array;
}

export interface PredictInput {
  /** [1, 3, size, size], RGB, display-referred 0..1. */
  readonly image: Tensor;
  /** [1, 1, mapSize, mapSize], years / 100. */
  readonly sourceAge: Tensor;
  readonly targetAge: Tensor;
  /** As `carryPoints`, crop pixels: where the face lies that own photos are carried onto. */
  readonly carry: Float32Array;
  /** Further inputs that the likeness declares, by name (carried photos of the performer, say). */
  readonly extra?: Readonly<Record<string, Tensor>>;
}

/** Port: predicts the change of one aligned crop. The result is valid until the next call. */
export interface Predictor {
  readonly cropSize: number;
  readonly ageMapSize: number;
  /** Names and shapes of the further inputs that this likeness wants; empty for the prior. */
  readonly extraInputs: readonly { readonly name: string; readonly shape: readonly number[] }[];
  predict(input: PredictInput): Promise<Change>;
}

/** The change of hair in its wider crop: crop'(p) = crop(p) + matte(p) (crop(p) exp(gain(p)) + residual(p) - crop(p)). */
export interface HairChange {
  /** Side of the crop, pixels. */
  readonly size: number;
  /** [size, size], 0..1: where hair is. */
  readonly matte: Float32Array;
  /** [3, size, size]: natural logarithm, per RGB channel; smooth. */
  readonly gain: Float32Array;
  /** [3, size, size]: added, display-referred RGB; smooth. */
  readonly residual: Float32Array;
}

export interface HairInput {
  /** [1, 3, HAIR_CROP_PX, HAIR_CROP_PX], RGB, display-referred 0..1. */
  readonly image: Tensor;
  /** [1, 1, HAIR_CROP_PX / 2, HAIR_CROP_PX / 2], years / 100. */
  readonly sourceAge: Tensor;
  readonly targetAge: Tensor;
  /** [1, 1, HAIR_CROP_PX / 2, HAIR_CROP_PX / 2], 0..1: person before the background; 1 all over where that is not known. */
  readonly person: Tensor;
}

/** Port: predicts the change of a head's hair. The result is valid until the next call. */
export interface HairPredictor {
  predict(input: HairInput): Promise<HairChange>;
}

/** Port: what a performer looked like at an age. */
export interface PhotoArchive {
  /** @returns Stays the archive's and never changes; null where it has nothing to show at that age. */
  photoFor(ageYears: number): CarriablePhoto | null;
}

/** Port: which part of a square around the head is person. */
export interface PersonMatter {
  /** @param image - [1, 256, 256, 3], RGB 0..1. @returns [256 * 256], 0..1, valid until the next call. */
  matte(image: Tensor): Promise<Float32Array>;
}
