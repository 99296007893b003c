import { expect, it } from 'vitest';
import { permute } from './permute.ts';

it('puts NHWC in NCHW order', () => {
  // [1, 2, 2, 3]: three channels, 0 to 3, 10 to 13, 20 to 23
  const nhwc = Float32Array.of(0, 10, 20, 1, 11, 21, 2, 12, 22, 3, 13, 23);
  expect([...permute(nhwc, [1, 2, 2, 3], [0, 3, 1, 2])]).toEqual([0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 23]);
});

it('undoes itself with the inverse order and leaves its input alone', () => {
  const data = Uint8Array.from({ length: 2 * 3 * 4 }, (_, i) => i);
  const there = permute(data, [2, 3, 4], [2, 0, 1]);
  expect(permute(there, [4, 2, 3], [1, 2, 0])).toEqual(data);
  expect(data[5]).toBe(5);
});
