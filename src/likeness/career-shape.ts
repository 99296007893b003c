// The shape of a performer's face at each age, out of tracked points: what pose and expression do to the points is found
// over the whole career and set apart; what is left follows a curve through the ages.

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

/** Places of the eyes in `carryPoints`. */
const EYES = [18, 30] as const;

/** Shapes in one square, the eyes of all laid on one another: of a grown face, they are what moves least. */
export class CareerShape<P extends ShapePhoto = ShapePhoto> {
  /** As `carryPoints`, pixels of the square: the face of the whole career from the front, at rest. */
  readonly points: Float32Array;
  private readonly photos: readonly P[];
  /** Of each photo, all over laid on one another. */
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
    this.shapes = aligned;
    this.points = fitted(aligned, this.photos, weights)(null);
  }

  /**
   * @param isLeftOut - Photos that must not count.
   * @returns The shape at an age, years; null where nothing counts. Ages beyond the photos have the shape of their end.
   */
  course(isLeftOut: (photo: P) => boolean = () => false): ((age: number) => Float32Array) | null {
    const used = this.photos.flatMap((photo, i) => (isLeftOut(photo) ? [] : [{ photo, shape: this.shapes[i] }]));
    if (used.length === 0) return null;
    const photos = used.map(({ photo }) => photo);
    const shapeAt = fitted(
      used.map(({ shape }) => shape),
      photos,
      photos.map(({ weight }) => weight),
    );
    const ages = photos.map(({ age }) => age);
    const [youngest, oldest] = [Math.min(...ages), Math.max(...ages)];
    return (age) => laidOn(shapeAt(Math.max(youngest, Math.min(oldest, age))), this.points, EYES);
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

/** Ages as they bend a line. */
function agesOf(age: number): number[] {
  const a = (age - 45) / 20;
  return [a, a * a];
}

/**
 * What age did to the shape, what the causes did set apart, by weighted least squares over the career: a single photo errs
 * by more than ten years change.
 *
 * @returns The face that looks ahead, at its mean expression, at an age in years; null stands for all ages.
 */
function fitted(
  shapes: readonly Float32Array[],
  photos: readonly ShapePhoto[],
  weights: readonly number[],
): (age: number | null) => Float32Array {
  const total = weights.reduce((sum, w) => sum + w, 0);
  const raw = photos.map((photo) => [...causesOf(photo), ...agesOf(photo.age)]);
  const means = raw[0].map((_, k) => raw.reduce((sum, row, i) => sum + (weights[i] * row[k]) / total, 0));
  const causes = raw.map((row) => row.map((v, k) => v - means[k]));
  const ridge = 1 / photos.length;
  const system = means.map((_, k) =>
    means.map(
      (__, l) =>
        causes.reduce((sum, row, i) => sum + (weights[i] * row[k] * row[l]) / total, 0) + (k === l ? ridge : 0),
    ),
  );
  const inverse = inverted(system);
  const mean = weightedMean(shapes, weights);
  const effects = Array.from(mean, (middle, p) => {
    const right = means.map((_, k) =>
      causes.reduce((sum, row, i) => sum + (weights[i] * row[k] * (shapes[i][p] - middle)) / total, 0),
    );
    return inverse.map((row) => row.reduce((sum, v, l) => sum + v * right[l], 0));
  });
  const moving = causesOf(photos[0]).length;
  return (age) => {
    const ages = age === null ? means.slice(moving) : agesOf(age);
    // yaw and pitch go to 0, expression to its mean
    const steps = means.map((v, k) => (k < 2 ? -v : k < moving ? 0 : ages[k - moving] - v));
    return mean.map((v, p) => v + effects[p].reduce((sum, effect, k) => sum + effect * steps[k], 0));
  };
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

/** @param part - Points that are laid on each other, from the one to before the other; all where it is left out. */
function laidOn(
  points: Float32Array,
  other: Float32Array,
  part: readonly [number, number] = [0, points.length / 2],
): Float32Array {
  const move = similarity(pointList(points).slice(...part), pointList(other).slice(...part));
  return move ? movedBy(points, move) : points;
}

function movedBy(points: Float32Array, move: readonly [number, number, number, number, number, number]): Float32Array {
  return Float32Array.from(pointList(points).flatMap(([x, y]) => applyAffine(move, x, y)));
}

function pointList(points: Float32Array): Point[] {
  return Array.from({ length: points.length / 2 }, (_, i): Point => [points[2 * i], points[2 * i + 1]]);
}
