// The graph that teaches a likeness: what goes in, what the frozen prior does first, and all that counts as wrong. The same
// losses, without derivatives, examine held-out photos.

import type { Tensor } from '../core/index.ts';
import type { Parameters, ProgramOptions, Tensors, Traced, TrainingProgram, Weights } from '../model/index.ts';
import {
  BakedParameters,
  LANES,
  Tape,
  TrainedParameters,
  add,
  applyChange,
  averagePool,
  clamp,
  coarseLoss,
  combine,
  compileLanes,
  compileTraining,
  concat,
  criticLoss,
  detach,
  energyLoss,
  lumaOf,
  makerLoss,
  multiply,
  ofFineBands,
  offset,
  patchCritic,
  pyramidLoss,
  scale,
  shiftedLoss,
  slice,
  subtract,
  upsampleBilinear,
  upsampleNearest,
} from '../model/index.ts';
import {
  ELSEWHERE,
  FLOW_ALONE,
  buildChange,
  flowRoughness,
  isSecond,
  knowsPerformers,
  knownInputs,
  pairFeeds,
} from './change-recipe.ts';
import type { ChangeInputs } from './change-recipe.ts';
import type { LikenessBatch } from './likeness-sampler.ts';
import type { EntryKind, LikenessRecipe } from './likeness-recipe.ts';
import { ENTRY_KINDS, batchSizeOf, sectionsOf } from './likeness-recipe.ts';

/** Group of the weights that are taught: the graphs' input `weights.net`. */
export const TAUGHT_GROUP = 'net';

/** Structures up to so many pixels are what the critic sees, in tenths of white. */
const CRITIC_BAND_PX = 8;
const CRITIC_GAIN = 10;
/** The critic learns faster than what it judges. */
const CRITIC_RATE = 2;

/** Entries of a batch, each [N, …]. */
interface BatchInputs extends ChangeInputs {
  readonly wanted: Traced;
  /** [N, 1, S, S], 0..1. */
  readonly person: Traced;
  /** [N, 1, 1, 1]: what an entry counts. */
  readonly worth: Traced;
  /** [N, 1, 1, 1]: how far its colour counts. */
  readonly tint: Traced;
}

/** A batch on its way through the graph. */
interface Course {
  readonly recipe: LikenessRecipe;
  readonly inputs: BatchInputs;
  readonly changed: Traced;
  /** Moved by the flow alone. */
  readonly warped: Traced;
  readonly roughness: Traced;
}

/** Losses by name; those of ingredients that are left out are missing. `loss` is their weighted sum. */
type Losses = { readonly loss: Traced } & Readonly<Record<string, Traced>>;

/**
 * The training graph. Its batches are `likenessFeeds`, its metrics `loss` and one for each ingredient.
 *
 * @param prior - Weights of the frozen network that ages photos before they are to be brought back.
 */
export function likenessTraining(recipe: LikenessRecipe, prior: Weights): TrainingProgram {
  const { tape, options } = recordLikeness(recipe, prior);
  const { entries } = recipe;
  const shares = ENTRY_KINDS.map((kind) => [kind, entries[kind] / LANES] as const);
  if (shares.some(([, share]) => !Number.isInteger(share))) return compileTraining(tape, options);
  const ofLane = Object.fromEntries(shares) as unknown as LikenessRecipe['entries'];
  const lane = recordLikeness({ ...recipe, entries: ofLane }, prior);
  const sections = Object.values(sectionsOf(entries));
  return compileTraining(tape, { ...options, lanes: compileLanes(lane.tape, lane.options, sections) });
}

function recordLikeness(recipe: LikenessRecipe, prior: Weights): { tape: Tape; options: ProgramOptions } {
  const tape = new Tape('likeness');
  const parameters = new TrainedParameters(tape, TAUGHT_GROUP);
  const kept = new BakedParameters(tape, prior);
  const course = takeCourse(taughtBy(recipe, parameters, kept), kept, recipe, knowsPerformers(prior));
  const { loss, ...parts } = lossesOf(course);
  const batchSize = batchSizeOf(recipe.entries);
  const optimiser = { beta2: 0.99, averageDecay: 0.999 };
  const critic = recipe.weights.critic > 0 ? criticOf(tape, course) : null;
  if (!critic) {
    const objectives = [{ parameters, loss }];
    return { tape, options: { objectives, metrics: { loss, ...parts }, batchSize, optimiser } };
  }
  const whole = combine([
    [1, loss],
    [recipe.weights.critic, critic.maker],
  ]);
  const options: ProgramOptions = {
    objectives: [
      { parameters, loss: whole },
      { parameters: critic.parameters, loss: critic.loss, rateFactor: CRITIC_RATE },
    ],
    // what is watched is what has a meaning: a critic's favour comes and goes
    metrics: { loss, ...parts, critic: critic.loss },
    batchSize,
    optimiser,
  };
  return { tape, options };
}

