// Training graphs on onnxruntime-node; with the provider `webgpu` the state stays in the GPU's memory.

import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { CodedError } from '../../core/index.ts';
import type { TrainingSession } from '../../model/index.ts';
import { OnnxGraph, readOutputNames } from '../../onnx/index.ts';
import { NEXT, OrtTrainingSession } from '../onnx-training.ts';
import type { MakeTensor, StateHandling } from '../onnx-training.ts';
import { pickProvider } from './onnx.ts';

type Ort = typeof import('onnxruntime-node');

/** Of a training that is not told how many. */
export const DEFAULT_THREADS = 2;

const SESSION_OPTIONS: InferenceSession.SessionOptions = {
  interOpNumThreads: 1,
  graphOptimizationLevel: 'all',
  logSeverityLevel: 3,
  // spinning threads take the cores from whoever prepares the next batch
  extra: { session: { intra_op: { allow_spinning: '0' } } },
};

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
 * @throws {CodedError} `model/not-loaded`, `network/unknown-provider`, `onnx/unreadable`
 */
export async function openTrainingSession(
  graph: Uint8Array,
  options: TrainingSessionOptions = {},
): Promise<TrainingSession> {
  const provider = pickProvider(options.provider);
  const ort = await import('onnxruntime-node');
  const session = await openOrtSession(graph, options);
  const makeTensor: MakeTensor = (data, shape) => new ort.Tensor('float32', data, shape);
  const handling = provider === 'webgpu' ? await fromGpu(ort) : { writesInPlace: provider === 'cpu' };
  return new OrtTrainingSession(session, makeTensor, handling);
}

/** The runtime's own session of a training graph. @throws {CodedError} as `openTrainingSession` */
export async function openOrtSession(
  graph: Uint8Array,
  { provider: choice, threads = DEFAULT_THREADS, profile }: TrainingSessionOptions,
): Promise<InferenceSession> {
  const provider = pickProvider(choice);
  const ort = await import('onnxruntime-node');
  const carried = readOutputNames(graph).filter((name) => name.startsWith(NEXT));
  return await ort.InferenceSession.create(graph, {
    executionProviders: [provider],
    intraOpNumThreads: threads,
    ...SESSION_OPTIONS,
    ...(provider === 'webgpu' ? { preferredOutputLocation: locations(carried) } : {}),
    ...(profile === undefined ? {} : { enableProfiling: true, profileFilePrefix: profile }),
  }).catch((cause: unknown) => {
    throw new CodedError('model/not-loaded', `the training graph cannot be loaded on ${provider}`, {
      hint: 'Train on the CPU (--device cpu, or DORIAN_PROVIDER=cpu); if that fails too, run `dorian doctor`.',
      cause,
    });
  });
}

export async function ortTensor(data: Float32Array, shape: readonly number[]): Promise<Tensor> {
  const ort = await import('onnxruntime-node');
  return new ort.Tensor('float32', data, shape);
}

function locations(names: readonly string[]): Record<string, 'gpu-buffer'> {
  return Object.fromEntries(names.map((name) => [name, 'gpu-buffer']));
}

/** `getData` of a GPU tensor ends the process in onnxruntime-node 1.30; a network that does nothing brings it here. */
async function fromGpu(ort: Ort): Promise<StateHandling> {
  const graph = new OnnxGraph('download');
  graph.node('Identity', [graph.input('x', ['size'])], {}, { output: 'y' });
  graph.output('y', ['size']);
  const session = await ort.InferenceSession.create(graph.write(), {
    executionProviders: ['webgpu'],
    ...SESSION_OPTIONS,
  });
  return {
    writesInPlace: false,
    download: async (x) => (x.location === 'cpu' ? x.data : (await session.run({ x })).y.data) as Float32Array,
    release: () => session.release(),
  };
}
