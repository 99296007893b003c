// Adam with decoupled weight decay, clipping by the norm of all gradients, and a running average of the weights, added to
// the graph of the losses. Learning rate and step come in with every run.
import type { Value } from '../onnx/index.ts';
import type { TrainedParameters } from './parameters.ts';
import type { Tape, Traced } from './tape.ts';

/** One set of weights and the loss that it makes small. */
export interface Objective {
  readonly parameters: TrainedParameters;
  readonly loss: Traced;
  /** Times the learning rate of the step. Default 1. */
  readonly rateFactor?: number;
}

export interface OptimiserOptions {
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
  /** Share of each weight that is taken off per step and unit of learning rate. Default 0. */
  readonly weightDecay?: number;
  /** Gradients of one loss, taken together, are made no longer than this. Default 1; Infinity leaves them. */
  readonly clipNorm?: number;
  /** The average keeps min(averageDecay, t / (t + 20)) of itself at step t. Default 0.999. */
  readonly averageDecay?: number;
}

/** What each group keeps from step to step, as inputs `<part>.<group>` and outputs `next.<part>.<group>`, all [size]. */
export const STATE_PARTS = ['weights', 'first', 'second', 'average'] as const;

/** A group of weights as its update sees it. */
export interface UpdatedGroup {
  readonly group: string;
  readonly size: number;
  /** [size] each: the weights before the step, and the gradient of the loss. */
  readonly weights: Value;
  readonly gradient: Value;
  readonly rateFactor: number;
}

/**
 * Adds the optimiser. Inputs `rate` and `step` (from 1), both scalars; outputs of the state as in STATE_PARTS, and
 * `gradientNorm`, the largest norm among the losses before clipping.
 *
 * @throws {RangeError} where a parameter has no influence on its loss.
 * @see Kingma & Ba 2015, arXiv 1412.6980; Loshchilov & Hutter 2019, arXiv 1711.05101
 */
export function addOptimiser(tape: Tape, objectives: readonly Objective[], options: OptimiserOptions = {}): void {
  const found = addGradients(tape, objectives);
  const updated = objectives.map(({ parameters, rateFactor = 1 }, k): UpdatedGroup => {
    const { group, size, vector } = parameters;
    return { group, size, weights: vector, gradient: found[k], rateFactor };
  });
  addUpdates(tape, byLoss(objectives, updated), options);
}

/**
 * Adds derivatives. @returns One vector an objective, [size].
 *
 * @throws {RangeError} where a parameter has no influence on its loss.
 */
export function addGradients(tape: Tape, objectives: readonly Objective[]): Value[] {
  const { graph } = tape;
  const vectors = new Map<Objective, Value>();
  for (const sharing of byLoss(objectives, objectives)) {
    const wanted = sharing.flatMap(({ parameters }) => parameters.traced);
    const found = tape.gradients(sharing[0].loss, wanted);
    for (const objective of sharing) {
      const { traced, places } = objective.parameters;
      const parts = traced.map((parameter, k) => {
        const gradient = found[wanted.indexOf(parameter)];
        if (gradient === null) throw new RangeError(`parameter ${places[k].name} has no influence on its loss`);
        return graph.node('Reshape', [gradient, graph.integers([-1])]);
      });
      vectors.set(objective, graph.node('Concat', parts, { axis: 0 }));
    }
  }
  return objectives.map((objective) => vectors.get(objective) as Value);
}

/** Sorts what belongs to the objectives into sets of one loss. */
export function byLoss<T>(objectives: readonly Objective[], items: readonly T[]): T[][] {
  const losses = [...new Set(objectives.map(({ loss }) => loss))];
  return losses.map((loss) => items.filter((_, k) => objectives[k].loss === loss));
}

