// Where the detector looks: tiles cover a plate, and a strip of pixels does not become thousands of them.

import { expect, test } from 'vitest';
import { makePlate, SRGB } from '../core/index.ts';
import { plateTiles } from './index.ts';

test('tiles cover the whole plate, overlapping', () => {
  const tiles = plateTiles(makePlate(1920, 1080, 'rgb', 8, SRGB));
  expect(tiles.length).toBeGreaterThan(3);
  expect(tiles.length).toBeLessThan(24);
  const right = Math.max(...tiles.map(({ cx, side }) => cx + side / 2));
  const bottom = Math.max(...tiles.map(({ cy, side }) => cy + side / 2));
  expect(right).toBeCloseTo(1920, 5);
  expect(bottom).toBeCloseTo(1080, 5);
});

test.each([
  [20000, 1],
  [1, 20000],
  [2, 2],
  [4000, 60],
])('a picture of %i x %i pixels is not tiled', (width, height) => {
  expect(plateTiles(makePlate(width, height, 'rgb', 8, SRGB))).toEqual([]);
});
