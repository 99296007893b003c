// How faces change shape with age on average: what is known of anybody, and what a career of photos is held against, since
// a tracker errs on a single photo by as much as forty years change.

import { PEOPLE_AGING } from './people-aging.ts';

/** Side of the square in which the usual shape lies, as a face lies in the aligned crop. */
export const USUAL_SIDE = 256;
/** PEOPLE_AGING counts in hundredths of a pixel of it. */
const UNIT = 0.01;

/** Age as it bends a line: the columns of PEOPLE_AGING. */
export function agesOf(age: number): readonly [number, number] {
  const a = (age - 45) / 20;
  return [a, a * a];
}

/**
 * A face as people on average have it at an age, years, before a camera that stays: as `carryPoints`, pixels of a square of
 * USUAL_SIDE. All moves with age, the eyes too.
 */
export function usualShape(age: number): Float32Array {
  const [a, b] = agesOf(age);
  return Float32Array.from(
    PEOPLE_AGING.flatMap(([x, y, xa, ya, xb, yb]) => [x + a * xa + b * xb, y + a * ya + b * yb]),
    (v) => v * UNIT,
  );
}

/**
 * Where the points of a face would lie at another age: each goes the way of its shape, turned, scaled and foreshortened as
 * the face is.
 *
 * @param points - As `carryPoints`, of the face as it is.
 * @param from - The shape at its age, @param to - at the other: as `carryPoints`, in one square of any size.
 * @param out - Takes as many numbers as `points`; may be `points`.
 */
export function pointsAtAge(points: Float32Array, from: Float32Array, to: Float32Array, out: Float32Array): void {
  const [a, b, c, d] = linearPart(from, points);
  for (let i = 0; i < points.length; i += 2) {
    const [dx, dy] = [to[i] - from[i], to[i + 1] - from[i + 1]];
    out[i] = points[i] + a * dx + b * dy;
    out[i + 1] = points[i + 1] + c * dx + d * dy;
  }
}

/** a, b, c, d of the affine map that carries one list of points onto another best: (x, y) -> (a x + b y, c x + d y) + shift. */
function linearPart(from: Float32Array, to: Float32Array): readonly [number, number, number, number] {
  const n = from.length / 2;
  const means = [0, 0, 0, 0];
  for (let i = 0; i < 2 * n; i++) {
    means[i & 1] += from[i] / n;
    means[2 + (i & 1)] += to[i] / n;
  }
  let xx = 0, xy = 0, yy = 0, ux = 0, uy = 0, vx = 0, vy = 0; // prettier-ignore
  for (let i = 0; i < 2 * n; i += 2) {
    const [x, y] = [from[i] - means[0], from[i + 1] - means[1]];
    const [u, v] = [to[i] - means[2], to[i + 1] - means[3]];
    xx += x * x;
    xy += x * y;
    yy += y * y;
    ux += u * x;
    uy += u * y;
    vx += v * x;
    vy += v * y;
  }
  const det = xx * yy - xy * xy;
  return [(ux * yy - uy * xy) / det, (uy * xx - ux * xy) / det, (vx * yy - vy * xy) / det, (vy * xx - vx * xy) / det];
}
