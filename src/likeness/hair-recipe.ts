// The recipe by which a small network learns where hair is and how its colour changes with age: what goes in, what counts as
// wrong. The file it exports is what `reage` runs beside the face's network.

import type { Tensor } from '../core/index.ts';
import type { Parameters, Tensors, Traced, TrainingProgram, Weights } from '../model/index.ts';
import {
  Layers,
  Tape,
  TrainedParameters,
  absoluteLoss,
  add,
  averagePool,
  blurPool,
  clamp,
  combine,
  compileTraining,
  concat,
  differences,
  exp,
  exportNetwork,
  leakyRelu,
  multiply,
  offset,
  pixelShuffle,
  pixelUnshuffle,
  pyramidLoss,
  scale,
  slice,
  squaredLoss,
  subtract,
  tanh,
  upsampleBilinear,
  upsampleNearest,
} from '../model/index.ts';
import { ageMaps } from './change-recipe.ts';
import type { HairBatch, HairShape } from './hair-sampler.ts';

export interface HairInputs {
  /** [N, 3, S, S], RGB, display-referred 0..1. */
  readonly image: Traced;
  /** [N, 1, S / 2, S / 2], years / 100. */
  readonly sourceAge: Traced;
  readonly targetAge: Traced;
  /** [N, 1, S / 2, S / 2], 0..1: person before the background; 1 all over where that is not known. */
  readonly person: Traced;
}

/** picture'(p) = picture(p) + matte(p) (picture(p) exp(gain(p)) + residual(p) - picture(p)). */
export interface TracedHairChange {
  /** [N, 1, S, S], 0..1: hair. */
  readonly matte: Traced;
  /** [N, 3, S, S], natural logarithm; smooth: a quarter of the size, enlarged. */
  readonly gain: Traced;
  /** [N, 3, S, S], as smooth: dark hair that greys cannot be multiplied out of the noise. */
  readonly residual: Traced;
}

/** Of the levels, from a quarter of the size down: 0.2 M weights, 0.07 GMAC at 128 pixels. */
const CHANNELS = [24, 44, 64] as const;
/** Pixels of a side that go into one cell of the first level. */
const BLOCK = 4;
const SLOPE = 0.1;
const GAIN_LIMIT = 2;
const RESIDUAL_LIMIT = 0.5;
/** Of 100 years: at a difference of 4 years three quarters of the change are let through, at none nothing. */
const PER_YEARS = 25;
/** Weights beside that of the changed hair. */
const COMPOSED = 1;
const MATTE = 0.3;
const ROUGHNESS = 0.02;

/**
 * The network as Dorian teaches it. At equal ages nothing changes, by construction.
 *
 * @returns Its matte is unlimited: a sigmoid, or limits, would let nothing be learned where it is wrong with conviction.
 */
function hairLayers(parameters: Parameters, { image, sourceAge, targetAge, person }: HairInputs): TracedHairChange {
  const layers = new Layers(parameters);
  const years = subtract(targetAge, sourceAge);
  const start = pixelUnshuffle(offset(scale(image, 2), -1), BLOCK); // [N, 48, S/4, S/4]
  const ages = [sourceAge, years].map((map) => averagePool(map));
  const given = concat([start, ...ages, pixelUnshuffle(person), ...placesIn(start)]); // [N, 56, S/4, S/4]
  let x = leakyRelu(layers.convolution('inp', given, CHANNELS[0]), SLOPE);
  const last = CHANNELS.length - 1;
  const skips: Traced[] = [];
  for (let level = 0; level < last; level++) {
    x = layers.block(`enc.${level}`, x, CHANNELS[level]);
    skips.push(x);
    x = layers.convolution(`dn.${level}`, blurPool(x), CHANNELS[level + 1], { kernel: 1 });
  }
  x = layers.block('mid', x, CHANNELS[last]); // [N, 64, S/16, S/16]
  for (let level = last - 1; level >= 0; level--) {
    const up = upsampleNearest(layers.convolution(`up.${level}`, x, CHANNELS[level], { kernel: 1 }));
    x = layers.block(`dec.${level}`, concat([up, skips[level]]), CHANNELS[level]);
  }
  const tone = layers.convolution('tone', x, 6, { zero: true }); // [N, 6, S/4, S/4]
  const way = tanh(scale(ages[1], PER_YEARS)); // [N, 1, S/4, S/4]
  const smooth = (from: number, limit: number): Traced =>
    upsampleBilinear(multiply(scale(tanh(slice(tone, 1, from, from + 3)), limit), way), BLOCK);
  return {
    matte: offset(pixelShuffle(layers.convolution('matte', x, BLOCK * BLOCK), BLOCK), 0.5),
    gain: smooth(0, GAIN_LIMIT),
    residual: smooth(3, RESIDUAL_LIMIT),
  };
}

