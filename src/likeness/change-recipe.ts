// The recipe by which a network learns to re-age from pairs of one face at two ages: what goes in, what counts as wrong, how
// fast it learns. The prior is made by it, with and without own photos; the file it exports is what `reage` runs.

import type { Tensor } from '../core/index.ts';
import type {
  Parameters,
  ProgramOptions,
  Tensors,
  Traced,
  TracedChange,
  TrainingProgram,
  Weights,
} from '../model/index.ts';
import {
  LANES,
  Tape,
  TrainedParameters,
  absoluteLoss,
  applyChange,
  averagePool,
  changeNetwork,
  combine,
  compileLanes,
  compileTraining,
  differences,
  energyLoss,
  exportNetwork,
  lumaOf,
  multiply,
  ofFineBands,
  offset,
  pyramidLoss,
  refineChange,
  scale,
  subtract,
  upsampleBilinear,
} from '../model/index.ts';
import type { PairBatch, PairShape, ShapedPairBatch } from './pair-batch.ts';
import { FLOW_REDUCTION } from './pair-flow.ts';

/** Own photos that the network looks at: one, near the target age. */
export const OWN_PHOTOS = 1;

/** Weight of the picture moved by the flow alone, so that shape is learned as movement and not painted. */
export const FLOW_ALONE = 0.3;
/** Weight of the mean difference of the flow between neighbours, in sides of the crop: flow that tears is ugly. */
const FLOW_ROUGHNESS = 0.25;
/**
 * Weight of a pixel between the flow and the way that the landmarks went. Pictures alone taught the first prior a quarter
 * of the change of shape; the landmarks say it outright.
 */
const SHAPE = 0.3;
/**
 * How much more a pixel counts at a landmark, where lids, lips, brows and the jaw's edge are: the prior closed nothing of the
 * gap there (docs/decisions/0006), and people look there first.
 */
const AT_LANDMARKS = 1;
/**
 * Weight of how much fine structure there is in each cell. A sum of absolute differences is least where detail that cannot be
 * foretold is left out; skin without it looks like wax.
 */
const ENERGY = 3;
/** Weight of what is no person; there nothing should change. */
export const ELSEWHERE = 0.35;
/** The second look is small, and new where training goes on from an older prior: it learns faster. */
const SECOND_RATE = 4;
const WARM_UP_STEPS = 100;
/** The rate is held so long, then falls in a line. */
const HELD_UNTIL = 0.6;
const LEAST_RATE = 0.02;

/**
 * Inputs of one network, each [N, c, …] of the tape; own photos are planes R, G, B of one after the other. What is known of
 * the performer goes in together or not at all.
 */
export interface ChangeInputs extends Partial<Readonly<Record<KnownInput, Traced>>> {
  readonly image: Traced;
  readonly sourceAge: Traced;
  readonly targetAge: Traced;
}

export type KnownInput = 'own' | 'ownValid';

/** The network as Dorian teaches and runs it. */
export function buildChange(
  parameters: Parameters,
  { image, sourceAge, targetAge, own, ownValid }: ChangeInputs,
): TracedChange {
  const conditions = [sourceAge, subtract(targetAge, sourceAge)];
  const change = changeNetwork(parameters, { picture: image, conditions });
  if (!own || !ownValid) return change;
  return refineChange(parameters, { picture: image, change, conditions, example: own, believed: ownValid });
}

/** Whether these weights are of a network that looks at own photos. */
export function knowsPerformers(weights: Weights): boolean {
  return [...weights.keys()].some(isSecond);
}

/** Whether a weight is of the second look, `refineChange`. */
export function isSecond(name: string): boolean {
  return name.startsWith('second.');
}

/** What is known of the performer: shapes of those inputs, none where the network is shown no own photos. */
export function knownShapes({ count, sizePx, ownPhotos }: PairShape): Partial<Record<KnownInput, readonly number[]>> {
  if (ownPhotos === 0) return {};
  return {
    own: [count, 3 * ownPhotos, sizePx, sizePx],
    ownValid: [count, ownPhotos, sizePx, sizePx],
  };
}

/** Those inputs of a graph, by name. */
export function knownInputs(tape: Tape, pairs: PairShape): Partial<Record<KnownInput, Traced>> {
  return Object.fromEntries(Object.entries(knownShapes(pairs)).map(([name, shape]) => [name, tape.input(name, shape)]));
}

/** The training graph. Its batches are `shapedFeeds`. @param pairs - `ownPhotos` is 0 or OWN_PHOTOS. */
export function pairTraining(pairs: PairShape): TrainingProgram {
  const { tape, options } = recordPairs(pairs);
  if (pairs.count % LANES > 0) return compileTraining(tape, options);
  const lane = recordPairs({ ...pairs, count: pairs.count / LANES });
  return compileTraining(tape, { ...options, lanes: compileLanes(lane.tape, lane.options) });
}

