// Re-ages one still: the same casting and the same path of a frame as a clip, on one picture.

import type { Consented, Plate, TrackedFace } from '../core/index.ts';
import { CodedError } from '../core/index.ts';
import type { CastingRule } from './casting.ts';
import { Casting } from './casting.ts';
import { faceRow, ordersFor, withChanges } from './face-orders.ts';
import type { FaceRow } from './frame-row.ts';
import type { Reageing } from './needs.ts';
import type { CastPlan } from './render-job.ts';

export interface StillOrder {
  /** Changed in place. */
  readonly plate: Plate;
  /** For people. */
  readonly pictureName: string;
  /** All faces on the plate, the largest first. */
  readonly faces: readonly TrackedFace[];
  /** By track; a face without one is known by nobody. */
  readonly descriptors: ReadonlyMap<number, Float32Array>;
  readonly cast: readonly Consented<CastPlan>[];
  readonly rule: CastingRule;
}

/**
 * @returns One row per face.
 * @throws {CodedError} `finals/no-face`, `finals/performer-not-seen`
 */
export async function renderStill(order: StillOrder, reageing: Reageing): Promise<readonly FaceRow[]> {
  const { plate, faces, descriptors, cast, rule, pictureName } = order;
  if (faces.length === 0) {
    throw new CodedError('finals/no-face', `no face was found in ${pictureName}`, {
      hint: 'Nothing was written. Give a picture in which the face is larger or better to be seen.',
    });
  }
  const casting = new Casting(rule, 0);
  casting.see({
    frameIndex: 0,
    isCut: true,
    faces,
    descriptors: [...descriptors].map(([trackId, descriptor]) => ({ trackId, descriptor })),
  });
  const found = casting.castOn(0, faces.map((face) => face.trackId)); // prettier-ignore
  const ordered = ordersFor(faces, found, cast, 0);
  if (ordered.length === 0) {
    const names = cast.map(({ performer }) => performer).join(', ');
    throw new CodedError('finals/performer-not-seen', `none of the faces in ${pictureName} is taken to be ${names}`, {
      hint: 'Nothing was written. Check the name, add photos near this age to the library, or use --from-age without one.',
    });
  }
  const rows = faces.map((face) => faceRow(face, found.get(face.trackId), ordered));
  const reports = await reageing.reage({
    plate,
    faces,
    orders: ordered.map((one) => one.order),
    matte: null,
  });
  return withChanges(rows, reports);
}
