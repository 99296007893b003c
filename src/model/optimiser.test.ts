import { describe, expect, it } from 'vitest';
import { openTrainingSession } from '../adapters/node/training-session.ts';
import { OnnxGraph } from '../onnx/index.ts';
import { squaredLoss } from './losses.ts';
import type { OptimiserOptions } from './optimiser.ts';
import { TrainedParameters } from './parameters.ts';
import { subtract } from './pointwise.ts';
import { compileTraining, initialState } from './program.ts';
import { convolution } from './convolution.ts';
import { Tape } from './tape.ts';

const WANTED = [0.5, -2, 3, 0.1];
const RATE = 0.05;

/** Four numbers are drawn to WANTED by their mean squared distance. */
function distance(options: OptimiserOptions, rateFactor?: number): ReturnType<typeof compileTraining> {
  const tape = new Tape('distance');
  const parameters = new TrainedParameters(tape, 'net');
  const x = parameters.take('x', [4], { fill: 0.25 });
  const loss = squaredLoss(subtract(x, tape.constant(Float32Array.from(WANTED), [4])));
  return compileTraining(tape, {
    objectives: [{ parameters, loss, rateFactor }],
    metrics: { loss },
    batchSize: 1,
    optimiser: options,
  });
}

/** Adam as its authors write it, in double precision. */
function reference(steps: number, o: Required<OptimiserOptions>, rate: number): { x: number[]; average: number[] } {
  let x = WANTED.map(() => 0.25);
  let average = x;
  let m = x.map(() => 0);
  let v = x.map(() => 0);
  for (let t = 1; t <= steps; t++) {
    let g = x.map((value, k) => (2 * (value - WANTED[k])) / 4);
    const norm = Math.hypot(...g);
    g = g.map((value) => value * Math.min(1, o.clipNorm / (norm + 1e-6)));
    m = m.map((value, k) => o.beta1 * value + (1 - o.beta1) * g[k]);
    v = v.map((value, k) => o.beta2 * value + (1 - o.beta2) * g[k] ** 2);
    const [c1, c2] = [1 - o.beta1 ** t, 1 - o.beta2 ** t];
    x = x.map((value, k) => value - rate * (m[k] / c1 / (Math.sqrt(v[k] / c2) + o.epsilon) + o.weightDecay * value));
    const keep = Math.min(o.averageDecay, t / (t + 20));
    average = average.map((value, k) => keep * value + (1 - keep) * x[k]);
  }
  return { x, average };
}

function scalar(value: number): { data: Float32Array; shape: number[] } {
  return { data: Float32Array.of(value), shape: [] };
}

const plain = { beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0, clipNorm: Infinity, averageDecay: 0.999 };
const cases: readonly (readonly [string, Required<OptimiserOptions>, number])[] = [
  ['plain', plain, 1],
  ['clipped and decayed', { ...plain, clipNorm: 0.3, weightDecay: 0.1 }, 1],
  ['other constants and a rate factor', { ...plain, beta1: 0.5, beta2: 0.9, epsilon: 1e-3, averageDecay: 0.1 }, 0.25],
];

describe('addOptimiser', () => {
  it.each(cases)('%s', async (_, options, rateFactor) => {
    const program = distance(options, rateFactor);
    const session = await openTrainingSession(program.graph, { provider: 'cpu', threads: 1 });
    const { vectors } = initialState(program, 1);
    await session.setState(
      Object.fromEntries(Object.entries(vectors).map(([name, data]) => [name, { data, shape: [data.length] }])),
    );
    let norm = 0;
    for (let step = 1; step <= 30; step++) {
      const { gradientNorm } = await session.step({ step: scalar(step), rate: scalar(RATE) });
      if (step === 1) [norm] = gradientNorm.data;
    }
    expect(norm).toBeCloseTo(Math.hypot(...WANTED.map((wanted) => (0.25 - wanted) / 2)), 5);
    const state = await session.state();
    const expected = reference(30, options, RATE * rateFactor);
    for (let k = 0; k < 4; k++) {
      expect(state['weights.net'].data[k]).toBeCloseTo(expected.x[k], 5);
      expect(state['average.net'].data[k]).toBeCloseTo(expected.average[k], 5);
    }
    await expect(session.setState({})).rejects.toThrow('the state lacks');
    await session.close();
  });

  it('refuses a parameter that its loss does not feel', () => {
    const tape = new Tape('idle');
    const parameters = new TrainedParameters(tape, 'net');
    parameters.take('idle', [3], { fill: 0 });
    const weight = parameters.take('used', [1, 1, 1, 1], { fill: 1 });
    expect(() => parameters.take('used', [1], { fill: 1 })).toThrow('taken already');
    const loss = squaredLoss(convolution(tape.input('x', [1, 1, 2, 2]), weight, null));
    expect(() =>
      compileTraining(tape, { objectives: [{ parameters, loss }], metrics: { loss }, batchSize: 1 }),
    ).toThrow('idle has no influence');
  });

  it('says when a graph cannot be loaded', async () => {
    const graph = new OnnxGraph('unknown');
    graph.node('NoSuchOperator', [graph.input('x', [1])], {}, { output: 'y' });
    graph.output('y', [1]);
    await expect(openTrainingSession(graph.write())).rejects.toMatchObject({ code: 'model/not-loaded' });
  });
});
