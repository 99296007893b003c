// Skin tone as a strength of its own: the broad part of the gain (complexion, age spots run together, redness) is scaled,
// the fine part (folds, shading of wrinkles) stays.

import { CHANGE_CHANNELS } from './apply-input.ts';
import { softenGrid } from './raster.ts';

/** Radius of the broad part in crop pixels of 256: about the width of an eye. */
const BROAD_RADIUS = 16;

/**
 * @param change - [size, size, CHANGE_CHANNELS], in place.
 * @param strength - 0 keeps the plate's complexion, 1 changes nothing.
 */
export function scaleSkinTone(change: Float32Array, size: number, strength: number): void {
  const count = size * size;
  const broad = new Float32Array(count);
  const scratch = new Float32Array(count);
  for (let k = 2; k < 5; k++) {
    for (let i = 0; i < count; i++) broad[i] = change[i * CHANGE_CHANNELS + k];
    softenGrid(broad, size, BROAD_RADIUS, scratch);
    for (let i = 0; i < count; i++) change[i * CHANGE_CHANNELS + k] += (strength - 1) * broad[i];
  }
}
