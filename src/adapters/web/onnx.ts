// Networks on onnxruntime-web, WebAssembly: what a browser runs, and Node too, so that both can be held to one suite.

import * as ort from 'onnxruntime-web/wasm';
import type { Network } from '../../core/index.ts';
import { CodedError } from '../../core/index.ts';

export interface WebNetworkOptions {
  /** Threads of the WebAssembly runtime, shared by all networks of the page; more than 1 needs COOP and COEP. */
  readonly threads?: number;
}

/**
 * Loads a network. The caller closes it.
 *
 * @param bytes - Of an .onnx file.
 * @throws {CodedError} `network/unreadable`
 */
export async function openWebNetwork(bytes: Uint8Array, { threads = 1 }: WebNetworkOptions = {}): Promise<Network> {
  ort.env.wasm.numThreads = threads;
  const session = await ort.InferenceSession.create(bytes, {
    executionProviders: ['wasm'],
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
  }).catch((cause: unknown) => {
    throw new CodedError('network/unreadable', 'the bytes cannot be loaded as an ONNX network', {
      hint: 'Make the models again with `npm run models`.',
      cause,
    });
  });
  return new WebNetwork(session);
}

class WebNetwork implements Network {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  private readonly session: ort.InferenceSession;

  constructor(session: ort.InferenceSession) {
    this.session = session;
    this.inputNames = session.inputNames;
    this.outputNames = session.outputNames;
  }

  async run(inputs: Parameters<Network['run']>[0]): ReturnType<Network['run']> {
    const feeds: Record<string, ort.Tensor> = {};
    for (const [key, { data, shape }] of Object.entries(inputs)) feeds[key] = new ort.Tensor('float32', data, shape);
    const results = await this.session.run(feeds).catch((cause: unknown) => {
      throw new CodedError('network/run-failed', 'a network did not run', {
        hint: 'Reload the page; if it happens again, make the models again with `npm run models`.',
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
