import { describe, expect, it } from 'vitest';
import type { Affine, Point } from './affine.ts';
import {
  affineScale,
  applyAffine,
  composeAffine,
  IDENTITY,
  invertAffine,
  regionToPlate,
  similarity,
} from './affine.ts';

const FACE: readonly Point[] = [
  [310.5, 220.25],
  [402, 214],
  [355, 290.75],
  [322, 330],
  [398.5, 327],
];

function turn(angleRadians: number, scale: number, x: number, y: number): Affine {
  const c = Math.cos(angleRadians) * scale;
  const s = Math.sin(angleRadians) * scale;
  return [c, -s, x, s, c, y];
}

function moved(m: Affine, points: readonly Point[]): Point[] {
  return points.map(([x, y]) => applyAffine(m, x, y));
}

/** Largest difference of any number. */
function apart(a: readonly number[], b: readonly number[]): number {
  return Math.max(...a.map((v, i) => Math.abs(v - b[i])));
}

describe('maps', () => {
  it('compose in the order inner, outer', () => {
    const inner = turn(0.4, 1.7, 30, -12);
    const outer: Affine = [0.5, 0.1, 3, -0.2, 0.9, 8];
    const [x, y] = applyAffine(composeAffine(outer, inner), 17, 23);
    const [wantedX, wantedY] = applyAffine(outer, ...applyAffine(inner, 17, 23));
    expect(x).toBeCloseTo(wantedX, 10);
    expect(y).toBeCloseTo(wantedY, 10);
  });

  it('come back by their inverse, also from 8K to a unit square', () => {
    for (const m of [turn(-2.1, 0.003, 900, 411), turn(0.2, 1 / 7680, 0.1, 0.2), [2, 0.3, 5, -0.7, 1.1, 9] as Affine])
      expect(apart(composeAffine(invertAffine(m), m), IDENTITY)).toBeLessThan(1e-6);
  });

  it('have no inverse where they fold the plane', () => {
    expect(() => invertAffine([1, 2, 0, 2, 4, 0])).toThrow(RangeError);
    expect(() => invertAffine([Number.NaN, 0, 0, 0, 1, 0])).toThrow(RangeError);
  });

  it('know their scale, mirrored or not', () => {
    expect(affineScale(turn(1.1, 2.5, 4, 4))).toBeCloseTo(2.5, 12);
    expect(affineScale([-3, 0, 0, 0, 3, 0])).toBeCloseTo(3, 12);
  });
});

describe('regionToPlate', () => {
  it('puts the middle of the crop on the middle of the region, and turns clockwise on screen', () => {
    const m = regionToPlate({ cx: 700, cy: 400, side: 320, angleRadians: Math.PI / 2 }, 256);
    expect(applyAffine(m, 128, 128)).toEqual([700, 400]);
    // a quarter turn clockwise: what is right of the middle in the crop lies below it on the plate
    const [x, y] = applyAffine(m, 256, 128);
    expect(x).toBeCloseTo(700, 9);
    expect(y).toBeCloseTo(560, 9);
    expect(affineScale(m)).toBeCloseTo(320 / 256, 12);
  });
});

describe('similarity', () => {
  it.each([
    [0, 1, 0, 0],
    [0.35, 0.21, -40, 18],
    [-2.9, 4.2, 1200, -700],
    [Math.PI, 1, 5, 5],
  ])('recovers a turn of %f, a scale of %f and a shift to 1e-6', (angle, scale, x, y) => {
    const wanted = turn(angle, scale, x, y);
    const found = similarity(FACE, moved(wanted, FACE));
    expect(apart(found ?? IDENTITY, wanted)).toBeLessThan(1e-6);
  });

  it('is the best one where none fits', () => {
    const target = moved(turn(0.1, 0.8, 3, 4), FACE).map(([x, y], i): Point => [x + (i % 2 ? 2 : -1), y + (i % 3)]);
    const found = similarity(FACE, target) ?? IDENTITY;
    const error = (m: Affine): number =>
      moved(m, FACE).reduce((sum, [x, y], i) => sum + (x - target[i][0]) ** 2 + (y - target[i][1]) ** 2, 0);
    for (const nudge of [turn(0.001, 1, 0, 0), turn(0, 1.001, 0, 0), turn(0, 1, 0.05, 0), turn(0, 1, 0, -0.05)])
      expect(error(composeAffine(nudge, found))).toBeGreaterThan(error(found));
  });

  it('never mirrors', () => {
    const mirrored = FACE.map(([x, y]): Point => [-x, y]);
    const m = similarity(FACE, mirrored) ?? IDENTITY;
    expect(m[0] * m[4] - m[1] * m[3]).toBeGreaterThanOrEqual(0);
  });

  it('finds none where all points are one', () => {
    expect(similarity([FACE[0], FACE[0], FACE[0]], FACE.slice(0, 3))).toBeNull();
  });

  it('refuses lists that do not belong together', () => {
    expect(() => similarity(FACE, FACE.slice(1))).toThrow(RangeError);
    expect(() => similarity([FACE[0]], [FACE[0]])).toThrow(RangeError);
  });
});
