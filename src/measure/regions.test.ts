import { expect, test } from 'vitest';
import { ageingRegion, boxAround, cutMask, hairRegion } from './regions.ts';

test('M is skin of face and neck, eyes, mouth and brows of either picture; hair is apart', () => {
  const plate = Uint8Array.of(0, 30, 60, 90, 120, 150, 180, 210, 0);
  const truth = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 30, 120);
  expect([...ageingRegion(plate, truth)]).toEqual([0, 1, 0, 1, 0, 1, 1, 1, 0]);
  expect([...hairRegion(plate, truth)]).toEqual([0, 0, 0, 0, 1, 0, 0, 0, 1]);
  expect(() => ageingRegion(plate, new Uint8Array(4))).toThrow(RangeError);
});

test('the box around a region grows to the border of the picture and no further', () => {
  const region = new Uint8Array(10 * 8);
  region[2 * 10 + 3] = 1;
  region[4 * 10 + 7] = 1;
  expect(boxAround(region, 10, 8, 0)).toEqual({ left: 3, top: 2, right: 8, bottom: 5 });
  expect(boxAround(region, 10, 8, 3)).toEqual({ left: 0, top: 0, right: 10, bottom: 8 });
  const box = boxAround(region, 10, 8, 1);
  expect([...cutMask(region, 10, box)].filter(Boolean)).toHaveLength(2);
  expect(boxAround(new Uint8Array(80), 10, 8, 3)).toEqual({ left: 0, top: 0, right: 0, bottom: 0 });
});
