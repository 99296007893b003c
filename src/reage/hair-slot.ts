// The buffers of one head's hair on its way through the frame path: wider crop, matte, change. One for each face of the
// plate whose hair changes, reused from frame to frame so that nothing is allocated.

import type { Affine, MeshLandmarks, TrackedFace } from '../core/index.ts';
import { halvePlanes, invertAffine } from '../core/index.ts';
import { HAIR_CROP_PX, plateToHair } from '../face/index.ts';
import type { ApplyInput } from './apply-input.ts';
import { CHANGE_CHANNELS } from './apply-input.ts';
import type { WidePerson } from './hair-matte.ts';
import { HAIR_GRID, HairMatte, personOverHair } from './hair-matte.ts';
import type { FrameLook } from './look.ts';
import type { HairChange, HairInput } from './needs.ts';

const CELLS = HAIR_GRID * HAIR_GRID;
const SMALL_CELLS = HAIR_CROP_PX * HAIR_CROP_PX;
const MAP_SIDE = HAIR_CROP_PX / 2;

export class HairSlot {
  plateToHair: Affine = [1, 0, 0, 0, 1, 0];
  hairToPlate: Affine = [1, 0, 0, 0, 1, 0];
  /** [3, HAIR_GRID, HAIR_GRID], RGB, display-referred 0..1: to be filled by the caller. */
  readonly image: Float32Array = new Float32Array(3 * CELLS);
  private readonly small = new Float32Array(3 * SMALL_CELLS);
  private readonly sourceAge = new Float32Array(MAP_SIDE * MAP_SIDE);
  private readonly targetAge = new Float32Array(MAP_SIDE * MAP_SIDE);
  /** On the hair's grid, at half its size, and as the network sees it. */
  private readonly person = new Float32Array(CELLS);
  private readonly personHalf = new Float32Array(SMALL_CELLS);
  private readonly personMap = new Float32Array(MAP_SIDE * MAP_SIDE);
  private readonly hairMatte = new HairMatte();
  /** [HAIR_GRID, HAIR_GRID, CHANGE_CHANNELS]; hair does not move. */
  private readonly change = new Float32Array(CELLS * CHANGE_CHANNELS);

  /** @param plateToCrop - Of the face's aligned crop, whose side is `cropSize`. */
  place(plateToCrop: Affine, cropSize: number): void {
    this.plateToHair = plateToHair(plateToCrop, cropSize, HAIR_GRID);
    this.hairToPlate = invertAffine(this.plateToHair);
  }

  /** Once the image is filled. @param person - null where nothing is known of it. */
  input(sourceAge: number, { targetAge, regionAges }: FrameLook, person: WidePerson | null): HairInput {
    halvePlanes(this.image, HAIR_GRID, this.small);
    personOverHair(person, this.person);
    halvePlanes(this.person, HAIR_GRID, this.personHalf);
    halvePlanes(this.personHalf, HAIR_CROP_PX, this.personMap);
    this.sourceAge.fill(sourceAge / 100);
    this.targetAge.fill((regionAges.hair ?? targetAge) / 100);
    const map = [1, 1, MAP_SIDE, MAP_SIDE];
    return {
      image: { data: this.small, shape: [1, 3, HAIR_CROP_PX, HAIR_CROP_PX] },
      sourceAge: { data: this.sourceAge, shape: map },
      targetAge: { data: this.targetAge, shape: map },
      person: { data: this.personMap, shape: map },
    };
  }

  /**
   * @param face - The face's own change, matte and all.
   * @param strength - Of the look: 0 plate, 1 as predicted, up to 2.
   * @param others - Every other face on the plate.
   */
  take(
    { matte, gain, residual }: HairChange,
    tracked: TrackedFace,
    face: ApplyInput,
    strength: number,
    others: readonly MeshLandmarks[],
  ): void {
    const { image, small, change } = this;
    this.hairMatte.update({
      hair: matte,
      person: this.person,
      others,
      image,
      small,
      face,
      occlusion: tracked.occlusion ?? null,
      plateToHair: this.plateToHair,
      landmarks: tracked.landmarks,
    });
    for (let y = 0, at = 0; y < HAIR_GRID; y++) {
      const row = (y >> 1) * HAIR_CROP_PX;
      for (let x = 0; x < HAIR_GRID; x++, at += CHANGE_CHANNELS) {
        const k = row + (x >> 1);
        for (let c = 0, from = k; c < 3; c++, from += SMALL_CELLS) {
          change[at + 2 + c] = strength * gain[from];
          change[at + 5 + c] = strength * residual[from];
        }
      }
    }
  }

  /** @param strength - As of the face. */
  applyInput(strength: number): ApplyInput {
    const { plateToHair: toHair, hairToPlate, change } = this;
    const { matte } = this.hairMatte;
    return {
      plateToCrop: toHair,
      cropToPlate: hairToPlate,
      size: HAIR_GRID,
      change,
      matte,
      matteSize: HAIR_GRID,
      strength,
    };
  }
}
