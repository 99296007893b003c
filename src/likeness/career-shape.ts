// The shape of a performer's face, out of tracked points: what pose does to the points is found over the whole career and
// taken off.

import { applyAffine, similarity } from '../core/index.ts';
import type { Point } from '../core/index.ts';
import { agesOf, alignPoints } from '../face/index.ts';
import type { CareerCrop } from './career-crops.ts';

/** What a shape is made of. */
export type ShapePhoto = Pick<CareerCrop, 'points' | 'carry' | 'pose' | 'expression' | 'age' | 'weight'>;

/** Photos turned or nodding further say little about the face from the front. */
const FRONTAL_DEGREES = 25;
/** Of fewer photos from the front, all are used. */
const FEWEST_FRONTAL = 3;
const ROUNDS = 3;

/**
 * The face of the whole career from the front, at rest: as `carryPoints`, pixels of a square.
 *
 * A career does not tell how it moved with age: on people whose true way is known, what 4 or 8 tracked photos told of it was
 * worse than the way of people in general, `usualShape`.
 *
 * @param photos - At least one.
 * @param sizePx - Side of the square, in which the face lies as in the aligned crop.
 */
export function shapeAtRest(photos: readonly ShapePhoto[], sizePx: number): Float32Array {
  if (photos.length === 0) throw new RangeError('a shape is made of at least one photo');
  const frontal = photos.filter(({ pose }) => Math.hypot(pose.yaw, pose.pitch) < FRONTAL_DEGREES);
  const used = frontal.length < FEWEST_FRONTAL ? photos : frontal;
  const weights = used.map(({ weight }) => weight);
  const placed = used.map(({ points, carry }) => movedBy(carry, alignPoints(points, sizePx)));
  let mean = weightedMean(placed, weights);
  let aligned = placed;
  for (let k = 0; k < ROUNDS; k++) {
    aligned = placed.map((points) => laidOn(points, mean));
    mean = weightedMean(aligned, weights);
  }
  return atRest(aligned, used, weights);
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

/**
 * The mean, with what pose did to the points taken off, by weighted least squares over the career: with expression and age
 * beside it, which must not be taken for it. The mean expression and the mean age stay.
 */
function atRest(
  shapes: readonly Float32Array[],
  photos: readonly ShapePhoto[],
  weights: readonly number[],
): Float32Array {
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
  return weightedMean(shapes, weights).map((middle, p) => {
    const right = means.map((_, k) =>
      causes.reduce((sum, row, i) => sum + (weights[i] * row[k] * (shapes[i][p] - middle)) / total, 0),
    );
    const [yaw, pitch] = inverse.map((row) => row.reduce((sum, v, l) => sum + v * right[l], 0));
    return middle - yaw * means[0] - pitch * means[1];
  });
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
