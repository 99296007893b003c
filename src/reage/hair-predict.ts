// The in-process hair predictor: the hair network behind its port. Names, shapes and units: assets/prior/README.md.

import type { Network } from '../core/index.ts';
import { CodedError } from '../core/index.ts';
import { HAIR_CROP_PX } from '../face/index.ts';
import type { HairPredictor } from './needs.ts';

/**
 * @param network - Stays the caller's, who closes it after the last prediction.
 * @throws {CodedError} `reage/not-a-likeness` when its inputs or outputs have other names.
 */
export function networkHairPredictor(network: Network): HairPredictor {
  const missing = [
    ...['image', 'sourceAge', 'targetAge', 'person'].filter((name) => !network.inputNames.includes(name)),
    ...['matte', 'gain', 'residual'].filter((name) => !network.outputNames.includes(name)),
  ];
  if (missing.length > 0) {
    throw new CodedError('reage/not-a-likeness', `the hair network has no ${missing.join(', ')}`, {
      hint: 'Give a hair network made by Dorian; its inputs and outputs are described in assets/prior/README.md.',
    });
  }
  return {
    async predict(input) {
      const { matte, gain, residual } = await network.run({ ...input });
      return { size: HAIR_CROP_PX, matte: matte.data, gain: gain.data, residual: residual.data };
    },
  };
}
