// Steps of a training graph on any build of ONNX Runtime. The state stays in the runtime's own tensors, on a GPU in
// its memory: a step's outputs become the next step's inputs. What opens the session is in node/ and web/.

import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import type { Tensor } from '../core/index.ts';
import { CodedError } from '../core/index.ts';
import type { TrainingSession } from '../model/index.ts';

/** What both builds of the runtime have of a session. */
export type OrtSession = Pick<InferenceSession, 'outputNames' | 'run' | 'release'>;

export type MakeTensor = (data: Float32Array, shape: readonly number[]) => OrtTensor;

/** What a build of the runtime can do with the state. */
export interface StateHandling {
  /** Whether it writes outputs into tensors that it is given: saves making them anew. */
  readonly writesInPlace: boolean;
  /** Brings the numbers of a tensor here, wherever it lies. Default: `getData`. */
  readonly download?: (tensor: OrtTensor) => Promise<Float32Array>;
  /** Frees whatever `download` holds. */
  readonly release?: () => Promise<void>;
}

type Values = Record<string, OrtTensor>;

/** What the name of an output begins with that is carried into the next step. */
export const NEXT = 'next.';

export class OrtTrainingSession implements TrainingSession {
  private readonly session: OrtSession;
  private readonly makeTensor: MakeTensor;
  private readonly handling: StateHandling;
  private readonly carried: readonly string[];
  private current: Values = {};
  /** The other set of two, which a step writes in place; empty where the runtime makes new tensors. */
  private spare: Values = {};

  constructor(session: OrtSession, makeTensor: MakeTensor, handling: StateHandling) {
    this.session = session;
    this.makeTensor = makeTensor;
    this.handling = handling;
    this.carried = session.outputNames.filter((name) => name.startsWith(NEXT)).map((name) => name.slice(NEXT.length));
  }

  async setState(state: Readonly<Record<string, Tensor>>): Promise<void> {
    for (const name of this.carried) if (state[name] === undefined) throw new RangeError(`the state lacks ${name}`);
    for (const tensor of Object.values(this.current)) tensor.dispose();
    for (const name of this.carried) {
      const { data, shape } = state[name];
      this.current[name] = this.makeTensor(data.slice(), shape);
      if (this.handling.writesInPlace) this.spare[NEXT + name] = this.makeTensor(new Float32Array(data.length), shape);
    }
  }

  async state(isWanted: (name: string) => boolean = () => true): Promise<Record<string, Tensor>> {
    const download = this.handling.download ?? (async (tensor: OrtTensor) => (await tensor.getData()) as Float32Array);
    const copies: Record<string, Tensor> = {};
    for (const name of this.carried.filter(isWanted)) {
      const tensor = this.current[name];
      const data = await download(tensor).catch((cause: unknown) => {
        throw stepFailed('the weights cannot be read back', cause);
      });
      copies[name] = { data: data.slice(), shape: tensor.dims };
    }
    return copies;
  }

  async step(feeds: Readonly<Record<string, Tensor>>): Promise<Record<string, Tensor>> {
    const inputs: Values = { ...this.current };
    for (const [name, { data, shape }] of Object.entries(feeds)) inputs[name] = this.makeTensor(data, shape);
    const outputs = Object.fromEntries(this.session.outputNames.map((name) => [name, this.spare[name] ?? null]));
    const results = await this.session.run(inputs, outputs).catch((cause: unknown) => {
      throw stepFailed('a training step did not run', cause);
    });
    for (const name of this.carried) {
      const old = this.current[name];
      this.current[name] = results[NEXT + name];
      if (this.handling.writesInPlace) this.spare[NEXT + name] = old;
      else old.dispose();
    }
    return Object.fromEntries(
      Object.entries(results)
        .filter(([name]) => !name.startsWith(NEXT))
        .map(([name, { data, dims }]) => [name, { data: data as Float32Array, shape: dims }]),
    );
  }

  async close(): Promise<void> {
    try {
      await this.handling.release?.();
    } finally {
      await this.session.release();
    }
  }
}

/** What a device that is lost, or full, ends in. */
export function stepFailed(what: string, cause: unknown): CodedError {
  return new CodedError('model/step-failed', what, {
    hint: 'Resume from the last checkpoint with the device cpu.',
    retry: true,
    cause,
  });
}