function recordPairs(pairs: PairShape): { tape: Tape; options: ProgramOptions } {
  const { count, sizePx } = pairs;
  const tape = new Tape('re-age');
  const first = new TrainedParameters(tape, 'net');
  const second = pairs.ownPhotos > 0 ? new TrainedParameters(tape, 'second') : null;
  const parameters: Parameters = {
    tape,
    take: (name, ...rest) => (second && isSecond(name) ? second : first).take(name, ...rest),
  };
  const planes = (name: string, channels: number, size = sizePx): Traced =>
    tape.input(name, [count, channels, size, size]);
  const image = planes('image', 3);
  const wanted = planes('wanted', 3);
  const side = sizePx / FLOW_REDUCTION;
  const belief = planes('flowBelief', 1, side);
  const weight = multiply(
    offset(scale(planes('person', 1), 1 - ELSEWHERE), ELSEWHERE),
    offset(scale(upsampleBilinear(belief, FLOW_REDUCTION), AT_LANDMARKS), 1),
  );
  const change = buildChange(parameters, {
    image,
    sourceAge: planes('sourceAge', 1, sizePx / 2),
    targetAge: planes('targetAge', 1, sizePx / 2),
    ...knownInputs(tape, pairs),
  });
  const { changed, warped } = applyChange(image, change);
  const picture = pyramidLoss(subtract(changed, wanted), weight);
  const energy = ofFineBands(energyLoss, lumaOf(changed), lumaOf(wanted), weight);
  const flowError = subtract(averagePool(change.flow, FLOW_REDUCTION), planes('flow', 2, side));
  const way = absoluteLoss(flowError, belief);
  const loss = combine([
    [1, picture],
    [FLOW_ALONE, pyramidLoss(subtract(warped, wanted), weight)],
    [SHAPE, way],
    [ENERGY, energy],
    [1, flowRoughness(change)],
  ]);
  const options: ProgramOptions = {
    objectives: [
      { parameters: first, loss },
      ...(second ? [{ parameters: second, loss, rateFactor: SECOND_RATE }] : []),
    ],
    metrics: { loss, picture, energy, way },
    batchSize: count,
    optimiser: { beta2: 0.99, averageDecay: 0.999 },
  };
  return { tape, options };
}

/** What a flow that tears costs. */
export function flowRoughness({ flow }: TracedChange): Traced {
  const factor = FLOW_ROUGHNESS / flow.shape[3];
  return combine([
    [factor, absoluteLoss(differences(flow, 3))],
    [factor, absoluteLoss(differences(flow, 2))],
  ]);
}

/** Pictures, masks and ages of a batch as graphs take them. */
export function pairFeeds(batch: PairBatch): Tensors {
  const { count, sizePx } = batch;
  const known = Object.entries(knownShapes(batch)).map(([name, shape]) => [
    name,
    { data: batch[name as KnownInput], shape },
  ]);
  const planes = (data: Float32Array, channels: number): Tensor => ({
    data,
    shape: [count, channels, sizePx, sizePx],
  });
  return {
    image: planes(batch.source, 3),
    wanted: planes(batch.target, 3),
    person: planes(batch.person, 1),
    sourceAge: ageMaps(batch.sourceAge, sizePx / 2),
    targetAge: ageMaps(batch.targetAge, sizePx / 2),
    ...(Object.fromEntries(known) as Tensors),
  };
}

/** A batch as the graph of `pairTraining` takes it. */
export function shapedFeeds(batch: ShapedPairBatch): Tensors {
  const side = batch.sizePx / FLOW_REDUCTION;
  return {
    ...pairFeeds(batch),
    flow: { data: batch.flow, shape: [batch.count, 2, side, side] },
    flowBelief: { data: batch.flowBelief, shape: [batch.count, 1, side, side] },
  };
}

/** [N, 1, side, side], years / 100, from [N] years. */
export function ageMaps(years: Float32Array, side: number): Tensor {
  const data = new Float32Array(years.length * side * side);
  years.forEach((age, k) => data.fill(age / 100, k * side * side, (k + 1) * side * side));
  return { data, shape: [years.length, 1, side, side] };
}

/** Learning rate at a step: rises over the first hundred, holds, falls to a fiftieth. */
export function learningRate(highest: number, step: number, fraction: number): number {
  const fall = fraction < HELD_UNTIL ? 1 : (1 - fraction) / (1 - HELD_UNTIL);
  return highest * Math.min(1, step / WARM_UP_STEPS) * Math.max(LEAST_RATE, fall);
}

/** The weights of the second look alone: what a likeness begins with. */
export function secondLookOf(weights: Weights): Weights {
  return new Map([...weights].filter(([name]) => isSecond(name)));
}

/**
 * The network as a file, by the contract in assets/prior/README.md; with own photos, also the inputs of `knownShapes`.
 *
 * @param outputs - `change`: flow, gain and residual, as `reage` wants them. `changed`: the changed crop and, at a
 * quarter of the size, the flow: to examine.
 */
export function exportChange(
  weights: Weights,
  { sizePx, ownPhotos }: Pick<PairShape, 'sizePx' | 'ownPhotos'>,
  metadata: Readonly<Record<string, string>> = {},
  outputs: 'change' | 'changed' = 'change',
): Uint8Array<ArrayBuffer> {
  const inputs = {
    image: [1, 3, sizePx, sizePx],
    sourceAge: [1, 1, sizePx / 2, sizePx / 2],
    targetAge: [1, 1, sizePx / 2, sizePx / 2],
  };
  return exportNetwork({
    name: 're-age',
    weights,
    inputs: { ...inputs, ...knownShapes({ count: 1, sizePx, ownPhotos }) },
    build: (parameters, given): Record<string, Traced> => {
      const named = given as unknown as ChangeInputs;
      const change = buildChange(parameters, named);
      if (outputs === 'change') return { ...change };
      return { changed: applyChange(named.image, change).changed, flow: averagePool(change.flow, FLOW_REDUCTION) };
    },
    metadata,
  });
}
