// The one path of a frame: locate -> predict -> apply, the same for live, stills, clips and the farm. Stateless from frame
// to frame, so any frame can be made alone and comes out the same.

import type { Affine, MeshLandmarks, Network, Plate, Tensor, TrackedFace } from '../core/index.ts';
import { composeAffine, eyeDistance, invertAffine, PlateCropper } from '../core/index.ts';
import { alignFace } from '../face/index.ts';
import { ChangeApplier } from './apply.ts';
import { FaceSlot } from './face-slot.ts';
import type { WidePerson } from './hair-matte.ts';
import { HAIR_GRID } from './hair-matte.ts';
import { HairSlot } from './hair-slot.ts';
import type { FrameLook } from './look.ts';
import type { Change, HairPredictor, Predictor } from './needs.ts';
import { GRID } from './skin.ts';

/** What is asked for one face on this plate. */
export interface FaceOrder {
  readonly face: TrackedFace;
  /** Years; fixed for the clip. */
  readonly sourceAge: number;
  readonly look: FrameLook;
  readonly predictor: Predictor;
  /** Values of the predictor's `extraInputs`. */
  readonly extra?: Readonly<Record<string, Tensor>>;
}

/** `final` also scales detail that is finer than the crop, in close-ups; `live` leaves it as filmed. */
export type Tier = 'live' | 'final';

export type ReageStage = 'crop' | 'predict' | 'matte' | 'apply';

export interface FaceReport {
  readonly trackId: number;
  /** Fade x plate blend: 0 the plate, 1 fully re-aged. */
  readonly strength: number;
  readonly cropToPlate: Affine;
  /** Mean |change|, display-referred RGB 0..1, where the matte is above one half. */
  readonly meanChange: number;
  readonly ms: Readonly<Record<ReageStage, number>>;
}

export interface ReageOptions {
  /** Every face found on the plate, ordered or not: one that stands in front of an ordered face is kept out of its matte. */
  readonly faces?: readonly TrackedFace[];
  /** [height, width]; raised to the largest matte of all faces. */
  readonly matteOut?: Float32Array;
}

/** Preceding frames that a frame depends on: none. */
export const MEMORY_FRAMES = 0;

/** Side of the person network's picture; at twice the crop's side its middle half lies cell on cell on the matte grid. */
const PERSON_SIZE = 256;

export class FramePath {
  private readonly person: Network | null;
  private readonly hair: HairPredictor | null;
  private readonly clock: () => number;
  private readonly tier: Tier;
  private readonly cropper = new PlateCropper();
  private readonly applier = new ChangeApplier();
  private readonly slots: FaceSlot[] = [];
  private readonly hairSlots: HairSlot[] = [];
  private readonly personImage = new Float32Array(PERSON_SIZE * PERSON_SIZE * 3);
  private readonly personGrid = new Float32Array(GRID * GRID);
  /** Over twice the face crop's side; the network's until its next run. */
  private personWide: WidePerson | null = null;

  /**
   * @param tools - `person`: the person-matte network, or null to leave ears and neck as they are. `hair`: null or left out,
   * hair stays plate. Both stay the caller's. `clock`: milliseconds, what the stages are timed by; the bench hands in CPU
   * time. Default: elapsed time. `tier`: `final` by default.
   */
  constructor(tools: {
    readonly person: Network | null;
    readonly hair?: HairPredictor | null;
    readonly clock?: () => number;
    readonly tier?: Tier;
  }) {
    this.person = tools.person;
    this.hair = tools.hair ?? null;
    this.tier = tools.tier ?? 'final';
    this.clock = tools.clock ?? (() => performance.now());
  }

  /**
   * Re-ages the ordered faces in place on a plate that the caller owns. Not re-entrant: one FramePath per thread.
   * All faces are read before any is written, so neighbours do not see each other's change.
   */
  async reage(plate: Plate, orders: readonly FaceOrder[], options: ReageOptions = {}): Promise<FaceReport[]> {
    const prepared: { readonly report: FaceReport; readonly hair: HairSlot | null }[] = [];
    for (const [i, order] of orders.entries()) {
      const slot = (this.slots[i] ??= new FaceSlot());
      const report = await this.prepare(slot, plate, order, options.faces ?? []);
      const isHairAsked = this.hair !== null && report.strength > 0 && order.look.strengths.hair > 0;
      const hair = isHairAsked ? (this.hairSlots[i] ??= new HairSlot()) : null;
      const hairMs = hair ? await this.prepareHair(hair, slot, plate, order, options.faces ?? []) : NO_TIME;
      prepared.push({ hair, report: { ...report, ms: addMs(report.ms, hairMs) } });
    }
    return prepared.map(({ report, hair }, i) => {
      const start = this.clock();
      // hair first: where the face's change moves the hairline, it moves hair that has changed
      if (hair) this.applier.apply(plate, hair.applyInput(report.strength), options.matteOut);
      const { meanChange } = this.applier.apply(plate, this.slots[i].applyInput(report.strength), options.matteOut);
      return { ...report, meanChange, ms: { ...report.ms, apply: this.clock() - start } };
    });
  }

