// The aligned crops of a faceset: one square picture per face in use.

import type { MeshLandmarks, Plate, PlateLevel } from '../core/index.ts';
import { PlateCropper, PlatePyramid, affineScale, invertAffine, packedRgb, scaledLandmarks } from '../core/index.ts';
import { alignFace } from '../face/index.ts';

/** Side of the aligned crops of a faceset, pixels. */
export const FACESET_CROP_PX = 384;

/** Owns its buffers. */
export class FacesetCropper {
  private readonly cropper = new PlateCropper();
  private readonly crop = new Float32Array(FACESET_CROP_PX * FACESET_CROP_PX * 3);

  /** The aligned crop of a face: RGB, 8 bit, sRGB, FACESET_CROP_PX square. Belongs to the caller. */
  alignedCrop(picture: PlatePyramid, landmarks: MeshLandmarks): Plate {
    const { plate, factor } = facesetLevel(picture, landmarks);
    const toPlate = invertAffine(alignFace(scaledLandmarks(landmarks, 1 / factor), FACESET_CROP_PX));
    const options = { layout: 'nhwc', low: 0, high: 255, border: 'edge' } as const;
    this.cropper.crop(plate, toPlate, FACESET_CROP_PX, this.crop, options);
    const samples = new Uint8Array(this.crop.length);
    for (let i = 0; i < samples.length; i++) samples[i] = Math.round(this.crop[i]);
    return packedRgb(samples, FACESET_CROP_PX, FACESET_CROP_PX, 3, 8);
  }
}

/** The level of a picture that is good enough for a face's aligned crop. */
export function facesetLevel(picture: PlatePyramid, landmarks: MeshLandmarks): PlateLevel {
  return picture.forScale(1 / affineScale(alignFace(landmarks, FACESET_CROP_PX)));
}

/** File name of a face's aligned crop in the faceset. */
export function cropName(photo: string, faceIndex: number): string {
  return `${photo}-${faceIndex}.png`;
}
