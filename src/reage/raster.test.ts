import { expect, test } from 'vitest';
import { boxMean, fillPolygon, hangTogether } from './raster.ts';

const SIDE = 16;

/** Rows of digits, tenths of 1; a dot is 0. */
function drawn(...rows: string[]): Float32Array {
  const grid = new Float32Array(SIDE * SIDE);
  rows.forEach((row, y) => [...row].forEach((c, x) => (grid[y * SIDE + x] = c === '.' ? 0 : Number(c) / 10)));
  return grid;
}

function noise(): Float32Array {
  return Float32Array.from({ length: SIDE * SIDE }, (_, i) => ((i * 7919) % 101) / 101);
}

test.each([1, 2, 5, 10])('the box mean of radius %i is the mean over the square, edges held', (radius) => {
  const grid = noise();
  boxMean(grid, SIDE, radius, new Float32Array(SIDE * SIDE));
  const from = noise();
  const hold = (v: number): number => Math.max(0, Math.min(SIDE - 1, v));
  for (const [x, y] of [
    [0, 0],
    [15, 3],
    [7, 8],
    [4, 15],
  ]) {
    let sum = 0;
    for (let j = -radius; j <= radius; j++)
      for (let i = -radius; i <= radius; i++) sum += from[hold(y + j) * SIDE + hold(x + i)];
    expect(grid[y * SIDE + x]).toBeCloseTo(sum / (2 * radius + 1) ** 2, 5);
  }
});

test('a polygon covers its area, crossed by more than one span too', () => {
  const grid = new Float32Array(SIDE * SIDE);
  // a U: 12 x 10 less the notch of 4 x 8
  fillPolygon(new Float32Array([2, 2, 6, 2, 6, 10, 10, 10, 10, 2, 14, 2, 14, 12, 2, 12]), 8, SIDE, grid);
  expect(grid.reduce((sum, v) => sum + v, 0)).toBeCloseTo(12 * 10 - 4 * 8, 4);
  expect(grid[5 * SIDE + 8]).toBe(0);
  expect(grid[5 * SIDE + 3]).toBe(1);
});

test('what hangs together with the seeds is as strong as the weakest cell on the best way there', () => {
  const seeds = drawn('9...............');
  const field = drawn(
    '9999............',
    '...7............',
    '...5999.........',
    '......4.........',
    '......9.....99..',
    '..8.............',
  );
  const out = new Float32Array(SIDE * SIDE);
  hangTogether(seeds, field, SIDE, SIDE, out);
  const at = (x: number, y: number): number => out[y * SIDE + x];
  expect(at(0, 0)).toBe(1);
  expect(at(3, 0)).toBeCloseTo(0.9);
  expect(at(6, 2)).toBeCloseTo(0.5);
  expect(at(6, 4)).toBeCloseTo(0.4);
  expect(at(12, 4)).toBe(0);
  expect(at(2, 5)).toBe(0);
  hangTogether(seeds, field, SIDE, 2.5, out);
  expect(at(3, 1)).toBeCloseTo(0.7);
  expect(at(3, 2)).toBe(0);
});