  private async prepare(
    slot: FaceSlot,
    plate: Plate,
    order: FaceOrder,
    faces: readonly TrackedFace[],
  ): Promise<FaceReport> {
    const { face, look, predictor, sourceAge, extra } = order;
    const strength = face.fade * look.blend;
    const started = this.clock();
    slot.place(alignFace(face.landmarks, predictor.cropSize), predictor.cropSize);
    const report = { trackId: face.trackId, strength, cropToPlate: slot.cropToPlate, meanChange: 0 };
    if (strength <= 0) {
      slot.clear();
      return { ...report, ms: NO_TIME };
    }
    this.cropper.crop(plate, slot.cropToPlate, slot.size, slot.image, {
      layout: 'nchw',
      low: 0,
      high: 1,
      border: 'edge',
    });
    const cropped = this.clock();
    slot.drawRegions(face.landmarks, look, sourceAge, predictor.ageMapSize);
    const person = await this.personOver(plate, slot);
    slot.drawMatte(face, person, inFrontOf(face, faces));
    const matted = this.clock();
    const change: Change = await predictor.predict({
      ...slot.predictInput(face.landmarks),
      ...(extra ? { extra } : {}),
    });
    const predicted = this.clock();
    slot.takeChange(this.tier === 'final' ? slot.withFineDetail(change) : change, look.strengths['skin-tone']);
    const taken = this.clock();
    return {
      ...report,
      ms: {
        crop: cropped - started,
        matte: matted - cropped + taken - predicted,
        predict: predicted - matted,
        apply: 0,
      },
    };
  }

  /** @returns What it took, by stage. */
  private async prepareHair(
    hair: HairSlot,
    slot: FaceSlot,
    plate: Plate,
    { face, look, sourceAge }: FaceOrder,
    faces: readonly TrackedFace[],
  ): Promise<FaceReport['ms']> {
    const started = this.clock();
    hair.place(slot.plateToCrop, slot.size);
    const options = { layout: 'nchw', low: 0, high: 1, border: 'edge' } as const;
    this.cropper.crop(plate, hair.hairToPlate, HAIR_GRID, hair.image, options);
    const input = hair.input(sourceAge, look, this.personWide);
    const cropped = this.clock();
    const change = await (this.hair as HairPredictor).predict(input);
    const predicted = this.clock();
    const others = faces.filter(({ trackId }) => trackId !== face.trackId).map(({ landmarks }) => landmarks);
    hair.take(change, face, slot.applyInput(1), look.strengths.hair, others);
    return { crop: cropped - started, predict: predicted - cropped, matte: this.clock() - predicted, apply: 0 };
  }

  /** Person probability on the matte grid, valid until the next call, or null without the network. */
  private async personOver(plate: Plate, slot: FaceSlot): Promise<Float32Array | null> {
    if (!this.person) return null;
    // person pixels -> crop pixels: twice the crop's side, same centre
    const scale = (2 * slot.size) / PERSON_SIZE;
    const toCrop: Affine = [scale, 0, -slot.size / 2, 0, scale, -slot.size / 2];
    this.cropper.crop(plate, composeAffine(slot.cropToPlate, toCrop), PERSON_SIZE, this.personImage, {
      layout: 'nhwc',
      low: 0,
      high: 1,
      border: 'edge',
      coarse: true,
    });
    const input = { data: this.personImage, shape: [1, PERSON_SIZE, PERSON_SIZE, 3] };
    const outputs = await this.person.run({ [this.person.inputNames[0]]: input });
    const probability = outputs[this.person.outputNames[0]].data;
    this.personWide = { data: probability, side: PERSON_SIZE };
    const offset = (PERSON_SIZE - GRID) / 2;
    for (let y = 0; y < GRID; y++) {
      const row = (y + offset) * PERSON_SIZE + offset;
      this.personGrid.set(probability.subarray(row, row + GRID), y * GRID);
    }
    return this.personGrid;
  }
}

const NO_TIME: FaceReport['ms'] = { crop: 0, predict: 0, matte: 0, apply: 0 };

function addMs(a: FaceReport['ms'], b: FaceReport['ms']): FaceReport['ms'] {
  return {
    crop: a.crop + b.crop,
    predict: a.predict + b.predict,
    matte: a.matte + b.matte,
    apply: a.apply + b.apply,
  };
}

/** Faces that overlap this one and look nearer to the camera (the larger eye distance is taken as the nearer face). */
function inFrontOf(face: TrackedFace, faces: readonly TrackedFace[]): MeshLandmarks[] {
  const own = eyeDistance(face.landmarks);
  const plateToFace = invertAffine([own, 0, face.landmarks[3], 0, own, face.landmarks[4]]);
  return faces
    .filter((other) => {
      if (other.trackId === face.trackId || eyeDistance(other.landmarks) <= own) return false;
      const dx = plateToFace[0] * other.landmarks[3] + plateToFace[2];
      const dy = plateToFace[4] * other.landmarks[4] + plateToFace[5];
      return Math.hypot(dx, dy) < 6;
    })
    .map((other) => other.landmarks);
}
