// Networks on onnxruntime-node. The one place that picks what they run on: the CPU, or what the user asks for by option
// or by DORIAN_PROVIDER, where the user's runtime has it.

import { readFile } from 'node:fs/promises';
import type { InferenceSession } from 'onnxruntime-node';
import type { Network } from '../../core/index.ts';
import { CodedError } from '../../core/index.ts';

export const PROVIDERS = ['cpu', 'webgpu', 'cuda', 'coreml'] as const;

/** What a network runs on. */
export type Provider = (typeof PROVIDERS)[number];

export interface NetworkOptions {
  /** Default: DORIAN_PROVIDER, else `cpu`. */
  readonly provider?: string;
  /** Threads within one run. Default 1: the face networks are too small to gain from more. */
  readonly threads?: number;
  /** Whether threads wait busily for work. Default false: on a shared machine it costs 3 to 4 times the CPU time. */
  readonly spinning?: boolean;
}

/**
 * @param choice - The user's word; undefined asks DORIAN_PROVIDER.
 * @throws {CodedError} `network/unknown-provider`
 */
export function pickProvider(choice: string | undefined = process.env.DORIAN_PROVIDER): Provider {
  const name = (choice || 'cpu').toLowerCase();
  const provider = PROVIDERS.find((known) => known === name);
  if (provider) return provider;
  throw new CodedError('network/unknown-provider', `networks cannot run on "${name}"`, {
    hint: `Choose one of ${PROVIDERS.join(', ')} (option or DORIAN_PROVIDER).`,
  });
}

/**
 * Loads a network. The caller closes it.
 *
 * @param source - Path of an .onnx file, or its bytes.
 * @throws {CodedError} `network/unreadable`, `network/provider-missing`, `network/unknown-provider`
 */
export async function openNetwork(source: string | Uint8Array, options: NetworkOptions = {}): Promise<Network> {
  const provider = pickProvider(options.provider);
  const name = typeof source === 'string' ? source : 'the network';
  const bytes = typeof source === 'string' ? await readFile(source).catch((cause) => unreadable(name, cause)) : source;
  const ort = await import('onnxruntime-node');
  const session = await ort.InferenceSession.create(bytes, {
    executionProviders: [provider],
    intraOpNumThreads: options.threads ?? 1,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
    extra: { session: { intra_op: { allow_spinning: options.spinning ? '1' : '0' } } },
  }).catch((cause) => (provider === 'cpu' ? unreadable(name, cause) : providerMissing(provider, cause)));
  return new NodeNetwork(session, ort.Tensor, name);
}

function unreadable(name: string, cause: unknown): never {
  throw new CodedError('network/unreadable', `${name} cannot be loaded as an ONNX network`, {
    hint: 'Make the models again with `npm run models`, or restore the file from a copy.',
    cause,
  });
}

function providerMissing(provider: Provider, cause: unknown): never {
  throw new CodedError('network/provider-missing', `this machine cannot run networks on ${provider}`, {
    hint: `Set DORIAN_PROVIDER=cpu, or install what onnxruntime-node needs for ${provider}.`,
    cause,
  });
}

class NodeNetwork implements Network {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  private readonly session: InferenceSession;
  private readonly TensorType: typeof import('onnxruntime-node').Tensor;
  private readonly name: string;

  constructor(session: InferenceSession, TensorType: typeof import('onnxruntime-node').Tensor, name: string) {
    this.session = session;
    this.TensorType = TensorType;
    this.name = name;
    this.inputNames = session.inputNames;
    this.outputNames = session.outputNames;
  }

  async run(inputs: Parameters<Network['run']>[0]): ReturnType<Network['run']> {
    const feeds: Record<string, InstanceType<typeof this.TensorType>> = {};
    for (const [key, { data, shape }] of Object.entries(inputs))
      feeds[key] = new this.TensorType('float32', data, shape);
    const results = await this.session.run(feeds).catch((cause: unknown) => {
      throw new CodedError('network/run-failed', `${this.name} did not run`, {
        hint: 'Try DORIAN_PROVIDER=cpu; if it fails there too, make the models again with `npm run models`.',
        cause,
      });
    });
    return Object.fromEntries(
      Object.entries(results).map(([key, { data, dims }]) => [key, { data: data as Float32Array, shape: dims }]),
    );
  }

  close(): Promise<void> {
    return this.session.release();
  }
}
