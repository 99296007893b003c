// Steps of a training in lanes: each lane derives in a thread of its own, one core each; the mean of their gradients moves
// the weights. Threads within operators wait for each other thousands of times a step, lanes once (docs/decisions/0005).

import type { LaneProgram, Tensors, TrainingSession } from '../../model/index.ts';
import { ThreadCalls, threadModule } from './thread-calls.ts';
import { openTrainingSession } from './training-session.ts';

/** What a lane is opened with. Vectors lie in shared memory: nothing is copied between threads. */
export interface LaneSetup {
  readonly graph: Uint8Array;
  readonly threads: number;
  /** By input name, `weights.net`: written by the session before a step. */
  readonly weights: Readonly<Record<string, Float32Array>>;
  /** By output name, `gradient.net`: written by the lane. */
  readonly gradients: Readonly<Record<string, Float32Array>>;
}

/** A lane's part of a step. It answers with the metrics. */
export interface LaneStep {
  readonly feeds: Tensors;
}

/**
 * Loads a training in lanes, on the CPU. The caller closes it.
 *
 * @param groups - Sizes of the groups, by name.
 * @param threads - Of all lanes together.
 * @throws {CodedError} `model/not-loaded`, `onnx/unreadable`; a step throws `model/not-loaded` where a lane has not loaded
 */
export async function openLaneSession(
  program: LaneProgram,
  groups: readonly { readonly name: string; readonly size: number }[],
  threads: number,
): Promise<TrainingSession> {
  const inner = await openTrainingSession(program.update, { provider: 'cpu', threads: 1 });
  return new LaneSession(program, inner, groups, threads);
}

type Vectors = Readonly<Record<string, Float32Array>>;

class LaneSession implements TrainingSession {
  private readonly program: LaneProgram;
  /** Holds the state. */
  private readonly inner: TrainingSession;
  private readonly weights: Vectors;
  private readonly lanes: readonly { readonly calls: ThreadCalls; readonly gradients: Vectors }[];

  constructor(
    program: LaneProgram,
    inner: TrainingSession,
    groups: readonly { readonly name: string; readonly size: number }[],
    threads: number,
  ) {
    this.program = program;
    this.inner = inner;
    const vectors = (part: string): Vectors =>
      Object.fromEntries(groups.map(({ name, size }) => [`${part}.${name}`, sharedFloats(size)]));
    this.weights = vectors('weights');
    this.lanes = Array.from({ length: program.count }, () => {
      const gradients = vectors('gradient');
      const setup: LaneSetup = {
        graph: program.gradients,
        threads: Math.max(1, Math.floor(threads / program.count)),
        weights: this.weights,
        gradients,
      };
      return { calls: new ThreadCalls(threadModule(import.meta.url, 'lane-thread'), setup), gradients };
    });
  }

  async setState(state: Tensors): Promise<void> {
    await this.inner.setState(state);
    await this.shareWeights();
  }

  state(isWanted?: (name: string) => boolean): ReturnType<TrainingSession['state']> {
    return this.inner.state(isWanted);
  }

  async step({ rate, step, ...feeds }: Tensors): Promise<Tensors> {
    const parts = this.program.part(feeds);
    const answers = await Promise.all(
      this.lanes.map(({ calls }, k) => calls.call({ feeds: parts[k] } satisfies LaneStep) as Promise<Tensors>),
    );
    const gradients = meanOf(this.lanes.map((lane) => lane.gradients));
    const moved = await this.inner.step({ rate, step, ...gradients });
    await this.shareWeights();
    return { ...moved, ...meanOf(answers.map(valuesOf)) };
  }

  async close(): Promise<void> {
    await Promise.all([this.inner.close(), ...this.lanes.map(({ calls }) => calls.close())]);
  }

  private async shareWeights(): Promise<void> {
    const weights = await this.inner.state((name) => name in this.weights);
    for (const [name, { data }] of Object.entries(weights)) this.weights[name].set(data);
  }
}

function sharedFloats(count: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(4 * count));
}

function valuesOf(tensors: Tensors): Vectors {
  return Object.fromEntries(Object.entries(tensors).map(([name, { data }]) => [name, data]));
}

/** By name, what is in all. A single number has no shape. */
function meanOf(lanes: readonly Vectors[]): Tensors {
  return Object.fromEntries(
    Object.entries(lanes[0]).map(([name, first]) => {
      const mean = new Float32Array(first.length);
      for (const lane of lanes) for (let i = 0; i < mean.length; i++) mean[i] += lane[name][i] / lanes.length;
      return [name, { data: mean, shape: mean.length === 1 && !name.startsWith('gradient.') ? [] : [mean.length] }];
    }),
  );
}
