import { expect, it } from 'vitest';
import { openNetwork } from '../adapters/node/onnx.ts';
import type { Tensor } from '../core/index.ts';
import type { Parameters, Traced, Weights } from '../model/index.ts';
import { SeededRandom, Tape, TrainedParameters, changeNetwork, exportNetwork } from '../model/index.ts';
import { OWN_PHOTOS, exportChange, pairTraining } from './change-recipe.ts';
import { withShapeWeights } from './shape-weights.ts';

const SIZE = 32;
const HALF = SIZE / 2;
const OLD = 13 * OWN_PHOTOS;

function build(parameters: Parameters, inputs: Readonly<Record<string, Traced>>): Record<string, Traced> {
  const { picture, ages, further } = inputs;
  return { ...changeNetwork(parameters, { picture, conditions: [ages], further }) };
}

/** Of a network that was taught with own photos and without the shape; none is 0. */
function oldWeights(): Weights {
  const tape = new Tape('old');
  const parameters = new TrainedParameters(tape, 'net');
  build(parameters, {
    picture: tape.input('picture', [1, 3, SIZE, SIZE]),
    ages: tape.input('ages', [1, 2, HALF, HALF]),
    further: tape.input('further', [1, OLD, HALF, HALF]),
  });
  const random = new SeededRandom(3);
  return new Map(
    parameters.places.map(({ name, shape }) => {
      const inputs = shape.slice(1);
      const bound = Math.sqrt(2 / inputs.reduce((product, n) => product * n, 1));
      const size = shape.reduce((product, n) => product * n, 1);
      return [name, { shape, data: Float32Array.from({ length: size }, () => bound * random.normal()) }];
    }),
  );
}

async function predicted(weights: Weights, channels: number): Promise<readonly number[]> {
  const random = new SeededRandom(4);
  const noise = (shape: readonly number[]): Tensor => ({
    data: Float32Array.from({ length: shape.reduce((product, n) => product * n, 1) }, () => random.uniform()),
    shape,
  });
  const inputs = {
    picture: noise([1, 3, SIZE, SIZE]),
    ages: noise([1, 2, HALF, HALF]),
    further: noise([1, channels, HALF, HALF]),
  };
  const shapes = Object.fromEntries(Object.entries(inputs).map(([name, { shape }]) => [name, shape]));
  const network = await openNetwork(exportNetwork({ name: 'old', weights, inputs: shapes, build }), { threads: 1 });
  try {
    const { flow, gain, residual } = await network.run(inputs);
    return [...flow.data, ...gain.data, ...residual.data];
  } finally {
    await network.close();
  }
}

it('older weights predict to the bit what they did, whatever the shape is', async () => {
  const old = oldWeights();
  const before = await predicted(old, OLD);
  expect(await predicted(withShapeWeights(old), OLD + 3)).toEqual(before);
  expect(before.some((v) => Math.abs(v) > 0.01)).toBe(true);
});

it('older weights fit a network that is told of the shape; those that do already stay', () => {
  const old = withShapeWeights(oldWeights());
  expect(() => exportChange(old, { sizePx: SIZE, ownPhotos: OWN_PHOTOS })).not.toThrow();
  expect(withShapeWeights(old)).toEqual(old);
  const { places } = pairTraining({ count: 1, sizePx: SIZE, ownPhotos: OWN_PHOTOS }).groups[0];
  for (const name of ['rz.weight', 'rm.weight'])
    expect(old.get(name)?.shape).toEqual(places.find((place) => place.name === name)?.shape);
});
