// What applying is given: the change of one face as a grid of cells, its matte, and where both lie on the plate.

import type { Affine } from '../core/index.ts';

/** Channels per cell of a change grid: flow x, y (crop pixels), gain r, g, b (log), residual r, g, b. */
export const CHANGE_CHANNELS = 8;

export interface ApplyInput {
  /** Plate pixels -> crop pixels. */
  readonly plateToCrop: Affine;
  /** Crop pixels -> plate pixels. */
  readonly cropToPlate: Affine;
  /** Crop side in pixels. */
  readonly size: number;
  /** [size, size, CHANGE_CHANNELS], strengths already in it. */
  readonly change: Float32Array;
  /** [matteSize, matteSize], 0..1, over the same square as the crop. */
  readonly matte: Float32Array;
  readonly matteSize: number;
  /** Share of the whole, 0..1: fade x plate blend. */
  readonly strength: number;
}
