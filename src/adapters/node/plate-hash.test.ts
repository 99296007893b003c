import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { copyPlate, makePlate, packedRgb, SRGB } from '../../core/index.ts';
import { hashPlate } from './plate-hash.ts';

it('is of the samples, wherever they lie', () => {
  const packed = packedRgb(
    Uint16Array.from({ length: 7 * 5 * 3 }, (_, i) => i * 601),
    7,
    5,
    3,
    16,
  );
  const planar = copyPlate(packed);
  expect(hashPlate(planar)).toBe(hashPlate(packed));
  const padded = {
    ...planar,
    planes: planar.planes.map((plane) => {
      const samples = new Uint16Array(16 * plane.height).fill(77);
      for (let y = 0; y < plane.height; y++) samples.set(plane.samples.subarray(y * 7, y * 7 + 7) as never, y * 16);
      return { ...plane, samples, stride: 16 };
    }) as unknown as typeof planar.planes,
  };
  expect(hashPlate(padded)).toBe(hashPlate(packed));
});

it('is plain SHA-256 of the planes one after the other', () => {
  const plate = makePlate(4, 2, 'yuv420', 8, SRGB);
  plate.planes.forEach((plane, k) => plane.samples.fill(k + 1));
  const bytes = Uint8Array.of(1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 3, 3);
  expect(hashPlate(plate)).toBe(createHash('sha256').update(bytes).digest('hex'));
});
