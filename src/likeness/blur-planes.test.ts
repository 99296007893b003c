import { describe, expect, it } from 'vitest';
import { PlaneBlur } from './blur-planes.ts';

const SIDE = 64;

/** Standard deviation of the spot that a blurred point makes, along x. */
function spotWidth(sigma: number): { width: number; sum: number } {
  const plane = new Float32Array(SIDE * SIDE);
  plane[32 * SIDE + 32] = 1;
  new PlaneBlur(SIDE).blur(plane, sigma);
  let [sum, variance] = [0, 0];
  plane.forEach((v, i) => {
    sum += v;
    variance += v * ((i % SIDE) - 32) ** 2;
  });
  return { width: Math.sqrt(variance / sum), sum };
}

describe('a blur of planes', () => {
  it.each([0.8, 1.5, 2.4, 3, 6])('spreads a point by %f px and loses nothing', (sigma) => {
    const { width, sum } = spotWidth(sigma);
    expect(sum).toBeCloseTo(1, 4);
    // taps end at 2.6 sigma, and boxes have whole pixels
    expect(Math.abs(width / sigma - 1)).toBeLessThan(0.08);
  });

  it('leaves flat planes flat up to the border, each for itself', () => {
    const planes = new Float32Array(2 * SIDE * SIDE);
    planes.fill(0.25, 0, SIDE * SIDE);
    planes.fill(0.75, SIDE * SIDE);
    for (const sigma of [1, 5]) new PlaneBlur(SIDE).blur(planes, sigma);
    expect(planes.every((v, i) => Math.abs(v - (i < SIDE * SIDE ? 0.25 : 0.75)) < 1e-5)).toBe(true);
  });
});
