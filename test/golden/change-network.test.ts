// The change network of the training engine, given the shipped prior's weights, held to the tensors that the prior's makers
// wrote. Tolerance 1e-4, as for the prior itself: both come to it by the same operators in another order.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readNetworkWeights } from '../../src/adapters/node/network-weights.ts';
import { openNetwork } from '../../src/adapters/node/onnx.ts';
import type { Network } from '../../src/core/index.ts';
import { changeNetwork, exportNetwork, subtract } from '../../src/model/index.ts';

const SIZE = 256;
const HALF = SIZE / 2;
const MAP = [1, 1, HALF, HALF] as const;

function golden(name: string): Float32Array {
  return new Float32Array(new Uint8Array(readFileSync(path.join(import.meta.dirname, 'prior', name))).buffer);
}

let network: Network;
beforeAll(async () => {
  const prior = path.resolve(import.meta.dirname, '../../assets/prior/prior-256.onnx');
  const weights = await readNetworkWeights(prior);
  const bytes = exportNetwork({
    name: 'prior',
    weights,
    inputs: { image: [1, 3, SIZE, SIZE], sourceAge: MAP, targetAge: MAP },
    build: (parameters, { image, sourceAge, targetAge }) => ({
      ...changeNetwork(parameters, { picture: image, conditions: [sourceAge, subtract(targetAge, sourceAge)] }),
    }),
  });
  network = await openNetwork(bytes);
});
afterAll(() => network.close());

test.each([25, 75])('predicts the golden change for target age %i', async (target) => {
  const change = await network.run({
    image: { data: golden('golden-image.f32'), shape: [1, 3, SIZE, SIZE] },
    sourceAge: { data: new Float32Array(HALF * HALF).fill(0.6), shape: MAP },
    targetAge: { data: new Float32Array(HALF * HALF).fill(target / 100), shape: MAP },
  });
  for (const part of ['flow', 'gain', 'residual']) {
    const expected = golden(`golden-${target}-${part}.f32`);
    const largest = change[part].data.reduce((most, x, k) => Math.max(most, Math.abs(x - expected[k])), 0);
    expect(largest).toBeLessThan(1e-4);
  }
});
