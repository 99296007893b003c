// What training needs of the outside: something that runs the graph, a place for checkpoints, pictures to learn from, and
// a clock.
import type { Tensor } from '../core/index.ts';
import type { RandomState } from './random.ts';

/** Named blocks of numbers. */
export type Tensors = Readonly<Record<string, Tensor>>;

/**
 * Port: a training graph ready to run. An input `x` for which the graph has an output `next.x` is carried: the session holds
 * it between steps, where that is fastest.
 */
export interface TrainingSession {
  /** Sets the state; every carried input must be given. The numbers are copied. */
  setState(state: Tensors): Promise<void>;
  /**
   * A copy of the state.
   *
   * @param isWanted - Which parts of it, by name; all when left out.
   * @throws {CodedError} `model/step-failed` where the device is lost
   */
  state(isWanted?: (name: string) => boolean): Promise<Record<string, Tensor>>;
  /**
   * One step: runs the graph on the state and `feeds`, and takes over the outputs `next.*` as the new state.
   *
   * @returns The other outputs (losses); valid until the next step.
   * @throws {CodedError} `model/step-failed`
   */
  step(feeds: Tensors): Promise<Tensors>;
  close(): Promise<void>;
}

/** Port: pictures to learn from. */
export interface BatchSource {
  /**
   * One batch, which depends on nothing but its number (from 1) and `random`, so that a resumed training sees the same.
   * Asked for one step ahead of need.
   */
  batch(number: number, random: RandomState): Promise<Tensors>;
}

/** Port: where one training keeps its checkpoint. */
export interface CheckpointStore {
  /** Whole or not at all; an older one stays until the new one is whole. */
  write(bytes: Uint8Array): Promise<void>;
  /** null where there is none yet. */
  read(): Promise<Uint8Array | null>;
}
