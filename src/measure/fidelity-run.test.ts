import { expect, test } from 'vitest';
import type { Plate, Point } from '../core/index.ts';
import { packedRgb } from '../core/index.ts';
import type { Contender, FaceReader, TruthClip } from './index.ts';
import { MATERIALS, alignToTruth, measureFidelity, spreadFrames } from './index.ts';

const SIZE = 64;
const noFaces: FaceReader = { read: async () => null };

/** A checked plate that is brighter at higher ages; the checks move with the frame. */
function plateAt(age: number, frameIndex: number): Plate {
  const samples = new Uint8Array(SIZE * SIZE * 3).map((_, i) => {
    const pixel = Math.floor(i / 3);
    const isDark = ((pixel % SIZE) + frameIndex + Math.floor(pixel / SIZE)) % 8 < 4;
    return (isDark ? 40 : 80) + age;
  });
  return packedRgb(samples, SIZE, SIZE, 3, 8);
}

const eyes = (x: number): Point[] => Array.from({ length: 6 }, () => [x, 28]);
const landmarks: Point[] = [
  ...Array.from({ length: 36 }, (): Point => [32, 32]),
  ...eyes(24),
  ...eyes(40),
  ...Array.from({ length: 20 }, (): Point => [32, 28 + (16 * 27) / 26]),
];

const clip: TruthClip = {
  performer: 'nobody',
  clip: 'c',
  sourceAge: 60,
  ages: [60, 75, 25],
  frameCount: 12,
  plate: async (age, frameIndex) => plateAt(age, frameIndex),
  materials: async () => new Uint8Array(SIZE * SIZE).fill(MATERIALS.faceAndNeckSkin),
  landmarks68: async () => landmarks,
};

/** Goes this share of the way to the truth. */
function contender(share: number): Contender {
  return {
    likeness: 'prior',
    tier: 'final',
    photos: 0,
    reage: async (_plate, frameIndex, targetAge) => ({
      plate: plateAt(60 + share * (targetAge - 60), frameIndex),
      matte: new Float32Array(SIZE * SIZE).fill(1),
    }),
  };
}

test('8 of 48 frames are every sixth', () => {
  expect(spreadFrames(48, 8)).toEqual([0, 6, 12, 18, 24, 30, 36, 42]);
  expect(spreadFrames(3, 8)).toEqual([0, 1, 2]);
});

test('the rows of each age: none, contenders, ceiling; the age of the plate last and without gaps', async () => {
  const { rows, truthShimmer, frames } = await measureFidelity(clip, [contender(0.8)], noFaces, { frames: 3 });
  expect(frames).toEqual([0, 4, 8]);
  expect(rows.map((row) => `${row.targetAge} ${row.likeness}`)).toEqual(
    [25, 75, 60].flatMap((age) => ['none', 'prior', 'ceiling'].map((name) => `${age} ${name}`)),
  );
  const gaps = rows.map((row) => row.gapPixel);
  expect(gaps[0]).toBe(0);
  expect(gaps[1]).toBeCloseTo(0.8, 5);
  expect(gaps[4]).toBeCloseTo(0.8, 5);
  expect(gaps.slice(6)).toEqual([null, null, null]);
  expect(rows[7]).toMatchObject({ meanChange: 0, shimmer: 0, energy: 1, flicker: null, gapIdentity: null });
  expect(rows[1].meanChange).toBeCloseTo(28 / 255, 5);
  expect(truthShimmer.map((truth) => truth.targetAge)).toEqual([25, 75, 60]);
  expect(truthShimmer[0].shimmer).toBeCloseTo(0, 3);
});

test('exact landmarks place the eyes and the mouth on the template', () => {
  const m = alignToTruth(landmarks, 256);
  expect(m[0] * 24 + m[1] * 28 + m[2]).toBeCloseTo(0.37 * 256, 3);
  expect(m[0] * 40 + m[1] * 28 + m[2]).toBeCloseTo(0.63 * 256, 3);
});
