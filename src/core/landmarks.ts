// Landmarks of a face and what their numbers mean. Two schemes: the 478 points of the tracker's mesh (MediaPipe
// numbering, seen by the camera: "left" tables are the performer's right side) and the 68 of iBUG, used by truth data.

import type { Point } from './affine.ts';

/** Flat x, y, z per point, in plate pixels; z relative to the head, growing away from the camera. Length 478 * 3. */
export type MeshLandmarks = Float32Array;

export const MESH_POINTS = 478;

/** Mesh points that stand where points 17 to 67 of the 68 stand (0 to 16, the jaw line, have no fixed mesh points). */
export const MESH_FOR_68: readonly number[] = [
  162, 234, 93, 58, 172, 136, 149, 148, 152, 377, 378, 365, 397, 288, 323, 454, 389, // 0-16 jaw, approximate
  70, 63, 105, 66, 107, 336, 296, 334, 293, 300, // 17-26 brows
  168, 197, 5, 4, 75, 97, 2, 326, 305, // 27-35 nose
  33, 160, 158, 133, 153, 144, 362, 385, 387, 263, 373, 380, // 36-47 eyes
  61, 39, 37, 0, 267, 269, 291, 405, 314, 17, 84, 181, // 48-59 outer lip
  78, 82, 13, 312, 308, 317, 14, 87, // 60-67 inner lip
]; // prettier-ignore

function meanOf68(first: number, last: number): readonly number[] {
  return MESH_FOR_68.slice(first, last + 1);
}

/** Picture-left eye (points 36 to 41), picture-right eye (42 to 47), outer lip (48 to 59). */
export const CROP_POINT_SETS: readonly [readonly number[], readonly number[], readonly number[]] = [
  meanOf68(36, 41),
  meanOf68(42, 47),
  meanOf68(48, 59),
];

/** Outline of the face on the mesh, in order, from the middle of the forehead clockwise on the picture. */
export const FACE_OVAL: readonly number[] = [
  10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149, 150, 136,
  172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
]; // prettier-ignore

export function meshPoint(landmarks: MeshLandmarks, index: number): Point {
  return [landmarks[index * 3], landmarks[index * 3 + 1]];
}

export function meanPoint(landmarks: MeshLandmarks, indices: readonly number[]): Point {
  let x = 0;
  let y = 0;
  for (const i of indices) {
    x += landmarks[i * 3];
    y += landmarks[i * 3 + 1];
  }
  return [x / indices.length, y / indices.length];
}

/** Distance between the two eye centres, in plate pixels: the unit of every accuracy figure. */
export function eyeDistance(landmarks: MeshLandmarks): number {
  const left = meanPoint(landmarks, CROP_POINT_SETS[0]);
  const right = meanPoint(landmarks, CROP_POINT_SETS[1]);
  return Math.hypot(right[0] - left[0], right[1] - left[1]);
}

/** Degrees. Yaw: positive when the performer turns to picture right; pitch: positive looking down; roll: clockwise. */
export interface HeadPose {
  readonly yaw: number;
  readonly pitch: number;
  readonly roll: number;
}

/** One face on one plate, as the tracker hands it to everything else. */
export interface TrackedFace {
  /** The same for the same face as long as it is followed; never reused within a tracker. */
  readonly trackId: number;
  readonly landmarks: MeshLandmarks;
  /** The mesh's own belief that this is a face, 0..1. */
  readonly score: number;
  readonly pose: HeadPose;
  /** Strength that the effect may have here, 0..1: below 1 near a loss, and after a start when live. */
  readonly fade: number;
  /**
   * [OCCLUSION_SIDE, OCCLUSION_SIDE] over the square of the aligned crop: 0 clear .. 255 hidden by something in front.
   * Absent where all is clear.
   */
  readonly occlusion?: Uint8Array;
}

/** Cells a side of an occlusion map. */
export const OCCLUSION_SIDE = 64;
