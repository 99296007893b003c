// The prior network behind the Predictor port, held to the tensors that its makers wrote (assets/prior/README.md).
// Tolerance 1e-4: the network's own makers agree with ONNX Runtime to that; the recomposed crop gets 2e-4, since flow
// errors multiply with the picture's gradient.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openNetwork } from '../../src/adapters/node/onnx.ts';
import type { Network } from '../../src/core/index.ts';
import { networkPredictor } from '../../src/reage/index.ts';

const here = path.join(import.meta.dirname, 'prior');
const SIZE = 256;

function golden(name: string): Float32Array {
  const bytes = readFileSync(path.join(here, name));
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i] - b[i]));
  return largest;
}

function ageMap(years: number): Float32Array {
  return new Float32Array(128 * 128).fill(years / 100);
}

let network: Network;
beforeAll(async () => {
  network = await openNetwork(path.resolve(import.meta.dirname, '../../assets/prior/prior-256.onnx'));
});
afterAll(() => network.close());

test.each([25, 75])('predicts the golden change for target age %i', async (target) => {
  const image = golden('golden-image.f32');
  const change = await networkPredictor(network).predict({
    image: { data: image, shape: [1, 3, SIZE, SIZE] },
    sourceAge: { data: ageMap(60), shape: [1, 1, 128, 128] },
    targetAge: { data: ageMap(target), shape: [1, 1, 128, 128] },
    // the prior looks at no own photos
    carry: new Float32Array(0),
  });
  for (const part of ['flow', 'gain', 'residual'] as const) {
    expect(largestDifference(change[part], golden(`golden-${target}-${part}.f32`))).toBeLessThan(1e-4);
  }
  expect(largestDifference(recompose(image, change), golden(`golden-${target}-crop.f32`))).toBeLessThan(2e-4);
});

/** crop'(p) = image(p + flow(p)) exp(gain(p)) + residual(p), bilinear, border held: the contract, word for word. */
function recompose(
  image: Float32Array,
  change: { flow: Float32Array; gain: Float32Array; residual: Float32Array },
): Float32Array {
  const plane = SIZE * SIZE;
  const out = new Float32Array(3 * plane);
  const hold = (v: number): number => Math.max(0, Math.min(SIZE - 1, v));
  for (let y = 0, i = 0; y < SIZE; y++) {
    for (let x = 0; x < SIZE; x++, i++) {
      const px = hold(x + change.flow[i]);
      const py = hold(y + change.flow[i + plane]);
      const [ix, iy] = [Math.floor(px), Math.floor(py)];
      const [jx, jy] = [Math.min(SIZE - 1, ix + 1), Math.min(SIZE - 1, iy + 1)];
      for (let c = 0; c < 3; c++) {
        const at = (u: number, v: number): number => image[c * plane + v * SIZE + u];
        const top = at(ix, iy) * (1 - px + ix) + at(jx, iy) * (px - ix);
        const bottom = at(ix, jy) * (1 - px + ix) + at(jx, jy) * (px - ix);
        const moved = top * (1 - py + iy) + bottom * (py - iy);
        out[c * plane + i] = moved * Math.exp(change.gain[c * plane + i]) + change.residual[c * plane + i];
      }
    }
  }
  return out;
}
