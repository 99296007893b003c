// Plates for tests of media: hashes of what they hold, and numbers that no codec can guess.

import { createHash } from 'node:crypto';
import type { ColorTags, Plate, PlateLayout, SampleDepth } from '../src/core/index.ts';
import { makePlate } from '../src/core/index.ts';
import { randomNumbers } from './composed-plate.ts';

/** SHA-256 of all samples, row by row, whatever the strides. */
export function hashPlate(plate: Plate): string {
  const hash = createHash('sha256');
  for (const { samples, width, height, stride, step } of plate.planes) {
    for (let y = 0; y < height; y++) {
      const row = samples.subarray(y * stride, y * stride + (width - 1) * step + 1);
      hash.update(step === 1 ? row : row.filter((_, i) => i % step === 0));
    }
  }
  return hash.digest('hex');
}

/** Random numbers in every sample: integers over the whole range, floats below 0 and above 1 too. */
export function noisePlate(
  width: number,
  height: number,
  layout: PlateLayout,
  depth: SampleDepth,
  color: ColorTags,
  seed: number,
): Plate {
  const plate = makePlate(width, height, layout, depth, color);
  const random = randomNumbers(seed);
  const isFloat = depth === 'half' || depth === 'float';
  for (const { samples } of plate.planes)
    for (let i = 0; i < samples.length; i++)
      samples[i] = isFloat ? random() * 5 - 1 : Math.floor(random() * 2 ** depth);
  return plate;
}

/** Slow waves that move with `frame`: what a codec holds well. */
export function wavePlate(
  width: number,
  height: number,
  layout: PlateLayout,
  depth: SampleDepth,
  color: ColorTags,
  frame: number,
): Plate {
  const plate = makePlate(width, height, layout, depth, color);
  const scale = depth === 'half' || depth === 'float' ? 1 : 2 ** depth;
  plate.planes.forEach(({ samples, width: w, height: h, stride }, k) => {
    for (let y = 0; y < h; y++) {
      for (let x = 0; x < w; x++) {
        const wave = Math.sin((x * 8) / w + frame * 0.4 + k) * Math.cos((y * 6) / h - frame * 0.2);
        samples[y * stride + x] = (0.5 + 0.25 * wave) * scale;
      }
    }
  });
  return plate;
}

/** Mean absolute difference of two plates of one form, in parts of full scale. */
export function meanDifference(a: Plate, b: Plate): number {
  const scale = a.depth === 'half' || a.depth === 'float' ? 1 : 2 ** a.depth - 1;
  let sum = 0;
  let count = 0;
  a.planes.forEach((plane, k) => {
    const other = b.planes[k];
    for (let y = 0; y < plane.height; y++) {
      for (let x = 0; x < plane.width; x++, count++) {
        const mine = plane.samples[y * plane.stride + x * plane.step];
        sum += Math.abs(mine - other.samples[y * other.stride + x * other.step]);
      }
    }
  });
  return sum / count / scale;
}
