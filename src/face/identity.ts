// Who a face is, as 128 numbers whose distance tells people apart. A measuring tool: no frame needs it to be made.

import type { MeshLandmarks, Network, Plate, PlateCropper } from '../core/index.ts';
import { regionToPlate } from '../core/index.ts';
import { landmarkRegion } from './region.ts';

const INPUT_SIZE = 150;
/** Side of the crop over the longest side of the mesh box; 1.0 told people apart best (equal error 1.6 % of 1,200 pairs). */
const CROP_PER_BOX = 1;

export const DESCRIPTOR_LENGTH = 128;

/** At or below: the same person (0.1 % of 13,530 pairs of different people are this near). */
export const SAME_PERSON_DISTANCE = 0.53;
/** Above: different people. Between the two nothing can be said from one picture. */
export const OTHER_PERSON_DISTANCE = 0.62;

/** Reads descriptors. Owns its input buffer; not re-entrant. */
export class IdentityReader {
  private readonly network: Network;
  private readonly cropper: PlateCropper;
  private readonly input = new Float32Array(INPUT_SIZE * INPUT_SIZE * 3);

  constructor(network: Network, cropper: PlateCropper) {
    this.network = network;
    this.cropper = cropper;
  }

  /** @returns 128 numbers that belong to the caller. Not age-invariant: decades move it like another person. */
  async read(plate: Plate, landmarks: MeshLandmarks): Promise<Float32Array> {
    const region = landmarkRegion(landmarks, CROP_PER_BOX);
    this.cropper.crop(plate, regionToPlate(region, INPUT_SIZE), INPUT_SIZE, this.input, {
      layout: 'nhwc',
      low: 0,
      high: 255,
      border: 'edge',
    });
    const { descriptor } = await this.network.run({
      input: { data: this.input, shape: [1, INPUT_SIZE, INPUT_SIZE, 3] },
    });
    return descriptor.data.slice();
  }
}

/** Euclidean distance of two descriptors. */
export function identityDistance(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) throw new RangeError(`descriptors of ${a.length} and ${b.length} numbers`);
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2;
  return Math.sqrt(sum);
}
