// Which frames need a person's eye before anybody else sees them, and why: the worst first.

import { PROFILE_FADE } from '../face/index.ts';
import type { FaceRow, FrameRow } from './frame-row.ts';

/** From the worst to the mildest. */
export const REASONS = ['damaged', 'lost', 'jump', 'uncertain', 'profile', 'fading'] as const;

export type Reason = (typeof REASONS)[number];

export const REASON_TEXT: Readonly<Record<Reason, string>> = {
  damaged: 'the clip is damaged here and was patched by the decoder',
  lost: 'the performer was seen just before and is not found here: plate',
  jump: 'the change is much stronger or weaker than in the frames beside it',
  uncertain: 'the tracker is not sure of the face',
  profile: 'the head is turned near profile, where the effect fades',
  fading: 'the effect fades in or out',
};

/** Frames [from, to) in a row that need an eye. */
export interface AttentionRun {
  readonly from: number;
  readonly to: number;
  readonly reasons: readonly Reason[];
  /** The frame to look at first. */
  readonly worstFrame: number;
}

/** A mesh that scores less saw something odd; a plainly seen face scores above 0.99. */
const CERTAIN_SCORE = 0.9;
/** For so many frames after a performer was last seen the loss is worth a look. */
const LOSS_FRAMES = 24;
/** A change that differs so much from the median of five frames. */
const JUMP_SHARE = 0.4;
/** Between keyframes the change grows because it is asked to. */
const SAME_AGE_YEARS = 1;
/** Flagged frames with at most so many unflagged ones between are one run. */
const GAP_FRAMES = 2;

/** What can be said of a frame when it is made; `jump` needs its neighbours. */
export class AttentionWatch {
  private readonly lastSeen = new Map<string, number>();

  reasonsFor(row: FrameRow): Reason[] {
    if (row.isCut) this.lastSeen.clear();
    const reasons = new Set<Reason>();
    if (row.isDamaged) reasons.add('damaged');
    for (const face of row.faces) {
      if (face.performer === null) continue;
      this.lastSeen.set(face.performer, row.frameIndex);
      if (face.score < CERTAIN_SCORE) reasons.add('uncertain');
      if (Math.abs(face.yaw) > PROFILE_FADE[0]) reasons.add('profile');
      if (face.fade < 0.999) reasons.add('fading');
    }
    for (const last of this.lastSeen.values()) {
      if (last < row.frameIndex && row.frameIndex - last <= LOSS_FRAMES) reasons.add('lost');
    }
    return REASONS.filter((reason) => reasons.has(reason));
  }
}

/** @param rows - In order. @returns The worst first, then in order. */
export function findAttention(rows: readonly FrameRow[]): AttentionRun[] {
  const watch = new AttentionWatch();
  const flagged = rows.map((row, i) => {
    const reasons = watch.reasonsFor(row);
    return isJump(rows, i) ? REASONS.filter((reason) => reason === 'jump' || reasons.includes(reason)) : reasons;
  });
  const runs: AttentionRun[] = [];
  let start = -1;
  let end = -1;
  const close = (): void => {
    if (start >= 0) runs.push(runOf(rows, flagged, start, end));
    start = -1;
  };
  flagged.forEach((reasons, i) => {
    if (start >= 0 && (i - end > GAP_FRAMES || rows[i].isCut)) close();
    if (reasons.length === 0) return;
    if (start < 0) start = i;
    end = i + 1;
  });
  close();
  return runs.sort((a, b) => rank(a.reasons) - rank(b.reasons) || a.from - b.from);
}

function rank(reasons: readonly Reason[]): number {
  return reasons.length === 0 ? REASONS.length : REASONS.indexOf(reasons[0]);
}

function runOf(rows: readonly FrameRow[], flagged: readonly Reason[][], start: number, end: number): AttentionRun {
  const within = flagged.slice(start, end);
  const reasons = REASONS.filter((reason) => within.some((list) => list.includes(reason)));
  const worst = within.findIndex((list) => list.includes(reasons[0]));
  return {
    from: rows[start].frameIndex,
    to: rows[end - 1].frameIndex + 1,
    reasons,
    worstFrame: rows[start + worst].frameIndex,
  };
}

function isJump(rows: readonly FrameRow[], at: number): boolean {
  return rows[at].faces.some((face) => {
    if (face.performer === null || face.meanChange === null || face.fade < 0.999) return false;
    const around = neighbours(rows, at, face);
    if (around.length < 3) return false;
    const median = around.sort((a, b) => a - b)[around.length >> 1];
    return median > 0.005 && Math.abs(face.meanChange - median) > JUMP_SHARE * median;
  });
}

/** Changes of the same track, fully on and asked for at about the same age, within two frames. */
function neighbours(rows: readonly FrameRow[], at: number, face: FaceRow): number[] {
  const changes: number[] = [];
  for (let i = Math.max(0, at - 2); i <= Math.min(rows.length - 1, at + 2); i++) {
    const same = rows[i].faces.find((other) => other.trackId === face.trackId && other.fade >= 0.999);
    if (!same || same.meanChange === null || same.strength !== face.strength) continue;
    if (Math.abs((same.targetAge ?? 0) - (face.targetAge ?? 0)) < SAME_AGE_YEARS) changes.push(same.meanChange);
  }
  return changes;
}
