// Training graphs on onnxruntime-node. The state stays in ONNX Runtime's tensors: two sets that a step reads and writes in
// turn, so that nothing is copied or thrown away between steps.

import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import type { Tensor } from '../../core/index.ts';
import { CodedError } from '../../core/index.ts';
import type { TrainingSession } from '../../model/index.ts';
import { pickProvider } from './onnx.ts';

export interface TrainingSessionOptions {
  /** Default: DORIAN_PROVIDER, else `cpu`. */
  readonly provider?: string;
  /** Threads within one step. Default 2. */
  readonly threads?: number;
  /** Where given, ONNX Runtime writes how long each operator took to files that begin with this. */
  readonly profilePrefix?: string;
}

type Ort = typeof import('onnxruntime-node');
type Values = Record<string, OrtTensor>;

const NEXT = 'next.';

/**
 * Loads a training graph. The caller closes it.
 *
 * @throws {CodedError} `network/unreadable`, `network/unknown-provider`
 */
export async function openTrainingSession(
  graph: Uint8Array,
  options: TrainingSessionOptions = {},
): Promise<TrainingSession> {
  const provider = pickProvider(options.provider);
  const ort = await import('onnxruntime-node');
  const profiling =
    options.profilePrefix === undefined ? {} : { enableProfiling: true, profileFilePrefix: options.profilePrefix };
  const session = await ort.InferenceSession.create(graph, {
    executionProviders: [provider],
    intraOpNumThreads: options.threads ?? 2,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
    // spinning threads take the cores from whoever prepares the next batch
    extra: { session: { intra_op: { allow_spinning: '0' } } },
    ...profiling,
  }).catch((cause: unknown) => {
    throw new CodedError('network/unreadable', `the training graph cannot be loaded on ${provider}`, {
      hint: 'Train with the device cpu; if that fails too, run `dorian doctor`.',
      cause,
    });
  });
  return new NodeTrainingSession(ort, session);
}

class NodeTrainingSession implements TrainingSession {
  private readonly ort: Ort;
  private readonly session: InferenceSession;
  private readonly carried: readonly string[];
  private current: Values = {};
  private spare: Values = {};

  constructor(ort: Ort, session: InferenceSession) {
    this.ort = ort;
    this.session = session;
    this.carried = session.outputNames.filter((name) => name.startsWith(NEXT)).map((name) => name.slice(NEXT.length));
  }

  async setState(state: Readonly<Record<string, Tensor>>): Promise<void> {
    const filled = (data: Float32Array): OrtTensor => new this.ort.Tensor('float32', data, [data.length]);
    for (const name of this.carried) {
      if (state[name] === undefined) throw new RangeError(`the state lacks ${name}`);
      this.current[name] = filled(state[name].data.slice());
      this.spare[NEXT + name] = filled(new Float32Array(state[name].data.length));
    }
  }

  async state(): Promise<Record<string, Tensor>> {
    return Object.fromEntries(
      Object.entries(this.current).map(([name, { data, dims }]) => [
        name,
        { data: (data as Float32Array).slice(), shape: [...dims] },
      ]),
    );
  }

  async step(feeds: Readonly<Record<string, Tensor>>): Promise<Record<string, Tensor>> {
    const given = Object.entries(feeds).map(([name, { data, shape }]) => [
      name,
      new this.ort.Tensor('float32', data, shape),
    ]);
    const fetches: Record<string, OrtTensor | null> = { ...this.spare };
    for (const name of this.session.outputNames) fetches[name] ??= null;
    const results = await this.session
      .run({ ...Object.fromEntries(given), ...this.current }, fetches)
      .catch((cause: unknown) => {
        throw new CodedError('model/step-failed', 'a training step did not run', {
          hint: 'Resume from the last checkpoint with the device cpu.',
          retry: true,
          cause,
        });
      });
    const freed = this.current;
    this.current = Object.fromEntries(this.carried.map((name) => [name, this.spare[NEXT + name]]));
    this.spare = Object.fromEntries(this.carried.map((name) => [NEXT + name, freed[name]]));
    return Object.fromEntries(
      Object.entries(results)
        .filter(([name]) => !name.startsWith(NEXT))
        .map(([name, { data, dims }]) => [name, { data: data as Float32Array, shape: dims }]),
    );
  }

  close(): Promise<void> {
    return this.session.release();
  }
}
