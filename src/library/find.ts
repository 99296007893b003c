// The archive pictures nearest to a frame in pose, light and expression, around an age: what to look at, or take skin
// from, for a shot.

import type { Expression, FaceLight } from '../face/index.ts';
import { EXPRESSION_NAMES } from '../face/index.ts';
import type { HeadPose } from '../core/index.ts';
import type { CareerPhoto } from './career.ts';

export type Likeness = 'pose' | 'light' | 'expression';

export const LIKENESSES: readonly Likeness[] = ['pose', 'light', 'expression'];

/** A face to find pictures for. */
export interface WantedFace {
  readonly pose: HeadPose;
  readonly light: FaceLight;
  readonly expression: Expression;
}

export interface FoundPicture {
  readonly picture: CareerPhoto;
  /** 0 is the same; about 1 is a difference that is plainly seen. */
  readonly distance: number;
  /** The parts it is made of; null where not asked for. */
  readonly parts: Readonly<Record<Likeness | 'age', number | null>>;
}

export interface FindOptions {
  /** Years; pictures further away count as less near. null: any age. */
  readonly age: number | null;
  readonly near: readonly Likeness[];
  readonly count: number;
}

/** Differences that are plainly seen. */
const SEEN_TURN_DEGREES = 15;
const SEEN_ROLL_DEGREES = 30;
const SEEN_AGE_YEARS = 8;
const SEEN_LIGHT = 0.5;
/** Factor of brightness. */
const SEEN_EXPOSURE = 3;
/** What of an expression is seen first; gaze last, since eyes are easily taken from elsewhere. */
const EXPRESSION_WEIGHTS: Readonly<Record<keyof Expression, number>> = {
  mouthOpen: 2,
  mouthWide: 1.5,
  mouthCornersUp: 1.5,
  lipsForward: 0.7,
  browsUp: 1,
  browsApart: 0.7,
  eyesOpen: 1,
  gazeRight: 0.3,
  gazeDown: 0.3,
};

/** @returns Nearest first; at most `count`. */
export function findNearest(wanted: WantedFace, career: readonly CareerPhoto[], options: FindOptions): FoundPicture[] {
  const spread = expressionSpread(career);
  const near = new Set(options.near);
  return career
    .map((picture): FoundPicture => {
      const parts = {
        pose: near.has('pose') ? poseDifference(wanted.pose, picture.face.pose) : null,
        light: near.has('light') ? lightDifference(wanted.light, picture.face.light) : null,
        expression: near.has('expression')
          ? expressionDifference(wanted.expression, picture.face.expression, spread)
          : null,
        age: options.age === null ? null : Math.abs(picture.ageAtPhoto - options.age) / SEEN_AGE_YEARS,
      };
      return { picture, distance: Math.hypot(...Object.values(parts).map((part) => part ?? 0)), parts };
    })
    .toSorted((a, b) => a.distance - b.distance || (a.picture.crop < b.picture.crop ? -1 : 1))
    .slice(0, options.count);
}

export function poseDifference(a: HeadPose, b: HeadPose): number {
  const turn = Math.hypot(a.yaw - b.yaw, a.pitch - b.pitch) / SEEN_TURN_DEGREES;
  return Math.hypot(turn, (a.roll - b.roll) / SEEN_ROLL_DEGREES);
}

/** Between the directions, each as long as the light is hard, and the exposures. */
export function lightDifference(a: FaceLight, b: FaceLight): number {
  const [p, q] = [lightVector(a), lightVector(b)];
  const direction = Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]) / SEEN_LIGHT;
  const exposure = Math.log((a.brightness + 0.02) / (b.brightness + 0.02)) / Math.log(SEEN_EXPOSURE);
  return Math.hypot(direction, exposure);
}

function lightVector({ azimuth, elevation, contrast }: FaceLight): [number, number, number] {
  const [a, e] = [(azimuth * Math.PI) / 180, (elevation * Math.PI) / 180];
  return [
    contrast * Math.sin(a) * Math.cos(e),
    contrast * Math.sin(e),
    // light from the camera and a bright skin look nearly alike
    0.5 * contrast * Math.cos(a) * Math.cos(e),
  ];
}

/** How far each length strays over the career: the performer's own build is in the mean, which cancels. */
function expressionSpread(career: readonly CareerPhoto[]): Expression {
  const spreadOf = (name: keyof Expression): number => {
    const values = career.map((one) => one.face.expression[name]);
    const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
    return Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length);
  };
  return Object.fromEntries(EXPRESSION_NAMES.map((name) => [name, spreadOf(name)])) as unknown as Expression;
}

function expressionDifference(a: Expression, b: Expression, spread: Expression): number {
  let sum = 0;
  let total = 0;
  for (const name of EXPRESSION_NAMES) {
    const weight = EXPRESSION_WEIGHTS[name];
    sum += weight * ((a[name] - b[name]) / Math.max(spread[name], 1e-3)) ** 2;
    total += weight;
  }
  return Math.sqrt(sum / total);
}
