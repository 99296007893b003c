// The hair network out of its file, ready to predict.

import type { HairPredictor } from '../../reage/index.ts';
import { networkHairPredictor } from '../../reage/index.ts';
import type { NetworkOptions } from './onnx.ts';
import { openNetwork } from './onnx.ts';

export interface OpenedHair {
  readonly predictor: HairPredictor;
  close(): Promise<void>;
}

/** Whoever opens it closes it after the last prediction. @throws {CodedError} `network/...`, `reage/not-a-likeness` */
export async function openHair(file: string, options: NetworkOptions = {}): Promise<OpenedHair> {
  const network = await openNetwork(file, options);
  try {
    return { predictor: networkHairPredictor(network), close: () => network.close() };
  } catch (error) {
    await network.close();
    throw error;
  }
}
