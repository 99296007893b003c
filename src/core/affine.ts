// Plane geometry: 2x3 affine maps and least-squares similarity. Coordinates are continuous: pixel (i, j) covers
// [i, i+1) x [j, j+1), so its centre is at (i + 0.5, j + 0.5).

/** Row-major 2x3: x' = m[0] x + m[1] y + m[2], y' = m[3] x + m[4] y + m[5]. */
export type Affine = readonly [number, number, number, number, number, number];

export type Point = readonly [number, number];

export const IDENTITY: Affine = [1, 0, 0, 0, 1, 0];

export function applyAffine(m: Affine, x: number, y: number): [number, number] {
  return [m[0] * x + m[1] * y + m[2], m[3] * x + m[4] * y + m[5]];
}

/** First `inner`, then `outer`. */
export function composeAffine(outer: Affine, inner: Affine): Affine {
  const [a, b, c, d, e, f] = outer;
  const [g, h, i, j, k, l] = inner;
  return [a * g + b * j, a * h + b * k, a * i + b * l + c, d * g + e * j, d * h + e * k, d * i + e * l + f];
}

/** @throws {RangeError} when the map folds the plane onto a line. */
export function invertAffine(m: Affine): Affine {
  const [a, b, c, d, e, f] = m;
  const det = a * e - b * d;
  if (!(Math.abs(det) > 1e-12)) throw new RangeError(`affine map [${m}] has no inverse`);
  return [e / det, -b / det, (b * f - c * e) / det, -d / det, a / det, (c * d - a * f) / det];
}

/** Length of a unit step after the map: the square root of |determinant|. */
export function affineScale(m: Affine): number {
  return Math.sqrt(Math.abs(m[0] * m[4] - m[1] * m[3]));
}

/** A square region of the plate, turned by `angleRadians` (clockwise on screen), side in plate pixels. */
export interface Region {
  readonly cx: number;
  readonly cy: number;
  readonly side: number;
  readonly angleRadians: number;
}

/** Crop pixels of a `cropSize` square -> plate pixels. */
export function regionToPlate(region: Region, cropSize: number): Affine {
  const s = region.side / cropSize;
  const c = Math.cos(region.angleRadians) * s;
  const n = Math.sin(region.angleRadians) * s;
  const h = cropSize / 2;
  return [c, -n, region.cx - c * h + n * h, n, c, region.cy - n * h - c * h];
}

/**
 * Least-squares similarity (rotation, uniform scale, shift; no mirror) that carries `from` onto `to`.
 *
 * @returns null when all `from` points fall on one place.
 * @see Umeyama 1991, PAMI, doi:10.1109/34.88573 (in the plane it has the closed form used here)
 */
export function similarity(from: readonly Point[], to: readonly Point[]): Affine | null {
  return similarityOfLists(Float64Array.from(from.flat()), Float64Array.from(to.flat()));
}

/** The same for lists of x, y by turns. */
export function similarityOfLists(from: Float32Array | Float64Array, to: Float32Array | Float64Array): Affine | null {
  const n = from.length / 2;
  if (n < 2 || from.length !== to.length)
    throw new RangeError(`similarity needs two equal lists of at least 2 points, got ${n} and ${to.length / 2}`);
  let fx = 0, fy = 0, tx = 0, ty = 0; // prettier-ignore
  for (let i = 0; i < 2 * n; i += 2) {
    fx += from[i] / n;
    fy += from[i + 1] / n;
    tx += to[i] / n;
    ty += to[i + 1] / n;
  }
  let dot = 0;
  let cross = 0;
  let variance = 0;
  for (let i = 0; i < 2 * n; i += 2) {
    const ax = from[i] - fx;
    const ay = from[i + 1] - fy;
    const bx = to[i] - tx;
    const by = to[i + 1] - ty;
    dot += ax * bx + ay * by;
    cross += ax * by - ay * bx;
    variance += ax * ax + ay * ay;
  }
  if (!(variance > 1e-12)) return null;
  const c = dot / variance;
  const s = cross / variance;
  return [c, -s, tx - c * fx + s * fy, s, c, ty - s * fx - c * fy];
}
