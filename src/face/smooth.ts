// Smooths tracked faces for finals: looks ahead as well as back, so that nothing lags, fades before a face is lost, and is
// at full strength on the first frame after a cut.

import type { MeshLandmarks, TrackedFace } from '../core/index.ts';
import { eyeDistance, OCCLUSION_SIDE } from '../core/index.ts';
import { FADE_FRAMES } from './fade.ts';
import type { FaceTables } from './needs.ts';
import { headPose } from './pose.ts';

/** Frames that the smoother needs to see after a frame before it gives that frame out, and before it to resume. */
export const LOOKAHEAD: number = FADE_FRAMES;

/** Frames. On three clips of talking people this left 0.27-0.44 % of the eye distance of 0.95-1.15 % trembling. */
const SIGMA = 1.2;
/** Beyond 4 frames the weight is below half a percent. */
const RADIUS = 4;
const WEIGHTS = Array.from({ length: RADIUS + 1 }, (_, k) => Math.exp(-(k * k) / (2 * SIGMA * SIGMA)));

/** A step this many times its neighbours, and this many eye distances long, is a cut that the plate did not show. */
const JUMP_RATIO = 4;
const JUMP_DISTANCE = 0.25;

/** One frame as the tracker gave it. */
export interface RawFrame {
  readonly faces: readonly TrackedFace[];
  /** `FaceTracker.wasCut`. */
  readonly isCut: boolean;
}

/** Streaming; each pushed frame comes out LOOKAHEAD frames later. Frames are kept, not changed. */
export class OfflineSmoother {
  private readonly tables: FaceTables;
  /** Frames n - 2 LOOKAHEAD to n, oldest first. */
  private window: RawFrame[];
  /** How many frames at the front of the window have been given out, or were before this smoother began. */
  private done: number;

  /**
   * @param history - To resume at frame n: the raw frames before n, at least the last LOOKAHEAD of them (fewer only when
   * the clip began later). They are not given out again.
   */
  constructor(tables: FaceTables, history: readonly RawFrame[] = []) {
    this.tables = tables;
    this.window = history.slice(-LOOKAHEAD);
    this.done = this.window.length;
  }

  /** @returns The smoothed faces of LOOKAHEAD frames ago; null until so many frames are in. */
  push(frame: RawFrame): TrackedFace[] | null {
    this.window.push(frame);
    if (this.window.length - this.done <= LOOKAHEAD) return null;
    return this.next();
  }

  /** The frames still held back, at the end of the clip. A clip's end is no loss: nothing fades. */
  flush(): TrackedFace[][] {
    const rest: TrackedFace[][] = [];
    while (this.done < this.window.length) rest.push(this.next());
    return rest;
  }

  private next(): TrackedFace[] {
    const faces = smoothFrame(this.window, this.done, this.tables);
    this.done++;
    while (this.done > LOOKAHEAD) {
      this.window.shift();
      this.done--;
    }
    return faces;
  }
}

/** All frames of a clip at once. */
export function smoothTracks(frames: readonly RawFrame[], tables: FaceTables): TrackedFace[][] {
  const smoother = new OfflineSmoother(tables);
  const out: TrackedFace[][] = [];
  for (const frame of frames) {
    const faces = smoother.push(frame);
    if (faces) out.push(faces);
  }
  return [...out, ...smoother.flush()];
}

function smoothFrame(window: readonly RawFrame[], at: number, tables: FaceTables): TrackedFace[] {
  return window[at].faces.map((face) => {
    const run = unbrokenRun(window, at, face.trackId);
    const { landmarks, fade, occlusion } = weightedMean(run.faces, run.at);
    return {
      trackId: face.trackId,
      landmarks,
      score: face.score,
      pose: headPose(landmarks, tables.canonical),
      fade: fade * Math.min(fadeIn(window, at, face.trackId), fadeOut(window, at, face.trackId)),
      ...(occlusion ? { occlusion } : {}),
    };
  });
}

