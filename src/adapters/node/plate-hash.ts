// A plate's fingerprint. In Node's own hash, since WebCrypto copies the samples twice: 14 ms instead of 2.4 at 1080p.

import { createHash } from 'node:crypto';
import type { Plate } from '../../core/index.ts';

/** SHA-256 of the samples, little-endian: plane after plane, row after row, without padding. */
export function hashPlate(plate: Plate): string {
  const hash = createHash('sha256');
  for (const { samples, width, height, stride, step } of plate.planes) {
    if (step === 1 && stride === width) {
      hash.update(samples.subarray(0, width * height));
      continue;
    }
    const row = samples.slice(0, width);
    for (let y = 0; y < height; y++) {
      const from = y * stride;
      if (step === 1) hash.update(samples.subarray(from, from + width));
      else {
        for (let x = 0; x < width; x++) row[x] = samples[from + x * step];
        hash.update(row);
      }
    }
  }
  return hash.digest('hex');
}
