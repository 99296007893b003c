// Frames of footage for a library: of a few hundred looked at, the sharpest that differ most from each other in pose,
// expression, light and person.

import type { Plate } from '../core/index.ts';
import { IDENTITY, PlateCropper, packedRgb } from '../core/index.ts';
import { EXPRESSION_NAMES, identityDistance } from '../face/index.ts';
import type { OpenedFootage } from './needs.ts';
import type { FaceObserver, ObservedFace } from './observe.ts';

/** Seconds between frames that are looked at, at least. */
const LOOK_EVERY_SECONDS = 0.5;
const MAX_LOOKED_AT = 240;
const MAX_CHOSEN = 24;
/** Frames nearer to a chosen one than this say nothing new; see `frameDifference`. */
const MIN_DIFFERENCE = 0.35;
const MIN_SHARPNESS = 0.25;
const MIN_EYE_DISTANCE_PX = 24;

export interface SeenFrame {
  readonly frameIndex: number;
  /** The largest face. */
  readonly face: ObservedFace;
}

export interface ChosenFrame {
  readonly frameIndex: number;
  /** RGB, 8 bit, sRGB; the receiver's own. */
  readonly plate: Plate;
}

/** Looks through footage and hands out the frames worth keeping, in order. */
export async function* chooseFrames(footage: OpenedFootage, observer: FaceObserver): AsyncGenerator<ChosenFrame> {
  const step = Math.max(
    1,
    Math.round(footage.framesPerSecond * LOOK_EVERY_SECONDS),
    Math.ceil(footage.frameCount / MAX_LOOKED_AT),
  );
  const seen: SeenFrame[] = [];
  for await (const { frameIndex, plate } of footage.frames(step)) {
    const [face] = await observer.observe(plate);
    if (face) seen.push({ frameIndex, face });
  }
  const wanted = new Set(mostDifferent(seen).map((frame) => frame.frameIndex));
  if (wanted.size === 0) return;
  const last = Math.max(...wanted);
  // a second pass, since the plates of the first cannot all be held
  for await (const { frameIndex, plate } of footage.frames(step)) {
    if (wanted.has(frameIndex)) yield { frameIndex, plate: displayPicture(plate) };
    if (frameIndex >= last) return;
  }
}

/** From the sharpest on, always the frame that is sharpest for how different it is from all chosen so far. */
export function mostDifferent(seen: readonly SeenFrame[]): SeenFrame[] {
  let left = seen.filter(({ face }) => face.sharpness >= MIN_SHARPNESS && face.eyeDistancePx >= MIN_EYE_DISTANCE_PX);
  const chosen: SeenFrame[] = [];
  while (left.length > 0 && chosen.length < MAX_CHOSEN) {
    const worth = ({ face }: SeenFrame): number =>
      face.sharpness * Math.min(1, ...chosen.map((other) => frameDifference(face, other.face)));
    const best = left.reduce((a, b) => (worth(b) > worth(a) ? b : a));
    chosen.push(best);
    left = left.filter(
      (frame) => frame !== best && chosen.every((other) => frameDifference(frame.face, other.face) >= MIN_DIFFERENCE),
    );
  }
  return chosen.toSorted((a, b) => a.frameIndex - b.frameIndex);
}

/** About 1 for 30 degrees of turn, for a wide-open mouth against a closed one, for another person. */
function frameDifference(a: ObservedFace, b: ObservedFace): number {
  const turn = Math.hypot(a.pose.yaw - b.pose.yaw, a.pose.pitch - b.pose.pitch) / 30;
  const doing = Math.hypot(...EXPRESSION_NAMES.map((name) => a.expression[name] - b.expression[name])) / 0.6;
  const lit = Math.hypot(a.light.contrast - b.light.contrast, a.light.brightness - b.light.brightness) / 1.5;
  const person = identityDistance(a.descriptor, b.descriptor) / 0.6;
  return Math.hypot(turn, doing, lit, Math.max(0, person - 0.6));
}

/** Any plate as an 8-bit sRGB picture of the same size. */
export function displayPicture(plate: Plate): Plate {
  const { width, height } = plate;
  const side = Math.max(width, height);
  const square = new Float32Array(side * side * 3);
  const options = { layout: 'nhwc', low: 0, high: 255, border: 'edge' } as const;
  new PlateCropper().crop(plate, IDENTITY, side, square, options);
  const samples = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const row = square.subarray(y * side * 3, (y * side + width) * 3);
    for (let i = 0; i < row.length; i++) samples[y * width * 3 + i] = Math.round(row[i]);
  }
  return packedRgb(samples, width, height, 3, 8);
}
