// The shape of a performer's face at each age, out of tracked points: what pose and expression do to the points is found
// over the whole career and taken off; what is left is averaged near the age.

import { applyAffine, similarity } from '../core/index.ts';
import type { Point } from '../core/index.ts';
import { alignPoints } from '../face/index.ts';
import type { CareerCrop } from './career-crops.ts';

/** What a shape is made of. */
export type ShapePhoto = Pick<CareerCrop, 'points' | 'carry' | 'pose' | 'expression' | 'age' | 'weight'>;

/** Photos turned or nodding further say little about the face from the front. */
const FRONTAL_DEGREES = 25;
/** Of fewer photos from the front, all are used. */
const FEWEST_FRONTAL = 3;
const ROUNDS = 3;
/** Keeps causes apart that few photos cannot tell apart. */
const RIDGE = 0.02;

/** Shapes in one square, all laid on one another. */
export class CareerShape<P extends ShapePhoto = ShapePhoto> {
  /** As `carryPoints`, pixels of the square: the face of the whole career from the front, at rest. */
  readonly points: Float32Array;
  private readonly photos: readonly P[];
  /** Of each photo, as from the front and at rest. */
  private readonly shapes: readonly Float32Array[];

  /** @param sizePx - Side of the square, in which the face lies as in the aligned crop. */
  constructor(photos: readonly P[], sizePx: number) {
    if (photos.length === 0) throw new RangeError('a shape is made of at least one photo');
    const frontal = photos.filter(({ pose }) => Math.hypot(pose.yaw, pose.pitch) < FRONTAL_DEGREES);
    this.photos = frontal.length < FEWEST_FRONTAL ? photos : frontal;
    const weights = this.photos.map(({ weight }) => weight);
    const placed = this.photos.map(({ points, carry }) => movedBy(carry, alignPoints(points, sizePx)));
    let mean = weightedMean(placed, weights);
    let aligned = placed;
    for (let k = 0; k < ROUNDS; k++) {
      aligned = placed.map((points) => laidOn(points, mean));
      mean = weightedMean(aligned, weights);
    }
    this.shapes = atRest(aligned, this.photos);
    this.points = weightedMean(this.shapes, weights);
  }

  /**
   * @param nearness - Of an age to the one asked for, 0..1.
   * @param isLeftOut - Photos that must not count.
   * @returns null where nothing counts.
   */
  near(nearness: (age: number) => number, isLeftOut: (photo: P) => boolean = () => false): Float32Array | null {
    const weights = this.photos.map((photo) => (isLeftOut(photo) ? 0 : photo.weight * nearness(photo.age)));
    if (!weights.some((weight) => weight > 0)) return null;
    return laidOn(weightedMean(this.shapes, weights), this.points);
  }
}

/** What moves the points beside age, about 1 for much of it. */
function causesOf({ pose, expression }: ShapePhoto): number[] {
  const { mouthOpen, mouthWide, mouthCornersUp, browsUp, eyesOpen } = expression;
  return [
    pose.yaw / 15,
    pose.pitch / 15,
    mouthOpen * 5,
    mouthWide * 5,
    mouthCornersUp * 10,
    browsUp * 10,
    eyesOpen * 5,
  ];
}

/** Ages as they bend a line: so that a cause which came with age is not taken for what age did. */
function agesOf({ age }: ShapePhoto): number[] {
  const a = (age - 45) / 20;
  return [a, a * a];
}

/** Takes off what the causes did, by weighted least squares over the career: the face looks ahead, at its mean expression. */
function atRest(shapes: readonly Float32Array[], photos: readonly ShapePhoto[]): Float32Array[] {
  const weights = photos.map(({ weight }) => weight);
  const total = weights.reduce((sum, w) => sum + w, 0);
  const raw = photos.map((photo) => [...causesOf(photo), ...agesOf(photo)]);
  const means = raw[0].map((_, k) => raw.reduce((sum, row, i) => sum + (weights[i] * row[k]) / total, 0));
  const causes = raw.map((row) => row.map((v, k) => v - means[k]));
  const count = causes[0].length;
  const system = Array.from({ length: count }, (_, k) =>
    Array.from(
      { length: count },
      (__, l) =>
        causes.reduce((sum, row, i) => sum + (weights[i] * row[k] * row[l]) / total, 0) + (k === l ? RIDGE : 0),
    ),
  );
  const inverse = inverted(system);
  const mean = weightedMean(shapes, weights);
  const rest = shapes.map((shape) => shape.slice());
  const moving = causesOf(photos[0]).length;
  for (let p = 0; p < mean.length; p++) {
    const right = means.map((_, k) =>
      causes.reduce((sum, row, i) => sum + (weights[i] * row[k] * (shapes[i][p] - mean[p])) / total, 0),
    );
    const effects = inverse.map((row) => row.reduce((sum, v, l) => sum + v * right[l], 0));
    rest.forEach((shape, i) => {
      // yaw and pitch go to 0, expression to its mean
      for (let k = 0; k < moving; k++) shape[p] -= effects[k] * (k < 2 ? raw[i][k] : causes[i][k]);
    });
  }
  return rest;
}

/** Gauss and Jordan; the matrix is symmetric and positive, so that no pivot is needed. */
function inverted(matrix: readonly (readonly number[])[]): number[][] {
  const n = matrix.length;
  const rows = matrix.map((row, i) => [...row, ...row.map((_, j) => (i === j ? 1 : 0))]);
  for (let k = 0; k < n; k++) {
    const pivot = rows[k][k];
    rows[k] = rows[k].map((v) => v / pivot);
    for (let i = 0; i < n; i++) {
      const factor = rows[i][k];
      if (i !== k && factor !== 0) rows[i] = rows[i].map((v, j) => v - factor * rows[k][j]);
    }
  }
  return rows.map((row) => row.slice(n));
}

function weightedMean(lists: readonly Float32Array[], weights: readonly number[]): Float32Array {
  const total = weights.reduce((sum, w) => sum + w, 0);
  const mean = new Float64Array(lists[0].length);
  lists.forEach((list, k) => list.forEach((v, i) => (mean[i] += (weights[k] / total) * v)));
  return Float32Array.from(mean);
}

function laidOn(points: Float32Array, other: Float32Array): Float32Array {
  const move = similarity(pointList(points), pointList(other));
  return move ? movedBy(points, move) : points;
}

function movedBy(points: Float32Array, move: readonly [number, number, number, number, number, number]): Float32Array {
  return Float32Array.from(pointList(points).flatMap(([x, y]) => applyAffine(move, x, y)));
}

function pointList(points: Float32Array): Point[] {
  return Array.from({ length: points.length / 2 }, (_, i): Point => [points[2 * i], points[2 * i + 1]]);
}