/**
 * The losses alone: inputs `weights.net` and the batch, an output for each loss.
 *
 * @returns Bytes of an .onnx file.
 */
export function likenessExam(recipe: LikenessRecipe, prior: Weights): Uint8Array<ArrayBuffer> {
  const tape = new Tape('likeness exam');
  const parameters = new TrainedParameters(tape, TAUGHT_GROUP);
  const kept = new BakedParameters(tape, prior);
  const course = takeCourse(taughtBy(recipe, parameters, kept), kept, recipe, knowsPerformers(prior));
  for (const [name, loss] of Object.entries(lossesOf(course))) tape.output(name, loss);
  return tape.graph.write();
}

/** A batch as both graphs take it. */
export function likenessFeeds(batch: LikenessBatch): Tensors {
  const each = (data: Float32Array): Tensor => ({ data, shape: [batch.count, 1, 1, 1] });
  return { ...pairFeeds(batch), worth: each(batch.weight), tint: each(batch.colorTrust) };
}

/** The weights of the network: taught, or the prior's where the recipe leaves them. */
function taughtBy({ taught }: LikenessRecipe, trained: TrainedParameters, kept: Parameters): Parameters {
  if (taught === 'all') return trained;
  return { tape: trained.tape, take: (name, ...rest) => (isSecond(name) ? trained : kept).take(name, ...rest) };
}

/** All weights of a likeness, out of those that were taught. */
export function likenessWeights({ taught }: Pick<LikenessRecipe, 'taught'>, prior: Weights, weights: Weights): Weights {
  return taught === 'all' ? weights : new Map([...prior, ...weights]);
}

/** @param prior - Ages what is to be brought back. @param isShown - Whether it wants own photos. */
function takeCourse(parameters: Parameters, prior: Parameters, recipe: LikenessRecipe, isShown: boolean): Course {
  const { tape } = parameters;
  const given = batchInputs(tape, recipe);
  const inputs = { ...given, image: agedImage(recipe, given, prior, isShown) };
  const change = buildChange(parameters, inputs);
  return { recipe, inputs, ...applyChange(inputs.image, change), roughness: flowRoughness(change) };
}

function batchInputs(tape: Tape, recipe: LikenessRecipe): BatchInputs {
  const { entries, sizePx } = recipe;
  const count = batchSizeOf(entries);
  const planes = (name: string, channels: number, size = sizePx): Traced =>
    tape.input(name, [count, channels, size, size]);
  return {
    image: planes('image', 3),
    wanted: planes('wanted', 3),
    person: planes('person', 1),
    sourceAge: planes('sourceAge', 1, sizePx / 2),
    targetAge: planes('targetAge', 1, sizePx / 2),
    worth: planes('worth', 1, 1),
    tint: planes('tint', 1, 1),
    ...knownInputs(tape, { ...recipe, count }),
  };
}

/** The pictures that go in: where something is to be brought back, the prior has aged them first. */
function agedImage({ entries }: LikenessRecipe, inputs: BatchInputs, prior: Parameters, isShown: boolean): Traced {
  const [from, to] = sectionsOf(entries).back;
  const { image, sourceAge, targetAge, own, ownValid } = inputs;
  if (from === to) return image;
  const cut = (x: Traced): Traced => slice(x, 0, from, to);
  const photo = cut(image);
  const known =
    own && ownValid && isShown
      ? // the own photo is near the target age here, not there
        { own: scale(cut(own), 0), ownValid: scale(cut(ownValid), 0) }
      : {};
  const change = buildChange(prior, {
    image: photo,
    sourceAge: cut(targetAge),
    targetAge: cut(sourceAge),
    ...known,
  });
  const aged = clamp(applyChange(photo, change).changed, 0, 1);
  const around = [
    ...(from > 0 ? [slice(image, 0, 0, from)] : []),
    aged,
    ...(to < image.shape[0] ? [slice(image, 0, to, image.shape[0])] : []),
  ];
  return around.length === 1 ? aged : concat(around, 0);
}

