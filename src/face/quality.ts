// How sharply a face is seen, for choosing among pictures.

import type { MeshLandmarks, Plate, PlateCropper } from '../core/index.ts';
import { invertAffine } from '../core/index.ts';
import { alignFace } from './align.ts';

const CROP_SIZE = 256;
/** The part of the aligned crop that is face, not hair or background: left, top, right, bottom. */
const FACE_WINDOW = [0.28, 0.34, 0.72, 0.8] as const;
/** Half-width of the box that blurs once more. */
const REBLUR = 4;

/** Reads sharpness. Owns its buffers; not re-entrant. */
export class SharpnessReader {
  private readonly cropper: PlateCropper;
  private readonly crop = new Float32Array(CROP_SIZE * CROP_SIZE * 3);
  private readonly luma = new Float32Array(CROP_SIZE * CROP_SIZE);
  private readonly blurred = new Float32Array(CROP_SIZE * CROP_SIZE);

  constructor(cropper: PlateCropper) {
    this.cropper = cropper;
  }

  /**
   * 0..1: how much of the fine variation of the face is lost when its aligned crop of 256 px is blurred once more. A
   * face that is out of focus, moved, or smaller than the crop has little left to lose.
   *
   * @see Crete et al. 2007, The blur effect: perception and estimation with a new no-reference perceptual blur metric
   */
  read(plate: Plate, landmarks: MeshLandmarks): number {
    const toPlate = invertAffine(alignFace(landmarks, CROP_SIZE));
    this.cropper.crop(plate, toPlate, CROP_SIZE, this.crop, { layout: 'nhwc', low: 0, high: 1, border: 'edge' });
    for (let i = 0; i < this.luma.length; i++) {
      this.luma[i] = 0.299 * this.crop[i * 3] + 0.587 * this.crop[i * 3 + 1] + 0.114 * this.crop[i * 3 + 2];
    }
    return Math.min(this.lostAlong(1), this.lostAlong(CROP_SIZE));
  }

  /** `step` 1: along rows, CROP_SIZE: along columns. */
  private lostAlong(step: number): number {
    const { luma, blurred } = this;
    const [left, top, right, bottom] = FACE_WINDOW.map((v) => Math.round(v * CROP_SIZE));
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++) {
        const i = y * CROP_SIZE + x;
        let sum = 0;
        for (let k = -REBLUR; k <= REBLUR; k++) sum += luma[i + k * step];
        blurred[i] = sum / (2 * REBLUR + 1);
      }
    }
    let variation = 0;
    let lost = 0;
    for (let y = top + 1; y < bottom; y++) {
      for (let x = left + 1; x < right; x++) {
        const i = y * CROP_SIZE + x;
        const before = Math.abs(luma[i] - luma[i - step]);
        const after = Math.abs(blurred[i] - blurred[i - step]);
        variation += before;
        lost += Math.max(0, before - after);
      }
    }
    return variation > 0 ? lost / variation : 0;
  }
}
