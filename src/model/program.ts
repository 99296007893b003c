// A training, compiled: the one graph that a step runs, the table of what it trains, and the state it begins with.
import type { Tensors } from './needs.ts';
import { STATE_PARTS, addGradients, addOptimiser, addUpdates, byLoss } from './optimiser.ts';
import type { Objective, OptimiserOptions } from './optimiser.ts';
import { initialVector } from './parameters.ts';
import type { ParameterPlace, Weights } from './parameters.ts';
import { SeededRandom } from './random.ts';
import type { RandomState } from './random.ts';
import { Tape } from './tape.ts';
import type { Traced } from './tape.ts';

/** Weights that are trained together, and where each lies in the group's vector. */
export interface ParameterGroup {
  readonly name: string;
  readonly size: number;
  readonly places: readonly ParameterPlace[];
}

export interface TrainingProgram {
  /**
   * An .onnx file. Inputs: the tape's own, `rate` and `step`, and the state `<part>.<group>`; outputs: the metrics,
   * `gradientNorm` and the state's `next.<part>.<group>`.
   */
  readonly graph: Uint8Array<ArrayBuffer>;
  readonly groups: readonly ParameterGroup[];
  readonly batchSize: number;
  /** The same step by parts that run beside each other; null where a batch cannot be parted. */
  readonly lanes: LaneProgram | null;
}

/** Lanes of a training, everywhere the same. */
export const LANES = 2;

/**
 * A step parted: each lane derives by its part of the batch, then the mean of their gradients moves the weights. All losses
 * are means over a batch, so that this is the same step as in one graph, but for rounding. A step is thousands
 * of small operators: threads within one wait for each other at each, lanes once a step.
 */
export interface LaneProgram {
  readonly count: number;
  /** An .onnx file. Inputs: the tape's own and `weights.<group>`; outputs: the metrics and `gradient.<group>`. */
  readonly gradients: Uint8Array<ArrayBuffer>;
  /** An .onnx file. Inputs: `gradient.<group>`, `rate`, `step` and the state; outputs: `gradientNorm`, `next.<part>.<group>`. */
  readonly update: Uint8Array<ArrayBuffer>;
  /** A batch of the whole program, but for `rate` and `step`, as one for each lane. */
  part(feeds: Tensors): Tensors[];
}

export interface ProgramOptions {
  readonly objectives: readonly Objective[];
  /** Scalars to be told of at each step, by name; `loss` is the one that is watched. */
  readonly metrics: Readonly<{ loss: Traced } & Record<string, Traced>>;
  /** Samples in a batch. */
  readonly batchSize: number;
  readonly optimiser?: OptimiserOptions;
  readonly lanes?: LaneProgram | null;
}

/** Adds derivatives and the optimiser to what the tape has recorded, and writes the graph. */
export function compileTraining(tape: Tape, options: ProgramOptions): TrainingProgram {
  for (const [name, metric] of Object.entries(options.metrics)) tape.output(name, metric);
  addOptimiser(tape, options.objectives, options.optimiser);
  return {
    graph: tape.graph.write(),
    groups: options.objectives.map(({ parameters: { group, size, places } }) => ({ name: group, size, places })),
    batchSize: options.batchSize,
    lanes: options.lanes ?? null,
  };
}

/**
 * The same for lanes.
 *
 * @param tape - What one lane records. @param options - `batchSize` is of one lane.
 * @param sections - Samples of the whole batch, [from, to) each, of which every lane gets an equal part; all of them when left out.
 */
export function compileLanes(
  tape: Tape,
  options: Omit<ProgramOptions, 'lanes'>,
  sections: readonly (readonly [number, number])[] = [[0, LANES * options.batchSize]],
): LaneProgram {
  const { objectives, metrics } = options;
  for (const [name, metric] of Object.entries(metrics)) tape.output(name, metric);
  for (const [k, gradient] of addGradients(tape, objectives).entries()) {
    const { group, size } = objectives[k].parameters;
    tape.output(`gradient.${group}`, tape.data(gradient, [size]));
  }
  const update = new Tape('update');
  const groups = objectives.map(({ parameters: { group, size }, rateFactor = 1 }) => {
    const [weights, gradient] = ['weights', 'gradient'].map((part) => update.graph.input(`${part}.${group}`, [size]));
    return { group, size, weights, gradient, rateFactor };
  });
  addUpdates(update, byLoss(objectives, groups), options.optimiser);
  return {
    count: LANES,
    gradients: tape.graph.write(),
    update: update.graph.write(),
    part: (feeds) => Array.from({ length: LANES }, (_, lane) => partOf(feeds, lane, sections)),
  };
}

function partOf(feeds: Tensors, lane: number, sections: readonly (readonly [number, number])[]): Tensors {
  const samples = sections.flatMap(([from, to]) => {
    const each = (to - from) / LANES;
    return Array.from({ length: each }, (_, k) => from + lane * each + k);
  });
  return Object.fromEntries(
    Object.entries(feeds).map(([name, { data, shape }]) => {
      const each = data.length / shape[0];
      const part = new Float32Array(samples.length * each);
      for (const [k, sample] of samples.entries())
        part.set(data.subarray(sample * each, (sample + 1) * each), k * each);
      return [name, { data: part, shape: [samples.length, ...shape.slice(1)] }];
    }),
  );
}

/** All that a training is at one moment; with the program and the source of batches, all that it will be. */
export interface TrainingState {
  /** Steps done. */
  readonly step: number;
  /** Batches drawn, those of steps that were taken back among them: none is drawn twice. */
  readonly batches: number;
  /** Seconds of work so far, over all sittings. */
  readonly trainedSeconds: number;
  /** What each step's own generator is forked from. */
  readonly random: RandomState;
  /** Times the learning rate; halved whenever the loss has exploded. */
  readonly rateFactor: number;
  /** The loss, averaged over about the last 20 steps; null before the first. */
  readonly smoothedLoss: number | null;
  /** `<part>.<group>`, each as long as the group. */
  readonly vectors: Readonly<Record<string, Float32Array>>;
}

/** @param known - Weights to begin from, by name; the rest is drawn from the seed. */
export function initialState(
  { groups }: Pick<TrainingProgram, 'groups'>,
  seed: number,
  known: Weights = new Map(),
): TrainingState {
  const random = new SeededRandom(seed);
  const vectors: Record<string, Float32Array> = {};
  for (const group of groups) {
    const weights = initialVector(group, random, known);
    for (const part of STATE_PARTS)
      vectors[`${part}.${group.name}`] =
        part === 'weights' || part === 'average' ? weights.slice() : new Float32Array(group.size);
  }
  return { step: 0, batches: 0, trainedSeconds: 0, random: random.state, rateFactor: 1, smoothedLoss: null, vectors };
}

/** The weights of all groups by name, the running average unless the last ones are asked for. */
export function weightsOf(
  groups: readonly ParameterGroup[],
  { vectors }: Pick<TrainingState, 'vectors'>,
  part: 'weights' | 'average' = 'average',
): Weights {
  return new Map(
    groups.flatMap(({ name, places }) =>
      places.map(({ name: weight, shape, offset }) => {
        const size = shape.reduce((product, n) => product * n, 1);
        return [weight, { shape, data: vectors[`${part}.${name}`].subarray(offset, offset + size) }] as const;
      }),
    ),
  );
}
