// From faces that are cast to orders for the frame path, and the lines that the report has of them.

import type { TrackedFace } from '../core/index.ts';
import { eyeDistance } from '../core/index.ts';
import type { FaceReport } from '../reage/index.ts';
import { lookAt } from '../reage/index.ts';
import type { CastFace } from './casting.ts';
import type { FaceRow } from './frame-row.ts';
import { rounded } from './frame-row.ts';
import type { PlacedOrder } from './needs.ts';
import type { CastPlan } from './render-job.ts';

export interface Ordered {
  readonly performer: string;
  readonly order: PlacedOrder;
}

/** @param found - Who is who, by track. */
export function ordersFor(
  faces: readonly TrackedFace[],
  found: ReadonlyMap<number, CastFace>,
  cast: readonly CastPlan[],
  frameIndex: number,
): Ordered[] {
  return faces.flatMap((face): Ordered[] => {
    const role = found.get(face.trackId);
    const member = role && cast.find(({ performer }) => performer === role.performer);
    if (!role || !member) return [];
    const order: PlacedOrder = {
      face: { ...face, fade: face.fade * role.share },
      sourceAge: member.sourceAge,
      look: lookAt(member.look, frameIndex),
      likeness: member.likeness.sha256,
    };
    return [{ performer: role.performer, order }];
  });
}

export function faceRow(face: TrackedFace, role: CastFace | undefined, ordered: readonly Ordered[]): FaceRow {
  const order = ordered.find((one) => one.order.face.trackId === face.trackId)?.order;
  const fade = face.fade * (role?.share ?? 1);
  return {
    trackId: face.trackId,
    performer: order && role ? role.performer : null,
    score: rounded(face.score, 3),
    yaw: rounded(face.pose.yaw, 1),
    pitch: rounded(face.pose.pitch, 1),
    roll: rounded(face.pose.roll, 1),
    eyeDistancePx: rounded(eyeDistance(face.landmarks), 1),
    fade: rounded(fade, 3),
    strength: order ? rounded(fade * order.look.blend, 3) : 0,
    targetAge: order ? rounded(order.look.targetAge, 2) : null,
    meanChange: null,
  };
}

/** The rows with what was changed, once it is known. */
export function withChanges(rows: readonly FaceRow[], reports: readonly FaceReport[]): FaceRow[] {
  return rows.map((row) => {
    const report = reports.find((one) => one.trackId === row.trackId);
    return report ? { ...row, meanChange: rounded(report.meanChange, 5) } : row;
  });
}
