// Small pictures for the report: a face before and after, or the whole frame where no face is.

import type { Affine, Plate, TrackedFace } from '../core/index.ts';
import { composeAffine, invertAffine, packedRgb, PlateCropper, regionToPlate } from '../core/index.ts';
import { alignFace } from '../face/index.ts';
import type { Thumbnails } from './needs.ts';

const SIZE = 192;
/** The aligned crop is let out so far that the head is in the picture. */
const LET_OUT = 1.2;

export class ThumbnailMaker {
  private readonly cropper = new PlateCropper();
  private readonly values = new Float32Array(SIZE * SIZE * 3);
  private readonly thumbnails: Thumbnails;

  constructor(thumbnails: Thumbnails) {
    this.thumbnails = thumbnails;
  }

  /** @param face - null: the whole frame. @returns A `data:` URL. The plate may change as soon as this returns. */
  take(plate: Plate, face: TrackedFace | null): Promise<string> {
    this.cropper.crop(plate, face ? aroundFace(face) : wholePlate(plate), SIZE, this.values, {
      layout: 'nhwc',
      low: 0,
      high: 255,
      border: 'black',
    });
    const samples = new Uint8Array(this.values.length);
    for (let i = 0; i < samples.length; i++) samples[i] = this.values[i] + 0.5;
    return this.thumbnails.encode(packedRgb(samples, SIZE, SIZE, 3, 8));
  }
}

function aroundFace({ landmarks }: TrackedFace): Affine {
  const offset = (SIZE * (1 - LET_OUT)) / 2;
  return composeAffine(invertAffine(alignFace(landmarks, SIZE)), [LET_OUT, 0, offset, 0, LET_OUT, offset]);
}

function wholePlate({ width, height }: Plate): Affine {
  const side = Math.max(width, height);
  return regionToPlate({ cx: width / 2, cy: height / 2, side, angleRadians: 0 }, SIZE);
}
