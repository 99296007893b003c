// A likeness out of its files, ready to predict: the network and what it is shown of the performer's career.

import type { Predictor } from '../../reage/index.ts';
import { likenessPredictor } from '../../reage/index.ts';
import { openCareerArchive } from './career-mean-file.ts';
import type { NetworkOptions } from './onnx.ts';
import { openNetwork } from './onnx.ts';
import type { LikenessFile } from './reage-worker.ts';

export interface OpenedLikeness {
  readonly predictor: Predictor;
  close(): Promise<void>;
}

/**
 * Whoever opens it closes it after the last prediction.
 *
 * @throws {CodedError} `network/...`, `reage/not-a-likeness`, what `openCareerArchive` throws
 */
export async function openLikeness(
  { file, careerMeanFolder }: LikenessFile,
  options: NetworkOptions = {},
): Promise<OpenedLikeness> {
  const archive = careerMeanFolder === undefined ? null : await openCareerArchive(careerMeanFolder);
  const network = await openNetwork(file, options);
  try {
    return { predictor: likenessPredictor(network, archive), close: () => network.close() };
  } catch (error) {
    await network.close();
    throw error;
  }
}
