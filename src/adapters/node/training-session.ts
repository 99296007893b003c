// Training graphs on onnxruntime-node.

import type { TrainingSession } from '../../model/index.ts';
import { CodedError } from '../../core/index.ts';
import { OrtTrainingSession } from '../onnx-training.ts';
import { pickProvider } from './onnx.ts';

export interface TrainingSessionOptions {
  /** Default: DORIAN_PROVIDER, else `cpu`. */
  readonly provider?: string;
  /** Threads within one step. Default 2. */
  readonly threads?: number;
  /** Where given, ONNX Runtime writes how long each operator took to a file whose path begins with this. */
  readonly profile?: string;
}

/**
 * Loads a training graph. The caller closes it.
 *
 * @throws {CodedError} `model/not-loaded`, `network/unknown-provider`
 */
export async function openTrainingSession(
  graph: Uint8Array,
  { provider: choice, threads = 2, profile }: TrainingSessionOptions = {},
): Promise<TrainingSession> {
  const provider = pickProvider(choice);
  const ort = await import('onnxruntime-node');
  const session = await ort.InferenceSession.create(graph, {
    executionProviders: [provider],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
    ...(provider === 'webgpu' ? { preferredOutputLocation: 'gpu-buffer' as const } : {}),
    // spinning threads take the cores from whoever prepares the next batch
    extra: { session: { intra_op: { allow_spinning: '0' } } },
    ...(profile === undefined ? {} : { enableProfiling: true, profileFilePrefix: profile }),
  }).catch((cause: unknown) => {
    throw new CodedError('model/not-loaded', `the training graph cannot be loaded on ${provider}`, {
      hint: 'Train on the CPU (DORIAN_PROVIDER=cpu); if that fails too, run `dorian doctor`.',
      cause,
    });
  });
  return new OrtTrainingSession(session, (data, shape) => new ort.Tensor('float32', data, shape), provider === 'cpu');
}
