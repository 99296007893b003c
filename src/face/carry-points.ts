// The points of the mesh by which one photo of a face is carried onto another: contours of eyes, brows, nose, lips and
// face, and skin between them, chosen so that none is far from the next.

import type { Affine, MeshLandmarks } from '../core/index.ts';
import { FACE_OVAL } from '../core/index.ts';

const EYES = [33, 160, 158, 133, 153, 144, 362, 385, 387, 263, 373, 380];
const BROWS = [70, 63, 105, 66, 107, 336, 296, 334, 293, 300];
const NOSE = [168, 197, 5, 4, 97, 2, 326, 129, 358];
const LIPS = [61, 40, 37, 0, 267, 270, 291, 321, 314, 17, 84, 91, 78, 82, 13, 312, 308, 317, 14, 87];
/** The point of the canonical head furthest from all chosen so far, and its mirror image, again and again. */
const SKIN = [
  147, 376, 116, 345, 50, 280, 214, 434, 215, 435, 211, 431, 137, 366, 34, 264, 208, 428, 207, 427, 58, 288, 103, 332,
  217, 437, 135, 364, 151, 21, 251, 117, 346, 101, 330,
]; // prettier-ignore
const OUTLINE = FACE_OVAL.filter((_, i) => i % 2 === 0);

/** Numbers of mesh points; the outline of the face comes first. A change makes `assets/people/tracked.json` out of date. */
export const CARRY_POINTS: readonly number[] = [...OUTLINE, ...EYES, ...BROWS, ...NOSE, ...LIPS, ...SKIN];

/** So many of the first points are the outline of the face, in order round it. */
export const CARRY_OUTLINE_COUNT: number = OUTLINE.length;

/** The points by which a face is carried, x, y each, in the landmarks' own pixels. Belongs to the caller. */
export function carryPoints(landmarks: MeshLandmarks): Float32Array {
  return Float32Array.from(CARRY_POINTS.flatMap((point) => [landmarks[point * 3], landmarks[point * 3 + 1]]));
}

/** The same, moved, without a new list. @param out - Takes 2 * CARRY_POINTS.length numbers. */
export function carryPointsThrough(landmarks: MeshLandmarks, by: Affine, out: Float32Array): void {
  const [a, b, c, d, e, f] = by;
  for (let i = 0; i < CARRY_POINTS.length; i++) {
    const x = landmarks[CARRY_POINTS[i] * 3];
    const y = landmarks[CARRY_POINTS[i] * 3 + 1];
    out[2 * i] = a * x + b * y + c;
    out[2 * i + 1] = d * x + e * y + f;
  }
}
