// A training, compiled: the one graph that a step runs, the table of what it trains, and the state it begins with.
import { addOptimiser } from './optimiser.ts';
import { STATE_PARTS } from './optimiser.ts';
import type { Objective, OptimiserOptions } from './optimiser.ts';
import { initialVector } from './parameters.ts';
import type { ParameterPlace, Weights } from './parameters.ts';
import { SeededRandom } from './random.ts';
import type { RandomState } from './random.ts';
import type { Tape, Traced } from './tape.ts';

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
}

export interface ProgramOptions {
  readonly objectives: readonly Objective[];
  /** Scalars to be told of at each step, by name; `loss` is the one that is watched. */
  readonly metrics: Readonly<{ loss: Traced } & Record<string, Traced>>;
  /** Samples in a batch. */
  readonly batchSize: number;
  readonly optimiser?: OptimiserOptions;
}

/** Adds derivatives and the optimiser to what the tape has recorded, and writes the graph. */
export function compileTraining(tape: Tape, options: ProgramOptions): TrainingProgram {
  for (const [name, metric] of Object.entries(options.metrics)) tape.output(name, metric);
  addOptimiser(tape, options.objectives, options.optimiser);
  return {
    graph: tape.graph.write(),
    groups: options.objectives.map(({ parameters: { group, size, places } }) => ({ name: group, size, places })),
    batchSize: options.batchSize,
  };
}

/** All that a training is at one moment; with the program and the source of batches, all that it will be. */
export interface TrainingState {
  /** Steps done. */
  readonly step: number;
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
  return { step: 0, trainedSeconds: 0, random: random.state, rateFactor: 1, smoothedLoss: null, vectors };
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
