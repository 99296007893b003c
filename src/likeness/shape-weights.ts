// Networks that were taught before they were told of the performer's shape go on with weights for it that are 0.

import type { Weights } from '../model/index.ts';
import { OWN_PHOTOS } from './change-recipe.ts';

/** Weights by which what is known of the performer comes in. */
const KNOWING = new Set(['rz.weight', 'rm.weight']);
const WITHOUT_SHAPE = 13 * OWN_PHOTOS;
const WITH_SHAPE: number = WITHOUT_SHAPE + 3;

/** Weights of such a network as those of one that does not heed the shape yet: it predicts the same. Others stay as they are. */
export function withShapeWeights(weights: Weights): Weights {
  return new Map(
    [...weights].map(([name, stored]) => {
      const [channels, inputs, ...kernel] = stored.shape;
      if (!KNOWING.has(name) || inputs !== WITHOUT_SHAPE) return [name, stored];
      const each = stored.data.length / channels;
      const wider = (each / WITHOUT_SHAPE) * WITH_SHAPE;
      const data = new Float32Array(channels * wider);
      for (let c = 0; c < channels; c++) data.set(stored.data.subarray(c * each, (c + 1) * each), c * wider);
      return [name, { shape: [channels, WITH_SHAPE, ...kernel], data }];
    }),
  );
}