/** The same face in the neighbouring frames, up to a cut, a loss or a jump. `at` is the frame's own place in `faces`. */
function unbrokenRun(window: readonly RawFrame[], at: number, trackId: number): { faces: TrackedFace[]; at: number } {
  const faces = [faceIn(window[at], trackId) as TrackedFace];
  for (let i = at - 1; i >= Math.max(0, at - RADIUS); i--) {
    const face = window[i + 1].isCut ? undefined : faceIn(window[i], trackId);
    if (!face || isJump(window, i + 1, trackId)) break;
    faces.unshift(face);
  }
  const own = faces.length - 1;
  for (let i = at + 1; i <= Math.min(window.length - 1, at + RADIUS); i++) {
    const face = window[i].isCut ? undefined : faceIn(window[i], trackId);
    if (!face || isJump(window, i, trackId)) break;
    faces.push(face);
  }
  return { faces, at: own };
}

/** The same number of frames on either side, so that a moving face is neither ahead nor behind where a run ends. */
function weightedMean(
  faces: readonly TrackedFace[],
  at: number,
): Pick<TrackedFace, 'landmarks' | 'fade' | 'occlusion'> {
  const radius = Math.min(at, faces.length - 1 - at);
  const landmarks = new Float32Array(faces[at].landmarks.length);
  let total = WEIGHTS[0];
  for (let k = 1; k <= radius; k++) total += 2 * WEIGHTS[k];
  const occlusion = faces.some((face) => face.occlusion) ? new Float32Array(OCCLUSION_SIDE ** 2) : null;
  let fade = 0;
  for (let k = -radius; k <= radius; k++) {
    const face = faces[at + k];
    const weight = WEIGHTS[Math.abs(k)] / total;
    fade += weight * face.fade;
    for (let i = 0; i < landmarks.length; i++) landmarks[i] += weight * face.landmarks[i];
    if (!occlusion || !face.occlusion) continue;
    for (let i = 0; i < occlusion.length; i++) occlusion[i] += weight * face.occlusion[i];
  }
  return { landmarks, fade, ...(occlusion ? { occlusion: Uint8Array.from(occlusion, Math.round) } : {}) };
}

/** Did the face jump between frames i - 1 and i, as in a cut within one set-up, far beyond how it moves otherwise? */
function isJump(window: readonly RawFrame[], i: number, trackId: number): boolean {
  const step = faceStep(window, i, trackId);
  if (!(step > JUMP_DISTANCE)) return false;
  const around = Math.max(faceStep(window, i - 1, trackId), faceStep(window, i + 1, trackId));
  return step > JUMP_RATIO * around;
}

/** How far the middle of the eyes moved from frame i - 1 to i, in eye distances; 0 where the face is not in both. */
function faceStep(window: readonly RawFrame[], i: number, trackId: number): number {
  const from = window[i - 1] && faceIn(window[i - 1], trackId);
  const to = window[i] && !window[i].isCut && faceIn(window[i], trackId);
  if (!from || !to) return 0;
  const [x0, y0] = eyeMiddle(from.landmarks);
  const [x1, y1] = eyeMiddle(to.landmarks);
  return Math.hypot(x1 - x0, y1 - y0) / eyeDistance(to.landmarks);
}

/** Between the outer corners of the eyes. */
function eyeMiddle(landmarks: MeshLandmarks): [number, number] {
  return [(landmarks[33 * 3] + landmarks[263 * 3]) / 2, (landmarks[33 * 3 + 1] + landmarks[263 * 3 + 1]) / 2];
}

/** Rises over FADE_FRAMES after the face came up within a shot; 1 at once where the shot itself began. */
function fadeIn(window: readonly RawFrame[], at: number, trackId: number): number {
  for (let k = 0; k < FADE_FRAMES; k++) {
    const i = at - k;
    if (i <= 0 || window[i].isCut) return 1;
    if (!faceIn(window[i - 1], trackId)) return (k + 1) / (FADE_FRAMES + 1);
  }
  return 1;
}

/** Falls over FADE_FRAMES before the face is lost within a shot. */
function fadeOut(window: readonly RawFrame[], at: number, trackId: number): number {
  for (let k = 0; k < FADE_FRAMES; k++) {
    const next = window[at + k + 1];
    if (!next || next.isCut) return 1;
    if (!faceIn(next, trackId)) return (k + 1) / (FADE_FRAMES + 1);
  }
  return 1;
}

function faceIn(frame: RawFrame, trackId: number): TrackedFace | undefined {
  return frame.faces.find((face) => face.trackId === trackId);
}
