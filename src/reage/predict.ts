// The in-process predictor: a likeness network behind the Predictor port. The contract of names, shapes and units is the
// one in assets/prior/README.md; every later likeness keeps it.

import type { Network, Tensor } from '../core/index.ts';
import { CodedError } from '../core/index.ts';
import type { Change, PredictInput, Predictor } from './needs.ts';

export interface LikenessShape {
  readonly cropSize: number;
  readonly ageMapSize: number;
  readonly extraInputs: Predictor['extraInputs'];
}

export const PRIOR_SHAPE: LikenessShape = { cropSize: 256, ageMapSize: 128, extraInputs: [] };

/**
 * @param network - Stays the caller's, who closes it after the last prediction.
 * @throws {CodedError} `reage/not-a-likeness` when its inputs or outputs have other names.
 */
export function networkPredictor(network: Network, shape: LikenessShape = PRIOR_SHAPE): Predictor {
  const wanted = ['image', 'sourceAge', 'targetAge', ...shape.extraInputs.map((input) => input.name)];
  const missing = [
    ...wanted.filter((name) => !network.inputNames.includes(name)),
    ...['flow', 'gain', 'residual'].filter((name) => !network.outputNames.includes(name)),
  ];
  if (missing.length > 0) {
    throw new CodedError('reage/not-a-likeness', `the network has no ${missing.join(', ')}`, {
      hint: 'Give a likeness made by Dorian; its inputs and outputs are described in assets/prior/README.md.',
    });
  }
  return {
    ...shape,
    async predict({ image, sourceAge, targetAge, extra }: PredictInput): Promise<Change> {
      const inputs: Record<string, Tensor> = { ...extra, image, sourceAge, targetAge };
      const { flow, gain, residual } = await network.run(inputs);
      return { size: shape.cropSize, flow: flow.data, gain: gain.data, residual: residual.data };
    },
  };
}
