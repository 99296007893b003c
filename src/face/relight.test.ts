import { expect, it } from 'vitest';
import { Relighter } from './relight.ts';

const SIZE = 128;
const PLANE = SIZE * SIZE;

/** Fine lines under light that grows to the right. */
function lines(light: (u: number) => readonly [number, number, number]): Float32Array {
  const out = new Float32Array(3 * PLANE);
  for (let i = 0; i < PLANE; i++) {
    const line = i % 4 === 0 ? 0.8 : 1;
    light((i % SIZE) / SIZE).forEach((v, c) => {
      out[c * PLANE + i] = v * line;
    });
  }
  return out;
}

it('takes what is coarse from the crop and leaves what is fine', () => {
  const photo = lines(() => [0.3, 0.4, 0.5]);
  const crop = lines((u) => [0.2 + 0.3 * u, 0.5 - 0.2 * u, 0.3]);
  const valid = new Float32Array(PLANE).fill(1);
  new Relighter(SIZE).relight(photo, crop, valid);
  for (const at of [40 * SIZE + 41, 64 * SIZE + 90, 100 * SIZE + 60])
    for (let c = 0; c < 3; c++) expect(photo[c * PLANE + at] / crop[c * PLANE + at]).toBeCloseTo(1, 1);
  expect(photo[64 * SIZE + 64] / photo[64 * SIZE + 65]).toBeCloseTo(0.8, 1);
});

it('asks only where both show the same', () => {
  const photo = lines(() => [0.4, 0.4, 0.4]);
  const crop = lines((u) => (u < 0.5 ? [0.4, 0.4, 0.4] : [1, 1, 1]));
  const valid = Float32Array.from({ length: PLANE }, (_, i) => (i % SIZE < SIZE / 2 ? 1 : 0));
  new Relighter(SIZE).relight(photo, crop, valid);
  expect(photo[64 * SIZE + 33]).toBeCloseTo(0.4, 2);
});

it('takes sides that divide into its grid', () => {
  expect(() => new Relighter(100)).toThrow(RangeError);
});
