// A patch critic: tells made pictures from real ones, patch by patch, so that fine structure is held to what is real and
// not to an average.
import { Layers } from './network.ts';
import type { Parameters } from './parameters.ts';
import { leakyRelu } from './pointwise.ts';
import type { Traced } from './tape.ts';

/** Three halvings: each answer sees 38 pixels across. */
export const CRITIC_CHANNELS = [32, 64, 96] as const;

/**
 * The same critic on several pictures. Pictures that differ only by `detach` cost once: ONNX Runtime merges what is equal.
 *
 * @param pictures - [N, C, H, W] each: RGB, and condition maps where the answer is to depend on them
 * @returns [N, 1, H / 2^levels, W / 2^levels] each: above 0 looks real
 * @see Isola et al. 2017, arXiv 1611.07004
 */
export function patchCritic(
  parameters: Parameters,
  pictures: readonly Traced[],
  channels: readonly number[] = CRITIC_CHANNELS,
): Traced[] {
  const layers = new Layers(sharedParameters(parameters));
  return pictures.map((picture) => {
    let x = picture;
    for (const [k, c] of channels.entries())
      x = leakyRelu(layers.convolution(`critic.${k}`, x, c, { kernel: 4, stride: 2 }), 0.2);
    return layers.convolution('critic.out', x, 1);
  });
}

/** Answers a second question for the same name with the same weights. */
function sharedParameters(parameters: Parameters): Parameters {
  const taken = new Map<string, Traced>();
  return {
    tape: parameters.tape,
    take(name, shape, initial) {
      const known = taken.get(name) ?? parameters.take(name, shape, initial);
      taken.set(name, known);
      return known;
    },
  };
}
