// Which pixels around a face are the person and which the background.

import type { Affine, MeshLandmarks, Network, Plate, PlateCropper, Region } from '../core/index.ts';
import { regionToPlate } from '../core/index.ts';
import { landmarkBox, boxSide } from './region.ts';

/** Side of the person matte, in pixels. */
export const PERSON_MATTE_SIZE = 256;

/** Person probability of a square of the plate. */
export interface PersonMatte {
  /** 0..1, row by row, PERSON_MATTE_SIZE squared. Belongs to the caller. */
  readonly matte: Float32Array;
  /** Matte pixels -> plate pixels. */
  readonly toPlate: Affine;
}

/** The network was taught on people seen from the chest up, upright: so wide a square, not turned, a bit below the face. */
const SIDE_PER_FACE = 3;
const SHIFT_DOWN = 0.5;

/** The square of the plate that shows head and shoulders. */
export function headAndShoulders(landmarks: MeshLandmarks): Region {
  const box = landmarkBox(landmarks);
  const face = boxSide(box);
  return {
    cx: (box.left + box.right) / 2,
    cy: (box.top + box.bottom) / 2 + SHIFT_DOWN * face,
    side: SIDE_PER_FACE * face,
    angleRadians: 0,
  };
}

/** Reads person mattes. Owns its input buffer; not re-entrant. */
export class PersonMatteReader {
  private readonly network: Network;
  private readonly cropper: PlateCropper;
  private readonly input = new Float32Array(PERSON_MATTE_SIZE * PERSON_MATTE_SIZE * 3);

  constructor(network: Network, cropper: PlateCropper) {
    this.network = network;
    this.cropper = cropper;
  }

  /** @param region - Usually `headAndShoulders(landmarks)`. */
  async read(plate: Plate, region: Region): Promise<PersonMatte> {
    const toPlate = regionToPlate(region, PERSON_MATTE_SIZE);
    this.cropper.crop(plate, toPlate, PERSON_MATTE_SIZE, this.input, {
      layout: 'nhwc',
      low: 0,
      high: 1,
      border: 'edge',
    });
    const outputs = await this.network.run({
      input: { data: this.input, shape: [1, PERSON_MATTE_SIZE, PERSON_MATTE_SIZE, 3] },
    });
    return { matte: outputs[this.network.outputNames[0]].data.slice(), toPlate };
  }
}
