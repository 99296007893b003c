// What a face is doing, apart from how it is turned and how large it is: a few named lengths, measured on the mesh after
// it was carried into the space of the canonical head.

import type { MeshLandmarks } from '../core/index.ts';
import type { CanonicalHead } from '../onnx/index.ts';
import type { FaceTables } from './needs.ts';
import { fitHead } from './pose.ts';

/**
 * Lengths are shares of the eye distance in space, so that faces of any size and turn can be compared. A face's own build
 * is in them too: compare pictures of one performer, or take that performer's mean off first.
 */
export interface Expression {
  /** Between the inner edges of the lips, 0 closed. */
  readonly mouthOpen: number;
  /** Between the corners of the mouth. */
  readonly mouthWide: number;
  /** Corners of the mouth above its middle: a smile is positive. */
  readonly mouthCornersUp: number;
  /** Of the lips in front of the face, relative to the mouth corners: a pout is high. */
  readonly lipsForward: number;
  /** Mean height of the brows over the eye corners. */
  readonly browsUp: number;
  /** Distance between the inner ends of the brows: a frown is low. */
  readonly browsApart: number;
  /** Opening between the lids over the width of the eye, mean of both eyes. */
  readonly eyesOpen: number;
  /** Irises off the middle of the eyes, over the width of the eye: positive to picture right and down. */
  readonly gazeRight: number;
  readonly gazeDown: number;
}

export const EXPRESSION_NAMES: readonly (keyof Expression)[] = [
  'mouthOpen',
  'mouthWide',
  'mouthCornersUp',
  'lipsForward',
  'browsUp',
  'browsApart',
  'eyesOpen',
  'gazeRight',
  'gazeDown',
];

/** Picture-left and picture-right points of the same kind. */
const EYE_OUTER = [33, 263] as const;
const EYE_INNER = [133, 362] as const;
const UPPER_LIDS = [
  [160, 159, 158],
  [387, 386, 385],
] as const;
const LOWER_LIDS = [
  [144, 145, 153],
  [373, 374, 380],
] as const;
const BROWS = [
  [70, 63, 105, 66, 107],
  [300, 293, 334, 296, 336],
] as const;
const BROW_INNER = [107, 336] as const;
const IRIS = [468, 473] as const;
const MOUTH_CORNERS = [61, 291] as const;
const LIP_TOP = 0;
const LIP_BOTTOM = 17;
const INNER_LIP_TOP = 13;
const INNER_LIP_BOTTOM = 14;

/**
 * The mesh in the space of the canonical head: centimetres of that head, y up, z to the camera; turn, size and place of
 * the face are taken out.
 *
 * @returns 478 * 3; belongs to the caller.
 */
export function meshInHeadSpace(landmarks: MeshLandmarks, head: CanonicalHead): Float32Array {
  const { rotation: r, scale, offset } = fitHead(landmarks, head);
  const out = new Float32Array(landmarks.length);
  for (let i = 0; i < landmarks.length; i += 3) {
    const x = (landmarks[i] - offset[0]) / scale;
    const y = (-landmarks[i + 1] - offset[1]) / scale;
    const z = (-landmarks[i + 2] - offset[2]) / scale;
    out[i] = r[0] * x + r[3] * y + r[6] * z;
    out[i + 1] = r[1] * x + r[4] * y + r[7] * z;
    out[i + 2] = r[2] * x + r[5] * y + r[8] * z;
  }
  return out;
}

export function readExpression(landmarks: MeshLandmarks, { canonical }: Pick<FaceTables, 'canonical'>): Expression {
  const mesh = meshInHeadSpace(landmarks, canonical);
  const eyes = [0, 1].map((side) => mean(mesh, [EYE_OUTER[side], EYE_INNER[side]]));
  const unit = distance(eyes[0], eyes[1]);
  const corners = mean(mesh, MOUTH_CORNERS);
  const lips = mean(mesh, [LIP_TOP, LIP_BOTTOM]);
  const eyeWidth = (side: 0 | 1): number => distance(at(mesh, EYE_OUTER[side]), at(mesh, EYE_INNER[side]));
  const gaze = (side: 0 | 1, axis: 0 | 1): number => (at(mesh, IRIS[side])[axis] - eyes[side][axis]) / eyeWidth(side);
  return {
    mouthOpen: distance(at(mesh, INNER_LIP_TOP), at(mesh, INNER_LIP_BOTTOM)) / unit,
    mouthWide: distance(at(mesh, MOUTH_CORNERS[0]), at(mesh, MOUTH_CORNERS[1])) / unit,
    mouthCornersUp: (corners[1] - lips[1]) / unit,
    lipsForward: (lips[2] - corners[2]) / unit,
    browsUp: perSide((side) => mean(mesh, BROWS[side])[1] - eyes[side][1]) / unit,
    browsApart: distance(at(mesh, BROW_INNER[0]), at(mesh, BROW_INNER[1])) / unit,
    eyesOpen: perSide((side) => distance(mean(mesh, UPPER_LIDS[side]), mean(mesh, LOWER_LIDS[side])) / eyeWidth(side)),
    gazeRight: perSide((side) => gaze(side, 0)),
    gazeDown: -perSide((side) => gaze(side, 1)),
  };
}

function perSide(of: (side: 0 | 1) => number): number {
  return (of(0) + of(1)) / 2;
}

type Point3 = readonly [number, number, number];

function at(mesh: Float32Array, index: number): Point3 {
  return [mesh[index * 3], mesh[index * 3 + 1], mesh[index * 3 + 2]];
}

function mean(mesh: Float32Array, indices: readonly number[]): Point3 {
  const sum: [number, number, number] = [0, 0, 0];
  for (const index of indices) for (let k = 0; k < 3; k++) sum[k] += mesh[index * 3 + k] / indices.length;
  return sum;
}

function distance(a: Point3, b: Point3): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}
