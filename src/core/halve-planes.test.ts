import { expect, it } from 'vitest';
import { halvePlanes } from './halve-planes.ts';

it('averages blocks of 2 x 2, plane by plane', () => {
  const planes = Float32Array.from([...Array(16).keys(), ...Array(16).fill(3)]);
  const out = new Float32Array(8);
  halvePlanes(planes, 4, out);
  expect([...out]).toEqual([2.5, 4.5, 10.5, 12.5, 3, 3, 3, 3]);
});
