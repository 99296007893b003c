// What counts as wrong, on small drawn batches: each ingredient is seen where it should be, and nowhere else.

import { describe, expect, it } from 'vitest';
import { openNetwork } from '../adapters/node/onnx.ts';
import { openTrainingSession } from '../adapters/node/training-session.ts';
import { SeededRandom, initialState, train, weightsOf } from '../model/index.ts';
import type { Weights } from '../model/index.ts';
import { likenessExam, likenessFeeds, likenessTraining, likenessWeights } from './likeness-program.ts';
import type { LikenessRecipe } from './likeness-recipe.ts';
import { batchSizeOf, recipeWith, sectionsOf } from './likeness-recipe.ts';
import type { LikenessBatch } from './likeness-sampler.ts';
import { emptyPairBatch, planesOf } from './pair-batch.ts';

const SIZE = 32;
const RECIPE = recipeWith({
  sizePx: SIZE,
  taught: 'all',
  entries: { pairs: 1, still: 1, back: 1, carried: 1 },
  weights: { back: 2, coarse: 1, shifted: 10, energy: 10, critic: 0.01 },
});
const NAMES = ['pairs', 'still', 'back', 'coarse', 'shifted', 'energy'];

/** Blobs, each entry its own; the targets are the sources. */
function drawn(recipe: LikenessRecipe): LikenessBatch {
  const count = batchSizeOf(recipe.entries);
  const ones = (): Float32Array => new Float32Array(count).fill(1);
  const batch = {
    ...emptyPairBatch({ ...recipe, count }),
    entries: recipe.entries,
    isCarried: new Uint8Array(count),
    weight: ones(),
    colorTrust: ones(),
  };
  const random = new SeededRandom(5);
  for (let k = 0; k < count; k++) {
    const [fx, fy] = [random.between(2, 4), random.between(2, 4)];
    const source = planesOf(batch.source, SIZE, 3, k);
    for (let i = 0; i < source.length; i++)
      source[i] = 0.5 + 0.2 * Math.sin((i % SIZE) / fx) * Math.cos((Math.floor(i / SIZE) % SIZE) / fy);
    batch.sourceAge[k] = 60;
    batch.targetAge[k] = 30;
  }
  batch.target.set(batch.source);
  batch.person.fill(1);
  return batch;
}

/** A network that changes nothing yet, and a prior that makes everything brighter, or nothing. */
function beginning(recipe: LikenessRecipe, priorGain = 0): { weights: Float32Array; prior: Weights } {
  const nothing = likenessTraining({ ...recipe, weights: { ...recipe.weights, critic: 0 } }, priorOf(recipe, 0));
  const state = initialState(nothing, 1);
  return { weights: state.vectors['weights.net'], prior: priorOf(recipe, priorGain) };
}

function priorOf(recipe: LikenessRecipe, gain: number): Weights {
  const bare = { ...recipe, entries: { pairs: 0, still: 1, back: 0, carried: 0 } };
  const program = likenessTraining({ ...bare, weights: { ...recipe.weights, critic: 0 } }, new Map());
  const weights = new Map(weightsOf(program.groups, initialState(program, 1)));
  const shape = [24];
  // the first twelve channels are the gains of 2 x 2 pixels
  weights.set('out.bias', { shape, data: Float32Array.from({ length: 24 }, (_, c) => (c < 12 ? gain : 0)) });
  return weights;
}

async function examined(
  batch: LikenessBatch,
  priorGain = 0,
  recipe = RECIPE,
): Promise<Readonly<Record<string, number>>> {
  const { weights, prior } = beginning(recipe, priorGain);
  const network = await openNetwork(likenessExam(recipe, prior));
  try {
    const net = { data: weights, shape: [weights.length] };
    const losses = await network.run({ ...likenessFeeds(batch), 'weights.net': net });
    return Object.fromEntries(Object.entries(losses).map(([name, { data }]) => [name, data[0]]));
  } finally {
    await network.close();
  }
}

/** The entry of a kind in `RECIPE`. */
function entryOf(kind: 'pairs' | 'still' | 'back' | 'carried'): number {
  return sectionsOf(RECIPE.entries)[kind][0];
}

