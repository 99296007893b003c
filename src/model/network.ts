// The network that predicts a change: a U-Net with blur-pool, without normalisation, that takes a picture and condition
// maps and answers with a flow, a logarithmic gain and a residual. Names of weights are those of the shipped prior.
import { convolution } from './convolution.ts';
import type { Parameters } from './parameters.ts';
import { lumaOf } from './forgiving.ts';
import { add, clamp, exp, leakyRelu, multiply, offset, scale, subtract, tanh } from './pointwise.ts';
import { averagePool, blurPool, upsampleBilinear, upsampleNearest } from './resampling.ts';
import { concat, pixelShuffle, pixelUnshuffle, reshape, slice } from './shape.ts';
import { detach, pictureShape } from './tape.ts';
import type { Traced } from './tape.ts';
import { warp } from './warp.ts';

export interface ChangeNetworkInput {
  /** [N, 3, S, S], RGB, display-referred 0..1; S a multiple of 2 to the number of levels. */
  readonly picture: Traced;
  /** [N, c, S / 2, S / 2]: what is asked for, such as two ages. */
  readonly conditions: readonly Traced[];
}

/** Change of a picture: picture'(p) = picture(p + flow(p)) exp(gain(p)) + residual(p). */
export interface TracedChange {
  /** [N, 2, S, S]: x, y in pixels. */
  readonly flow: Traced;
  /** [N, 3, S, S], -2..2. */
  readonly gain: Traced;
  /** [N, 3, S, S], -0.5..0.5. */
  readonly residual: Traced;
}

/** Channels of the levels, from half size down: 1.82 M weights, 2.6 GMAC at 256 pixels. */
export const CHANGE_CHANNELS = [32, 64, 112, 160] as const;

const SLOPE = 0.1;
/** The flow head counts in twentieths of half a picture's side. */
const FLOW_UNIT = 0.05;
const GAIN_LIMIT = 2;
const RESIDUAL_LIMIT = 0.5;
/** Gain and residual, three channels each, in blocks of 2 x 2 pixels. */
const OUTPUT_CHANNELS = 24;

/** @param channels - Of each level from half size down; the flow is predicted on the second. */
export function changeNetwork(
  parameters: Parameters,
  { picture, conditions }: ChangeNetworkInput,
  channels: readonly number[] = CHANGE_CHANNELS,
): TracedChange {
  const [, , size] = pictureShape(picture);
  const layers = new Layers(parameters);
  const last = channels.length - 1;
  const start = pixelUnshuffle(offset(scale(picture, 2), -1)); // [N, 12, S/2, S/2]
  let x = leakyRelu(layers.convolution('inp', concat([start, ...conditions]), channels[0]), SLOPE);
  const skips: Traced[] = [];
  for (let level = 0; level < last; level++) {
    x = layers.block(`enc.${level}`, x, channels[level]);
    skips.push(x);
    x = layers.convolution(`dn.${level}.1`, blurPool(x), channels[level + 1], { kernel: 1 });
  }
  for (const k of [0, 1]) x = layers.block(`mid.${k}`, x, channels[last]); // [N, channels[last], S/16, S/16]
  let flow: Traced | null = null;
  for (let level = last - 1; level >= 0; level--) {
    const k = last - 1 - level;
    const up = upsampleNearest(layers.convolution(`up.${k}`, x, channels[level], { kernel: 1 }));
    x = layers.block(`dec.${k}`, concat([up, skips[level]]), channels[level]);
    if (level === 1) flow = layers.convolution('flow', x, 2, { zero: true }); // [N, 2, S/4, S/4]
  }
  if (flow === null) throw new RangeError('a change network needs at least three levels');
  const full = pixelShuffle(layers.convolution('out', x, OUTPUT_CHANNELS, { zero: true })); // [N, 6, S, S]
  return {
    flow: scale(upsampleBilinear(flow, 4), (FLOW_UNIT * size) / 2),
    gain: clamp(slice(full, 1, 0, 3), -GAIN_LIMIT, GAIN_LIMIT),
    residual: scale(tanh(slice(full, 1, 3, 6)), RESIDUAL_LIMIT),
  };
}

export interface RefinementInput {
  readonly picture: Traced;
  readonly change: TracedChange;
  /** [N, c, S / 2, S / 2], as `ChangeNetworkInput`. */
  readonly conditions: readonly Traced[];
  /** [N, 3, S, S], 0..1: how it may look in the end, in the picture's geometry; data. */
  readonly example: Traced;
  /** [N, 1, S, S], 0..1: where the example can be believed. */
  readonly believed: Traced;
}

/** Channels of the second look: 0.5 GMAC at 256 pixels. */
const REFINED_CHANNELS = 24;

