import { describe, expect, it } from 'vitest';
import { CARRY_POINTS } from './carry-points.ts';
import { pointsAtAge, usualShape } from './usual-shape.ts';

/** Points scattered over the middle of the crop. */
function face(): Float32Array {
  return Float32Array.from({ length: 2 * CARRY_POINTS.length }, (_, i) =>
    i % 2 === 0 ? 38 + ((i * 37) % 52) : 40 + ((i * 29) % 56),
  );
}

function mapped(points: Float32Array, map: (x: number, y: number) => readonly [number, number]): Float32Array {
  return points.map((_, i) => map(points[i & ~1], points[i | 1])[i & 1]);
}

describe('pointsAtAge', () => {
  const young = face();
  const old = mapped(young, (x, y) => [x + (y > 70 ? 2 : 0), y + (y > 70 ? 5 : 0)]);

  it('turns, scales and foreshortens the way as the face is', () => {
    // of another size, a quarter turn, and turned away so far that it is half as wide
    const onCrop = mapped(young, (x, y) => [-2 * y + 300, 0.5 * 2 * x + 10]);
    const out = new Float32Array(young.length);
    pointsAtAge(onCrop, young, old, out);
    const wanted = mapped(old, (x, y) => [-2 * y + 300, 0.5 * 2 * x + 10]);
    for (let i = 0; i < out.length; i++) expect(out[i]).toBeCloseTo(wanted[i], 2);
  });

  it('leaves the face where both ages have one shape, and comes back', () => {
    const out = young.slice();
    pointsAtAge(out, old, old, out);
    expect(out).toEqual(young);
    pointsAtAge(out, young, old, out);
    expect(out).not.toEqual(young);
    pointsAtAge(out, old, young, out);
    for (let i = 0; i < out.length; i++) expect(Math.abs(out[i] - young[i])).toBeLessThan(0.6);
  });
});

/** Mean height of the outline below the ears. */
function jawOf(shape: Float32Array): number {
  const heights = shape.subarray(12, 28).filter((_, i) => i % 2 === 1);
  return heights.reduce((sum, y) => sum + y, 0) / heights.length;
}

describe('usualShape', () => {
  it('lowers the jaw with age, and has every point of the face', () => {
    const [young, old] = [jawOf(usualShape(25)), jawOf(usualShape(70))];
    // in the pixels of a 256 px crop
    expect(old - young).toBeGreaterThan(1);
    expect(old - young).toBeLessThan(8);
    expect(usualShape(25).length).toBe(2 * CARRY_POINTS.length);
    for (const v of usualShape(45)) expect(v > 20 && v < 240).toBe(true);
  });
});