function lossesOf(course: Course): Losses {
  const { entries, weights } = course.recipe;
  const parts: { name: string; weight: number; loss: Traced }[] = [];
  for (const name of ['pairs', 'still', 'back'] as const)
    if (entries[name] > 0 && weights[name] > 0)
      parts.push({ name, weight: weights[name], loss: heldByPixel(course, name) });
  if (entries.carried > 0) parts.push(...heldLoosely(course));
  const loss = combine([...parts.map(({ weight, loss: part }) => [weight, part] as const), [1, course.roughness]]);
  return { loss, ...Object.fromEntries(parts.map(({ name, loss: part }) => [name, part])) };
}

/** Entries of one kind, as a function that cuts them out of whatever is [N, …]. */
function entriesOf({ recipe }: Course, kind: EntryKind): (x: Traced) => Traced {
  const [from, to] = sectionsOf(recipe.entries)[kind];
  return (x) => slice(x, 0, from, to);
}

/** Targets that lie pixel on pixel. */
function heldByPixel(course: Course, kind: 'pairs' | 'still' | 'back'): Traced {
  const { inputs, changed, warped } = course;
  const cut = entriesOf(course, kind);
  const mask = multiply(offset(scale(cut(inputs.person), 1 - ELSEWHERE), ELSEWHERE), cut(inputs.worth));
  const loss = (made: Traced): Traced =>
    pyramidLoss(believed(subtract(cut(made), cut(inputs.wanted)), cut(inputs.tint)), mask);
  return combine([
    [1, loss(changed)],
    [FLOW_ALONE, loss(warped)],
  ]);
}

/** Targets that were carried here, and lie a pixel or two beside. */
function heldLoosely(course: Course): { name: string; weight: number; loss: Traced }[] {
  const { inputs, recipe } = course;
  const cut = entriesOf(course, 'carried');
  const [made, wanted] = [cut(course.changed), cut(inputs.wanted)];
  const mask = multiply(cut(inputs.person), cut(inputs.worth));
  const [madeLuma, wantedLuma] = [lumaOf(made), lumaOf(wanted)];
  const losses = {
    coarse: () => coarseLoss(believed(subtract(made, wanted), cut(inputs.tint)), mask),
    shifted: () => ofFineBands(shiftedLoss, madeLuma, wantedLuma, mask),
    energy: () => ofFineBands(energyLoss, madeLuma, wantedLuma, mask),
  };
  return (['coarse', 'shifted', 'energy'] as const)
    .filter((name) => recipe.weights[name] > 0)
    .map((name) => ({ name, weight: recipe.weights[name], loss: losses[name]() }));
}

/** An error of [n, 3, H, W] whose colour counts as far as it can be believed. @param tint - [n, 1, 1, 1]. */
function believed(error: Traced, tint: Traced): Traced {
  const luma = lumaOf(error);
  return add(luma, multiply(subtract(error, luma), tint));
}

/** What a critic of the performer's skin says; null where the batch has nothing to show it. */
function criticOf(tape: Tape, course: Course): { parameters: TrainedParameters; loss: Traced; maker: Traced } | null {
  const { inputs, changed, recipe } = course;
  const there = (kinds: readonly EntryKind[]): EntryKind[] => kinds.filter((kind) => recipe.entries[kind] > 0);
  const [reals, mades] = [there(['still', 'back']), there(['back', 'carried'])];
  if (reals.length === 0 || mades.length === 0) return null;
  const shown = (kinds: readonly EntryKind[], pictures: Traced): Traced => {
    const parts = kinds.map((kind) => {
      const cut = entriesOf(course, kind);
      return skinOf(cut(pictures), cut(inputs.person), cut(inputs.targetAge));
    });
    return parts.length === 1 ? parts[0] : concat(parts, 0);
  };
  const parameters = new TrainedParameters(tape, 'critic');
  const made = shown(mades, changed);
  const [judged, judgedMade, judgedReal] = patchCritic(parameters, [made, detach(made), shown(reals, inputs.wanted)]);
  return { parameters, loss: criticLoss(judgedReal, judgedMade), maker: makerLoss(judged) };
}

/** [n, 2, S, S]: fine structure of the face, in brightness alone, and the age that it should have. */
function skinOf(picture: Traced, person: Traced, age: Traced): Traced {
  const luma = lumaOf(picture);
  const band = subtract(luma, upsampleBilinear(averagePool(luma, CRITIC_BAND_PX), CRITIC_BAND_PX));
  return concat([multiply(scale(band, CRITIC_GAIN), person), upsampleNearest(age)]);
}