/** The rest of `addOptimiser`. @param sets - Groups whose gradients are of one loss, and clipped together. */
export function addUpdates(
  tape: Tape,
  sets: readonly (readonly UpdatedGroup[])[],
  options: OptimiserOptions = {},
): void {
  const { graph } = tape;
  const step = graph.input('step', []);
  const rate = graph.input('rate', []);
  const corrections = biasCorrections(tape, step, options);
  const norms: Value[] = [];
  for (const set of sets) {
    const { norm, gradients } = clipped(tape, set, options.clipNorm ?? 1);
    norms.push(norm);
    for (const [k, group] of set.entries())
      addUpdate(tape, { ...group, gradient: gradients[k] }, rate, corrections, options);
  }
  const largest = norms.length === 1 ? graph.node('Identity', norms) : graph.node('Max', norms);
  tape.output('gradientNorm', tape.data(largest, []));
}

function clipped(
  { graph }: Tape,
  set: readonly UpdatedGroup[],
  clipNorm: number,
): { readonly norm: Value; readonly gradients: readonly Value[] } {
  const vectors = set.map(({ gradient }) => gradient);
  const squares = vectors.map((vector) => graph.node('ReduceSumSquare', [vector], { keepdims: 0 }));
  const norm = graph.node('Sqrt', [squares.reduce((a, b) => graph.node('Add', [a, b]))]);
  if (clipNorm === Infinity) return { norm, gradients: vectors };
  const longer = graph.node('Add', [norm, graph.floats(1e-6)]);
  const factor = graph.node('Min', [graph.floats(1), graph.node('Div', [graph.floats(clipNorm), longer])]);
  return { norm, gradients: vectors.map((vector) => graph.node('Mul', [vector, factor])) };
}

interface Corrections {
  readonly first: Value;
  readonly second: Value;
  /** How much of itself the average keeps, and how much of the new weights it takes. */
  readonly keep: Value;
  readonly take: Value;
}

function biasCorrections({ graph }: Tape, step: Value, options: OptimiserOptions): Corrections {
  const one = graph.floats(1);
  const correction = (beta: number): Value => graph.node('Sub', [one, graph.node('Pow', [graph.floats(beta), step])]);
  const begin = graph.node('Div', [step, graph.node('Add', [step, graph.floats(20)])]);
  const keep = graph.node('Min', [graph.floats(options.averageDecay ?? 0.999), begin]);
  return {
    first: correction(options.beta1 ?? BETA1),
    second: correction(options.beta2 ?? BETA2),
    keep,
    take: graph.node('Sub', [one, keep]),
  };
}

const BETA1 = 0.9;
const BETA2 = 0.99;

function addUpdate(
  { graph }: Tape,
  { group, size, weights, gradient, rateFactor }: UpdatedGroup,
  rate: Value,
  corrections: Corrections,
  options: OptimiserOptions,
): void {
  const { beta1 = BETA1, beta2 = BETA2, epsilon = 1e-8, weightDecay = 0 } = options;
  const shape = [size];
  const name = (part: (typeof STATE_PARTS)[number]): string => `${part}.${group}`;
  const times = (a: Value, b: Value | number): Value =>
    graph.node('Mul', [a, typeof b === 'number' ? graph.floats(b) : b]);
  const next = (part: (typeof STATE_PARTS)[number], a: Value, b: Value, operator = 'Add'): Value => {
    const value = graph.node(operator, [a, b], {}, { output: `next.${name(part)}` });
    graph.output(value, shape);
    return value;
  };
  const moment = (part: 'first' | 'second', beta: number, value: Value): Value =>
    next(part, times(graph.input(name(part), shape), beta), times(value, 1 - beta));
  const first = moment('first', beta1, gradient);
  const second = moment('second', beta2, times(gradient, gradient));
  const root = graph.node('Sqrt', [graph.node('Div', [second, corrections.second])]);
  const direction = graph.node('Div', [
    graph.node('Div', [first, corrections.first]),
    graph.node('Add', [root, graph.floats(epsilon)]),
  ]);
  const ownRate = rateFactor === 1 ? rate : times(rate, rateFactor);
  const decayed = weightDecay === 0 ? direction : graph.node('Add', [direction, times(weights, weightDecay)]);
  const moved = next('weights', weights, times(decayed, ownRate), 'Sub');
  next('average', times(graph.input(name('average'), shape), corrections.keep), times(moved, corrections.take));
}
