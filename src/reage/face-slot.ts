// The buffers of one face on its way through the frame path: crop, region fields, matte, change. One slot per face of the
// plate, reused from frame to frame so that nothing is allocated.

import type { Affine, MeshLandmarks, TrackedFace } from '../core/index.ts';
import { composeAffine, invertAffine } from '../core/index.ts';
import { CARRY_POINTS, carryPointsThrough } from '../face/index.ts';
import type { ApplyInput } from './apply-input.ts';
import { CHANGE_CHANNELS } from './apply-input.ts';
import type { FrameLook } from './look.ts';
import type { CropBox } from './fine-detail.ts';
import { FINER_FROM, FineDetail } from './fine-detail.ts';
import { FaceMatte } from './matte.ts';
import type { Change, PredictInput } from './needs.ts';
import { RegionFields } from './regions.ts';
import { scaleSkinTone } from './skin-tone.ts';
import { GRID } from './skin.ts';

export class FaceSlot {
  size = 0;
  plateToCrop: Affine = [1, 0, 0, 0, 1, 0];
  cropToPlate: Affine = [1, 0, 0, 0, 1, 0];
  /** [3, size, size], RGB, display-referred 0..1. */
  image: Float32Array = new Float32Array(0);
  private readonly regions = new RegionFields();
  private readonly faceMatte = new FaceMatte();
  private readonly carry = new Float32Array(2 * CARRY_POINTS.length);
  private readonly sourceAge = new Float32Array(GRID * GRID);
  private fineDetail: FineDetail | null = null;
  /** [size, size, CHANGE_CHANNELS]. */
  private change: Float32Array = new Float32Array(0);

  place(plateToCrop: Affine, size: number): void {
    this.plateToCrop = plateToCrop;
    this.cropToPlate = invertAffine(plateToCrop);
    if (this.size === size) return;
    this.size = size;
    this.image = new Float32Array(3 * size * size);
    this.change = new Float32Array(CHANGE_CHANNELS * size * size);
  }

  /** Nothing is to be changed on this frame. */
  clear(): void {
    this.faceMatte.matte.fill(0);
  }

  /** @throws {RangeError} when the predictor's age maps are not of the grid's size. */
  drawRegions(landmarks: MeshLandmarks, look: FrameLook, sourceAge: number, ageMapSize: number): void {
    if (ageMapSize !== GRID) throw new RangeError(`age maps of ${ageMapSize} cells; the region fields have ${GRID}`);
    this.regions.update(landmarks, this.plateToGrid(), look);
    this.sourceAge.fill(sourceAge / 100);
  }

  drawMatte(face: TrackedFace, person: Float32Array | null, inFront: readonly MeshLandmarks[]): void {
    this.faceMatte.update({
      landmarks: face.landmarks,
      occlusion: face.occlusion ?? null,
      plateToGrid: this.plateToGrid(),
      image: this.image,
      size: this.size,
      person,
      inFront,
    });
  }

  predictInput(landmarks: MeshLandmarks): PredictInput {
    carryPointsThrough(landmarks, this.plateToCrop, this.carry);
    const map = [1, 1, GRID, GRID];
    return {
      image: { data: this.image, shape: [1, 3, this.size, this.size] },
      sourceAge: { data: this.sourceAge, shape: map },
      targetAge: { data: this.regions.targetAge, shape: map },
      carry: this.carry,
    };
  }

  /** The change, with detail finer than the crop scaled where the face shows such. Valid until the next call. */
  withFineDetail(change: Change): Change {
    if (Math.hypot(this.cropToPlate[0], this.cropToPlate[3]) < FINER_FROM) return change;
    const box = this.coveredBox();
    if (!box) return change;
    if (this.fineDetail?.size !== change.size) this.fineDetail = new FineDetail(change.size);
    return this.fineDetail.scale(change, this.image, box);
  }

  /** Where the matte is not 0, crop pixels; null where it is 0 all over. */
  private coveredBox(): CropBox | null {
    const { matte } = this.faceMatte;
    let [x0, y0, x1, y1] = [GRID, GRID, 0, 0];
    for (let y = 0, i = 0; y < GRID; y++) {
      for (let x = 0; x < GRID; x++, i++) {
        if (matte[i] === 0) continue;
        [x0, y0, x1, y1] = [Math.min(x0, x), Math.min(y0, y), Math.max(x1, x + 1), y + 1];
      }
    }
    const scale = this.size / GRID;
    return x1 === 0 ? null : [x0 * scale, y0 * scale, x1 * scale, y1 * scale];
  }

  /** Copies the predicted change, channel beside channel, with the regions' strengths in it. */
  takeChange({ flow, gain, residual, size }: Change, skinTone: number): void {
    const plane = size * size;
    const perCell = size / GRID;
    const { tone, flow: flowStrength } = this.regions;
    const out = this.change;
    for (let y = 0, i = 0, at = 0; y < size; y++) {
      const gridRow = Math.floor(y / perCell) * GRID;
      for (let x = 0; x < size; x++, i++, at += CHANGE_CHANNELS) {
        const cell = gridRow + ((x / perCell) | 0);
        const t = tone[cell];
        const f = flowStrength[cell];
        out[at] = flow[i] * f;
        out[at + 1] = flow[i + plane] * f;
        out[at + 2] = gain[i] * t;
        out[at + 3] = gain[i + plane] * t;
        out[at + 4] = gain[i + 2 * plane] * t;
        out[at + 5] = residual[i] * t;
        out[at + 6] = residual[i + plane] * t;
        out[at + 7] = residual[i + 2 * plane] * t;
      }
    }
    this.faceMatte.distrust(out, this.image, size);
    if (skinTone !== 1) scaleSkinTone(out, size, skinTone);
  }

  applyInput(strength: number): ApplyInput {
    const { plateToCrop, cropToPlate, size, change } = this;
    return { plateToCrop, cropToPlate, size, change, matte: this.faceMatte.matte, matteSize: GRID, strength };
  }

  private plateToGrid(): Affine {
    const k = GRID / this.size;
    return composeAffine([k, 0, 0, 0, k, 0], this.plateToCrop);
  }
}
