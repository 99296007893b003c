// How old a face looks, in years. A relative meter: compare pictures of the same shot, never report one figure as truth.

import type { MeshLandmarks, Network, Plate, PlateCropper } from '../core/index.ts';
import { regionToPlate } from '../core/index.ts';
import { landmarkRegion } from './region.ts';

const INPUT_SIZE = 112;
/** One picture read 61 or 50 years by crop scale alone, so the figure is the mean over three scales of the mesh box. */
const CROPS_PER_BOX = [1, 1.25, 1.5];

/** Reads apparent ages. Owns its input buffer; not re-entrant. */
export class ApparentAgeReader {
  private readonly network: Network;
  private readonly cropper: PlateCropper;
  private readonly input = new Float32Array(INPUT_SIZE * INPUT_SIZE * 3);

  constructor(network: Network, cropper: PlateCropper) {
    this.network = network;
    this.cropper = cropper;
  }

  /** Years. On 165 portraits: mean error 6 years, and 20 years of true difference read as about 14. */
  async read(plate: Plate, landmarks: MeshLandmarks): Promise<number> {
    let sum = 0;
    for (const scale of CROPS_PER_BOX) {
      const region = landmarkRegion(landmarks, scale);
      this.cropper.crop(plate, regionToPlate(region, INPUT_SIZE), INPUT_SIZE, this.input, {
        layout: 'nhwc',
        low: 0,
        high: 255,
        border: 'edge',
      });
      const { age } = await this.network.run({
        input: { data: this.input, shape: [1, INPUT_SIZE, INPUT_SIZE, 3] },
      });
      sum += age.data[0];
    }
    return sum / CROPS_PER_BOX.length;
  }
}
