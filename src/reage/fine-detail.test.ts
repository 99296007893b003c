import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../model/index.ts';
import { FineDetail } from './fine-detail.ts';
import type { Change } from './index.ts';

const SIZE = 64;
const PLANE = SIZE * SIZE;

/** Skin with pores: a soft slope and something fine on it. */
function crop(): Float32Array {
  const random = new SeededRandom(3);
  const pores = Float32Array.from({ length: PLANE }, () => 0.05 * random.normal());
  return Float32Array.from({ length: 3 * PLANE }, (_, i) => 0.4 + 0.2 * ((i % SIZE) / SIZE) + pores[i % PLANE]);
}

/** What a network would say. */
function said(image: Float32Array, changed: (v: number, i: number) => number, flowX = 0): Change {
  const flow = new Float32Array(2 * PLANE).fill(flowX, 0, PLANE);
  const residual = image.map((v, i) => changed(v, i) - v);
  return { size: SIZE, flow, gain: new Float32Array(3 * PLANE), residual };
}

function scaled(image: Float32Array, change: Change): Change {
  return new FineDetail(SIZE).scale(change, image, [0, 0, SIZE, SIZE]);
}

const left = (i: number): boolean => i % SIZE < SIZE / 2;

describe('fine detail', () => {
  it('is left alone where the network leaves what it sees alone', () => {
    const image = crop();
    const change = said(image, (v) => v);
    const { gain, residual } = scaled(image, change);
    expect(gain.every((v) => Math.abs(v) < 1e-6) && residual.every((v) => Math.abs(v) < 1e-6)).toBe(true);
  });

  it('is softened where the network softens what it sees, and nowhere else', () => {
    const image = crop();
    const change = said(image, (v, i) => (left(i) ? 0.4 + 0.2 * ((i % SIZE) / SIZE) : v));
    const { gain } = scaled(image, change);
    const mean = (from: number, to: number): number => {
      let sum = 0;
      for (let y = 10; y < SIZE - 10; y++) for (let x = from; x < to; x++) sum += gain[y * SIZE + x];
      return sum / ((SIZE - 20) * (to - from));
    };
    expect(mean(8, 22)).toBeLessThan(Math.log(0.4));
    expect(Math.abs(mean(42, 56))).toBeLessThan(0.02);
  });

  it('changes nothing that the crop itself shows', () => {
    const image = crop();
    const change = said(image, (v, i) => (left(i) ? 0.5 + 0.4 * (v - 0.5) : v + 0.03));
    const { gain, residual } = scaled(image, change);
    for (let i = 0; i < 3 * PLANE; i++)
      expect(Math.abs(image[i] * Math.exp(gain[i]) + residual[i] - (image[i] + change.residual[i]))).toBeLessThan(1e-4);
  });

  it('is looked at within the box alone', () => {
    const image = crop();
    const change = said(image, (v) => 0.5 + 0.4 * (v - 0.5));
    const { gain, residual } = new FineDetail(SIZE).scale(change, image, [10, 20, 50, 60]);
    for (let i = 0; i < PLANE; i++) {
      const isInside = i % SIZE >= 10 && i % SIZE < 50 && i >= 20 * SIZE && i < 60 * SIZE;
      expect(gain[i] < -0.3).toBe(isInside);
      expect(isInside || residual[i] === change.residual[i]).toBe(true);
    }
  });

  it('follows the flow: what is compared is the moved picture', () => {
    const image = crop();
    const moved = image.map((_, i) => image[i - (i % SIZE) + Math.min(SIZE - 1, (i % SIZE) + 3)]);
    const still = scaled(
      moved,
      said(moved, (v) => 0.5 + 0.5 * (v - 0.5)),
    );
    const flowing = scaled(image, { ...said(moved, (v) => 0.5 + 0.5 * (v - 0.5), 3) });
    for (let i = 0; i < PLANE; i++) expect(Math.abs(still.gain[i] - flowing.gain[i])).toBeLessThan(1e-3);
  });
});