/**
 * A second look: the changed picture beside an example, moved by the same flow, at a short distance from the result, so
 * that detail is soon learned from it. Begins as no change at all, and stays none where there is no example. No gradient goes back into the first change but through
 * the sum.
 *
 * @throws {RangeError} where the example is not one picture.
 */
export function refineChange(
  parameters: Parameters,
  { picture, change, conditions, example, believed }: RefinementInput,
): TracedChange {
  if (example.shape[1] !== 3 || believed.shape[1] !== 1)
    throw new RangeError(`one example of 3 channels is looked at, not [${example.shape}] and [${believed.shape}]`);
  const layers = new Layers(parameters);
  const { changed } = applyChange(picture, change);
  const made = detach(changed);
  const moved = detach(warp(concat([example, believed]), change.flow));
  const [shown, here] = [slice(moved, 1, 0, 3), slice(moved, 1, 3, 4)];
  const features = concat([
    pixelUnshuffle(offset(scale(made, 2), -1)),
    pixelUnshuffle(multiply(offset(scale(shown, 2), -1), here)),
    // what is to be learned from the example is a hundredth of what it shows: given apart, it is learned soon
    pixelUnshuffle(detailOf(made)),
    pixelUnshuffle(multiply(detailOf(shown), here)),
    averagePool(here),
    ...conditions,
  ]);
  let x = leakyRelu(layers.convolution('second.inp', features, REFINED_CHANNELS), SLOPE);
  for (const k of [0, 1]) x = layers.block(`second.${k}`, x, REFINED_CHANNELS);
  const more = pixelShuffle(layers.convolution('second.out', x, 12, { zero: true })); // [N, 3, S, S]
  // where there is no example the first change stays as it is
  const added = multiply(scale(tanh(more), RESIDUAL_LIMIT), here);
  const residual = clamp(add(change.residual, added), -RESIDUAL_LIMIT, RESIDUAL_LIMIT);
  return { ...change, residual };
}

/** Structures up to so many pixels, in tenths of white. */
const DETAIL_PX = 8;
const DETAIL_GAIN = 10;

/** Detail of the brightness, [N, 1, S, S]. */
function detailOf(picture: Traced): Traced {
  const luma = lumaOf(picture);
  return scale(subtract(luma, upsampleBilinear(averagePool(luma, DETAIL_PX), DETAIL_PX)), DETAIL_GAIN);
}

/**
 * The changed picture, and the picture moved by the flow alone, both [N, 3, S, S].
 *
 * @param picture - Data: no gradient goes back into it.
 */
export function applyChange(
  picture: Traced,
  change: TracedChange,
): { readonly changed: Traced; readonly warped: Traced } {
  const warped = warp(picture, change.flow);
  return { warped, changed: add(multiply(warped, exp(change.gain)), change.residual) };
}

export interface LayerOptions {
  readonly kernel?: number;
  readonly stride?: 1 | 2;
  /** Whether weights begin at 0. */
  readonly zero?: boolean;
  /** [1, K, 1, 1]: times the result. */
  readonly strength?: Traced;
}

/** Layers that take their own weights. */
export class Layers {
  readonly #parameters: Parameters;

  constructor(parameters: Parameters) {
    this.#parameters = parameters;
  }

  /** Keeps the size at stride 1; weights begin as torch's do, or at 0. */
  convolution(
    name: string,
    x: Traced,
    channels: number,
    { kernel = 3, stride = 1, zero = false, strength }: LayerOptions = {},
  ): Traced {
    const [, c] = pictureShape(x);
    const initial = zero ? { fill: 0 } : { bound: 1 / Math.sqrt(c * kernel * kernel) };
    let weight = this.#parameters.take(`${name}.weight`, [channels, c, kernel, kernel], initial);
    let bias = this.#parameters.take(`${name}.bias`, [channels], initial);
    if (strength !== undefined) {
      // the weights are scaled, not the picture: a thousand times fewer numbers
      weight = multiply(weight, reshape(strength, [channels, 1, 1, 1]));
      bias = multiply(bias, reshape(strength, [channels]));
    }
    return convolution(x, weight, bias, { stride });
  }

  /** leaky(p(x) + g b(leaky(a(x)))), p being 1 x 1, or nothing where the channels stay; g is per channel. */
  block(name: string, x: Traced, channels: number): Traced {
    const [, c] = pictureShape(x);
    const strength = this.#parameters.take(`${name}.g`, [1, channels, 1, 1], { fill: 0.2 });
    const inner = leakyRelu(this.convolution(`${name}.a`, x, channels), SLOPE);
    const branch = this.convolution(`${name}.b`, inner, channels, { strength });
    const straight = c === channels ? x : this.convolution(`${name}.p`, x, channels, { kernel: 1 });
    return leakyRelu(add(straight, branch), SLOPE);
  }
}
