import { describe, expect, it } from 'vitest';
import type { Plate } from '../core/index.ts';
import { makePlate, SRGB } from '../core/index.ts';
import type { MaybeCopy } from './dedupe.ts';
import { hammingDistance, nearDuplicates, perceptualHashes } from './dedupe.ts';

/** A picture of a few soft blobs at any size: the same `seed` gives the same picture. */
function blobs(seed: number, width: number, height: number, change: (v: number) => number = (v) => v): Plate {
  const plate = makePlate(width, height, 'rgb', 8, SRGB);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let v = 0.4;
      for (let k = 1; k <= 5; k++) {
        const [cx, cy] = [(Math.sin(seed * k * 3.7) + 1) / 2, (Math.cos(seed * k * 2.3) + 1) / 2];
        v += 0.25 * Math.sin(seed + k) * Math.exp(-((x / width - cx) ** 2 + (y / height - cy) ** 2) * 30);
      }
      for (const plane of plate.planes)
        plane.samples[y * width + x] = Math.round(255 * Math.min(1, Math.max(0, change(v))));
    }
  }
  return plate;
}

function bitsBetween(a: Plate, b: Plate): number {
  const [p, q] = [perceptualHashes(a), perceptualHashes(b)];
  return hammingDistance(p.differenceHash, q.differenceHash) + hammingDistance(p.cosineHash, q.cosineHash);
}

describe('perceptualHashes', () => {
  const original = blobs(1, 320, 240);

  it('hardly change with size and tone', () => {
    expect(bitsBetween(original, blobs(1, 90, 68))).toBeLessThanOrEqual(6);
    expect(
      bitsBetween(
        original,
        blobs(1, 320, 240, (v) => 0.1 + v * 0.7),
      ),
    ).toBeLessThanOrEqual(6);
    expect(
      bitsBetween(
        original,
        blobs(1, 320, 240, (v) => v ** 1.5),
      ),
    ).toBeLessThanOrEqual(12);
  });

  it('differ for other pictures', () => {
    for (const seed of [2, 3, 4, 5]) expect(bitsBetween(original, blobs(seed, 320, 240))).toBeGreaterThan(24);
  });

  it('are 16 hexadecimal digits, also of a flat picture and of one pixel', () => {
    for (const plate of [makePlate(1, 1, 'rgb', 8, SRGB), makePlate(64, 64, 'yuv420', 10, SRGB)]) {
      const hashes = perceptualHashes(plate);
      expect(hashes.differenceHash).toMatch(/^[0-9a-f]{16}$/);
      expect(hashes.cosineHash).toMatch(/^[0-9a-f]{16}$/);
    }
  });
});

describe('hammingDistance', () => {
  it('counts bits', () => {
    expect(hammingDistance('0000000000000000', '0000000000000000')).toBe(0);
    expect(hammingDistance('ffffffffffffffff', '0000000000000000')).toBe(64);
    expect(hammingDistance('8000000000000001', '0000000000000000')).toBe(2);
  });
});

function face(seed: number, eyeDistancePx: number): MaybeCopy['face'] {
  const reach = (i: number): number => Math.sin(i * 1.7 + seed * (i % 5));
  return {
    landmarks: Float32Array.from({ length: 478 * 3 }, (_, i) => 100 + eyeDistancePx * reach(i)),
    descriptor: Float32Array.from({ length: 128 }, (_, i) => Math.sin(i * seed) / 11),
    eyeDistancePx,
    sharpness: 0.5,
  };
}

describe('nearDuplicates', () => {
  const hashes = perceptualHashes(blobs(1, 320, 240));

  it('asks the face where the pictures look alike', () => {
    const copies = nearDuplicates([
      { photo: 'small', ...hashes, face: face(1, 40) },
      { photo: 'large', ...hashes, face: face(1, 80) },
      { photo: 'same scene, another person', ...hashes, face: face(2, 80) },
    ]);
    expect([...copies]).toEqual([['small', 'large']]);
  });
});