/** How far each cell is from the left and from the top, -1..1: the face stands at one place in all crops. */
function placesIn({ tape, shape: [count, , height, width] }: Traced): Traced[] {
  const plane = (at: (row: number, column: number) => number): Traced => {
    const cells = Float32Array.from({ length: count * height * width }, (_, i) =>
      at(Math.floor(i / width) % height, i % width),
    );
    return tape.constant(cells, [count, 1, height, width]);
  };
  return [plane((_, column) => (2 * (column + 0.5)) / width - 1), plane((row) => (2 * (row + 0.5)) / height - 1)];
}

/** The network as Dorian runs it. */
export function buildHair(parameters: Parameters, inputs: HairInputs): TracedHairChange {
  return limited(hairLayers(parameters, inputs));
}

function limited(change: TracedHairChange): TracedHairChange {
  return { ...change, matte: clamp(change.matte, 0, 1) };
}

/** The picture with all of it changed as if it were hair. */
function changedAll(image: Traced, { gain, residual }: TracedHairChange): Traced {
  return add(multiply(image, exp(gain)), residual);
}

/** The picture with its hair changed. */
export function applyHair(image: Traced, change: TracedHairChange): Traced {
  return add(image, multiply(change.matte, subtract(changedAll(image, change), image)));
}

/** The training graph. Its batches are `hairFeeds`. */
export function hairTraining({ count, sizePx }: HairShape): TrainingProgram {
  const tape = new Tape('hair');
  const parameters = new TrainedParameters(tape, 'net');
  const planes = (name: string, channels: number, size = sizePx): Traced =>
    tape.input(name, [count, channels, size, size]);
  const [image, wanted, hair, seen] = [planes('image', 3), planes('wanted', 3), planes('hair', 1), planes('seen', 1)];
  const [sourceAge, targetAge] = [planes('sourceAge', 1, sizePx / 2), planes('targetAge', 1, sizePx / 2)];
  const change = hairLayers(parameters, { image, sourceAge, targetAge, person: planes('person', 1, sizePx / 2) });
  const all = changedAll(image, change);
  // tone is learned where hair truly is, so that a wrong matte does not teach a wrong colour
  const colour = pyramidLoss(subtract(all, wanted), multiply(hair, seen));
  const truth = add(image, multiply(hair, subtract(wanted, image)));
  const composed = absoluteLoss(subtract(applyHair(image, limited(change)), truth), seen);
  const matteError = subtract(change.matte, hair);
  const matte = combine([
    [1, absoluteLoss(matteError, seen)],
    [1, squaredLoss(matteError, seen)],
  ]);
  const loss = combine([
    [1, colour],
    [COMPOSED, composed],
    [MATTE, matte],
    ...([2, 3] as const).map((axis) => [ROUGHNESS, absoluteLoss(differences(change.gain, axis))] as const),
  ]);
  return compileTraining(tape, {
    objectives: [{ parameters, loss }],
    metrics: { loss, colour, matte },
    batchSize: count,
    // a training of an hour at most: an average over a thousand steps would lag behind
    optimiser: { beta2: 0.99, averageDecay: 0.99 },
  });
}

/** A batch as the graph of `hairTraining` takes it. */
export function hairFeeds(batch: HairBatch): Tensors {
  const { count, sizePx } = batch;
  const planes = (data: Float32Array, channels: number): Tensor => ({ data, shape: [count, channels, sizePx, sizePx] });
  return {
    image: planes(batch.source, 3),
    wanted: planes(batch.target, 3),
    hair: planes(batch.hair, 1),
    seen: planes(batch.seen, 1),
    person: { data: batch.person, shape: [count, 1, sizePx / 2, sizePx / 2] },
    sourceAge: ageMaps(batch.sourceAge, sizePx / 2),
    targetAge: ageMaps(batch.targetAge, sizePx / 2),
  };
}

/** The network as a file, by the contract in assets/prior/README.md. */
export function exportHair(
  weights: Weights,
  sizePx: number,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const map = [1, 1, sizePx / 2, sizePx / 2];
  return exportNetwork({
    name: 'hair',
    weights,
    inputs: { image: [1, 3, sizePx, sizePx], sourceAge: map, targetAge: map, person: map },
    build: (parameters, inputs) => ({ ...buildHair(parameters, inputs) }),
    metadata,
  });
}
