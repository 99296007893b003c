import { expect, test } from 'vitest';
import { PlateCropper } from '../core/index.ts';
import { hdPlate } from './hd-plate.ts';

const flat = (r: number, g: number, b: number) => {
  const { planes } = hdPlate(
    Float32Array.from({ length: 12 }, (_, i) => [r, g, b][i % 3]),
    2,
    2,
  );
  return planes.map(({ samples }) => samples[0]);
};

test('black, white and a colour have the codes of BT.709 in limited range', () => {
  expect(flat(0, 0, 0)).toEqual([16, 128, 128]);
  expect(flat(1, 1, 1)).toEqual([235, 128, 128]);
  expect(flat(1, 0, 0)).toEqual([63, 102, 240]);
});

test('read back, a flat colour is what it was', () => {
  const plate = hdPlate(
    Float32Array.from({ length: 16 * 16 * 3 }, (_, i) => [0.6, 0.4, 0.3][i % 3]),
    16,
    16,
  );
  const out = new Float32Array(16 * 16 * 3);
  new PlateCropper().crop(plate, [1, 0, 0, 0, 1, 0], 16, out, { layout: 'nhwc', low: 0, high: 1, border: 'edge' });
  [0.6, 0.4, 0.3].forEach((value, c) => expect(out[(8 * 16 + 8) * 3 + c]).toBeCloseTo(value, 2));
});

test('odd sides are refused', () => {
  expect(() => hdPlate(new Float32Array(27), 3, 3)).toThrow(RangeError);
});
