// The crop that hair is seen in: the aligned crop's own square, wider about the same middle, so that the whole head fits.

import type { Affine } from '../core/index.ts';
import { composeAffine } from '../core/index.ts';

/** Side of the picture that the hair network sees, pixels. */
export const HAIR_CROP_PX = 128;
/** The eyes are 0.26 of the aligned crop's side apart, and 0.17 of this one's. */
export const HAIR_ZOOM = 0.65;

/**
 * Pixels of the aligned crop -> pixels of the hair crop.
 *
 * @param cropSize - Side of the aligned crop. @param hairSize - Side of the hair crop, in the pixels that are wanted.
 */
export function cropToHair(cropSize: number, hairSize: number): Affine {
  const scale = (HAIR_ZOOM * hairSize) / cropSize;
  const start = (hairSize * (1 - HAIR_ZOOM)) / 2;
  return [scale, 0, start, 0, scale, start];
}

/** Plate pixels -> hair crop pixels. @param plateToCrop - Plate pixels -> pixels of the aligned crop. */
export function plateToHair(plateToCrop: Affine, cropSize: number, hairSize: number): Affine {
  return composeAffine(cropToHair(cropSize, hairSize), plateToCrop);
}
