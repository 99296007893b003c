// Training graphs on onnxruntime-web, WebAssembly: what a browser runs, and Node too, so that both can be held to one suite.

import * as ort from 'onnxruntime-web/wasm';
import { CodedError } from '../../core/index.ts';
import type { TrainingSession } from '../../model/index.ts';
import { OrtTrainingSession } from '../onnx-training.ts';

/**
 * Loads a training graph. The caller closes it.
 *
 * @throws {CodedError} `model/not-loaded`
 */
export async function openWebTrainingSession(graph: Uint8Array): Promise<TrainingSession> {
  ort.env.wasm.numThreads = 1;
  const session = await ort.InferenceSession.create(graph, {
    executionProviders: ['wasm'],
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
  }).catch((cause: unknown) => {
    throw new CodedError('model/not-loaded', 'the training graph cannot be loaded in the browser', {
      hint: 'Train on the command line.',
      cause,
    });
  });
  return new OrtTrainingSession(session, (data, shape) => new ort.Tensor('float32', data, shape), {
    writesInPlace: false,
  });
}
