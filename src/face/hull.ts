// Convex outlines: the hull of points, and how deep in it a place lies.

import type { Point } from '../core/index.ts';

/** Corners in order, clockwise on the picture. @see Andrew 1979, doi:10.1016/0020-0190(79)90072-3 */
export function convexHull(points: readonly Point[]): Point[] {
  const sorted = points.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]);
  return [...halfHull(sorted), ...halfHull(sorted.toReversed())];
}

/** All but the last corner of one half. */
function halfHull(sorted: readonly Point[]): Point[] {
  const chain: Point[] = [];
  for (const p of sorted) {
    while (chain.length > 1 && turn(chain[chain.length - 2], chain[chain.length - 1], p) <= 0) chain.pop();
    chain.push(p);
  }
  return chain.slice(0, -1);
}

function turn(a: Point, b: Point, c: Point): number {
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
}

/** Of each side of the hull: its normal to the inside and its distance from the origin. */
export function sidesOf(hull: readonly Point[]): Float64Array {
  const sides: number[] = [];
  hull.forEach(([bx, by], i) => {
    const [ax, ay] = hull[(i + hull.length - 1) % hull.length];
    const length = Math.hypot(bx - ax, by - ay);
    if (length > 0) sides.push((ay - by) / length, (bx - ax) / length, (ax * (by - ay) - ay * (bx - ax)) / length);
  });
  return Float64Array.from(sides);
}

/** Distance to the nearest side of the hull; negative outside. */
export function depthIn(sides: Float64Array, x: number, y: number): number {
  let depth = Infinity;
  for (let i = 0; i < sides.length; i += 3) {
    const d = sides[i] * x + sides[i + 1] * y + sides[i + 2];
    if (d < depth) depth = d;
  }
  return depth;
}