describe('the losses of a likeness', () => {
  it('are 0 where nothing is wrong', async () => {
    const losses = await examined(drawn(RECIPE));
    expect(Object.keys(losses).toSorted()).toEqual(['loss', ...NAMES].toSorted());
    for (const value of Object.values(losses)) expect(Math.abs(value)).toBeLessThan(1e-5);
  });

  it.each([
    ['pairs', ['pairs']],
    ['still', ['still']],
    ['carried', ['coarse', 'energy', 'shifted']],
  ] as const)('an error in %s is seen there alone', async (kind, names) => {
    const batch = drawn(RECIPE);
    const wanted = planesOf(batch.target, SIZE, 3, entryOf(kind));
    for (let i = 0; i < wanted.length; i++) wanted[i] = 0.3 + 0.5 * (wanted[i] - 0.5);
    const losses = await examined(batch);
    expect(NAMES.filter((name) => losses[name] > 1e-4).toSorted()).toEqual(names);
    const sum = names.reduce((total, name) => total + RECIPE.weights[name] * losses[name], 0);
    expect(losses.loss).toBeCloseTo(sum, 4);
  });

  it('what is to be brought back has been aged by the prior, and nothing else has', async () => {
    const losses = await examined(drawn(RECIPE), 0.2);
    expect(NAMES.filter((name) => losses[name] > 1e-4)).toEqual(['back']);
  });

  it('colour that cannot be believed does not count, brightness does', async () => {
    const colored = drawn(RECIPE);
    const [still, plane] = [entryOf('still'), SIZE * SIZE];
    const wanted = planesOf(colored.target, SIZE, 3, still);
    // more red and less blue of the same luma
    for (let i = 0; i < plane; i++) [wanted[i], wanted[i + 2 * plane]] = [wanted[i] + 0.0114, wanted[i] - 0.0299];
    expect((await examined(colored)).still).toBeGreaterThan(1e-3);
    colored.colorTrust[still] = 0;
    expect((await examined(colored)).still).toBeLessThan(1e-5);
    for (let i = 0; i < 3 * plane; i++) wanted[i] += 0.1;
    expect((await examined(colored)).still).toBeGreaterThan(1e-2);
  });

  it('an entry counts by its weight', async () => {
    const batch = drawn(RECIPE);
    planesOf(batch.target, SIZE, 3, entryOf('still')).fill(0.4);
    const whole = (await examined(batch)).still;
    batch.weight[entryOf('still')] = 0.25;
    expect((await examined(batch)).still / whole).toBeCloseTo(0.25, 4);
  });
});

describe('the training of a likeness', () => {
  it('begins with the loss of the exam and makes it smaller, with a critic beside it', async () => {
    const batch = drawn(RECIPE);
    for (let i = 0; i < batch.target.length; i++) batch.target[i] *= 0.8;
    const { prior } = beginning(RECIPE, 0.1);
    const program = likenessTraining(RECIPE, prior);
    const session = await openTrainingSession(program.graph, { threads: 1 });
    const losses: Record<string, number>[] = [];
    await train({
      program,
      session,
      state: initialState(program, 1),
      source: { batch: async () => likenessFeeds(batch) },
      rate: () => 1e-3,
      steps: 30,
      onProgress: ({ metrics }) => losses.push(metrics),
    });
    await session.close();
    expect(losses[0].loss).toBeCloseTo((await examined(batch, 0.1)).loss, 4);
    expect(losses[0].critic).toBeGreaterThan(1);
    for (const name of ['loss', 'still', 'back', 'coarse'])
      expect(losses[29][name]).toBeLessThan(0.5 * losses[0][name]);
  });

  it('leaves ingredients out', () => {
    const recipe = recipeWith({
      sizePx: SIZE,
      ownPhotos: 0,
      taught: 'all',
      entries: { pairs: 0, still: 1, back: 0, carried: 1 },
      weights: { energy: 0, critic: 0 },
    });
    const program = likenessTraining(recipe, new Map());
    expect(program.batchSize).toBe(2);
    expect(program.groups.map(({ name }) => name)).toEqual(['net']);
    expect(program.groups[0].places.some(({ name }) => name.startsWith('second.'))).toBe(false);
  });

  it('teaches the second look alone, and keeps the prior', () => {
    const recipe = { ...RECIPE, taught: 'second' } as const;
    const prior = priorOf(RECIPE, 0.1);
    const { groups } = likenessTraining(recipe, prior);
    const [{ places }] = groups;
    expect(places.length).toBeGreaterThan(4);
    expect(places.every(({ name }) => name.startsWith('second.'))).toBe(true);
    const weights = weightsOf(groups.slice(0, 1), initialState({ groups }, 8));
    const whole = likenessWeights(recipe, prior, weights);
    expect([...whole.keys()].toSorted()).toEqual([...prior.keys()].toSorted());
    expect(whole.get('out.bias')).toEqual(prior.get('out.bias'));
    expect(whole.get('second.inp.weight')).toEqual(weights.get('second.inp.weight'));
  });

  it('is parted so that each lane has its share of every kind', () => {
    const recipe = recipeWith({ sizePx: SIZE, entries: { pairs: 2, still: 4, back: 0, carried: 2 } });
    const batch = drawn(recipe);
    for (const [k] of batch.weight.entries()) batch.weight[k] = k;
    const parts = likenessTraining(recipe, priorOf(RECIPE, 0)).lanes?.part(likenessFeeds(batch)) ?? [];
    expect(parts.map(({ worth }) => [...worth.data])).toEqual([
      [0, 2, 3, 6],
      [1, 4, 5, 7],
    ]);
    expect(parts[0].image.shape).toEqual([4, 3, SIZE, SIZE]);
    expect(likenessTraining(RECIPE, priorOf(RECIPE, 0)).lanes).toBeNull();
  });

  it('refuses a recipe that teaches nothing of the performer, and one that it does not know', () => {
    const nobody = { entries: { still: 0, back: 0, carried: 0 } };
    expect(() => recipeWith(nobody)).toThrow(expect.objectContaining({ code: 'likeness/bad-recipe' }));
    expect(() => recipeWith({ entires: {} })).toThrow(expect.objectContaining({ code: 'likeness/bad-recipe' }));
    expect(() => recipeWith({ ownPhotos: 0 })).toThrow(expect.objectContaining({ code: 'likeness/bad-recipe' }));
    expect(() => recipeWith({ ownPhotos: 2 })).toThrow(expect.objectContaining({ code: 'likeness/bad-recipe' }));
  });
});
