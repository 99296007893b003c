import { describe, expect, it } from 'vitest';
import { openNetwork } from '../adapters/node/onnx.ts';
import { openTrainingSession } from '../adapters/node/training-session.ts';
import { SeededRandom, initialState, train, weightsOf } from '../model/index.ts';
import { readStoredTensors } from '../onnx/index.ts';
import { OWN_PHOTOS, exportChange, learningRate, shapedFeeds, pairTraining } from './change-recipe.ts';
import { emptyPairBatch } from './pair-batch.ts';
import type { ShapedPairBatch } from './pair-batch.ts';
import { examinePairs } from './pair-exam.ts';
import { FLOW_REDUCTION } from './pair-flow.ts';

const SIZE = 32;

/** Blurred noise; the target is the source, darker, and only what the first own photo shows is brighter. */
function pairs(count: number): ShapedPairBatch {
  const cells = count * (SIZE / FLOW_REDUCTION) ** 2;
  const batch = {
    ...emptyPairBatch({ count, sizePx: SIZE, ownPhotos: OWN_PHOTOS }),
    flow: new Float32Array(2 * cells).fill(0.01),
    flowBelief: new Float32Array(cells).fill(1),
  };
  const random = new SeededRandom(7);
  const plane = SIZE * SIZE;
  for (let k = 0; k < count; k++) {
    const spot = Math.floor(random.uniform() * 2);
    for (let i = 0; i < 3 * plane; i++) {
      const [y, x] = [Math.floor((i % plane) / SIZE), i % SIZE];
      const marked = spot === 1 && y >= 12 && y < 20 && x >= 12 && x < 20;
      const value = 0.5 + 0.2 * Math.sin(x / 3 + k) * Math.cos(y / 4);
      batch.source[k * 3 * plane + i] = value;
      batch.target[k * 3 * plane + i] = value * 0.8 + (marked ? 0.15 : 0);
      batch.own[k * OWN_PHOTOS * 3 * plane + i] = marked ? 0.9 : 0.3;
    }
    batch.sourceAge[k] = 60;
    batch.targetAge[k] = 30;
  }
  batch.person.fill(1);
  batch.ownValid.fill(1);
  return batch;
}

describe('the recipe of pairs', () => {
  it('teaches a network to close the gap, better with own photos than without, and exports what it taught', async () => {
    const batch = pairs(4);
    const program = pairTraining(batch);
    const session = await openTrainingSession(program.graph, { threads: 1 });
    const { state } = await train({
      program,
      session,
      state: initialState(program, 3),
      source: { batch: async () => shapedFeeds(batch) },
      rate: (step) => learningRate(2e-3, step + 90, 0),
      steps: 60,
    });
    await session.close();
    const weights = weightsOf(program.groups, state, 'weights');
    const network = await openNetwork(exportChange(weights, batch, {}, 'changed'));
    const withPhotos = await examinePairs(network, [batch], true);
    const without = await examinePairs(network, [batch], false);
    await network.close();
    expect(withPhotos.gapPixel).toBeGreaterThan(0.6);
    expect(withPhotos.gapPixel).toBeGreaterThan(without.gapPixel + 0.05);
  }, 60_000);

  it('exports the contract of the prior', async () => {
    const program = pairTraining({ count: 1, sizePx: SIZE, ownPhotos: 0 });
    const weights = weightsOf(program.groups, initialState(program, 1));
    // so that a shipped network can be trained further
    const stored = readStoredTensors(exportChange(weights, { sizePx: SIZE, ownPhotos: 0 }));
    expect([...weights.keys()].filter((name) => !stored.has(name))).toEqual([]);
    expect(stored.get('enc.0.g')).toEqual(weights.get('enc.0.g'));
    const network = await openNetwork(exportChange(weights, { sizePx: SIZE, ownPhotos: 0 }, { step: '0' }));
    expect(network.inputNames.toSorted()).toEqual(['image', 'sourceAge', 'targetAge']);
    expect(network.outputNames.toSorted()).toEqual(['flow', 'gain', 'residual']);
    await network.close();
  });
});

describe('examinePairs', () => {
  it('gives 0 to a network that leaves the plate as it is', async () => {
    const batch = pairs(2);
    batch.targetAge[1] = batch.sourceAge[1];
    const program = pairTraining(batch);
    const weights = weightsOf(program.groups, initialState(program, 1));
    const network = await openNetwork(exportChange(weights, batch, {}, 'changed'));
    const marks = await examinePairs(network, [batch], true);
    await network.close();
    expect(marks.gapPixel).toBeCloseTo(0, 4);
    expect(marks.gapDetail).toBeCloseTo(0, 4);
    expect(marks.meanChange).toBeCloseTo(0, 5);
  });
});

describe('learningRate', () => {
  it('rises, holds, falls', () => {
    expect(learningRate(1, 50, 0)).toBeCloseTo(0.5);
    expect(learningRate(1, 1000, 0.5)).toBe(1);
    expect(learningRate(1, 1000, 0.8)).toBeCloseTo(0.5);
    expect(learningRate(1, 1000, 1)).toBe(0.02);
  });
});
