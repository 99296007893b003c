// The weights of a network that is kept as a file, to go on teaching it.

import { readFile } from 'node:fs/promises';
import type { Weights } from '../../model/index.ts';
import { readStoredTensors } from '../../onnx/index.ts';
import { notFound } from './files.ts';

/** @throws {CodedError} `file/not-found`, `onnx/unreadable` */
export async function readNetworkWeights(file: string): Promise<Weights> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw notFound(file, cause);
  });
  // torch put the module's name before the weights of the first prior
  return new Map([...readStoredTensors(bytes)].map(([name, data]) => [name.replace(/^n\./, ''), data]));
}
