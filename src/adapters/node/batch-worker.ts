// Batches prepared in a thread of their own, ahead of the training, so that the graph never waits. A batch depends on the
// seed and its number alone: a resumed training asks for the next number.

import type {
  CareerCrop,
  HairBatch,
  HairShape,
  LikenessBatch,
  LikenessRecipe,
  PairRecipe,
  ShapedPairBatch,
} from '../../likeness/index.ts';
import { ThreadCalls, threadModule } from './thread-calls.ts';

/** Pairs out of synthetic people. */
export interface PairSource {
  readonly peopleFolder: string;
  /** Those to learn from, or those kept aside to see how well it goes. */
  readonly people: 'learn' | 'aside';
  readonly recipe: PairRecipe;
  readonly seed: number;
}

/** Pairs of heads with their hair, out of synthetic people. */
export interface HairSource extends Omit<PairSource, 'recipe'> {
  readonly hair: HairShape;
}

/** Batches of a likeness, out of photos that `readCareerCrops` gave under consent; see `LikenessSampler`. */
export interface LikenessSource {
  /** Read only where the recipe wants pairs. */
  readonly peopleFolder: string;
  readonly subjects: readonly CareerCrop[];
  readonly archive: readonly CareerCrop[];
  readonly recipe: LikenessRecipe;
  readonly seed: number;
}

export interface BatchRequest {
  readonly index: number;
}

/** Batches that are made before they are asked for. */
const AHEAD = 2;

export type AnySource = PairSource | HairSource | LikenessSource;

export class BatchWorker<S extends AnySource = PairSource> {
  private readonly calls: ThreadCalls;
  private readonly prepared = new Map<number, Promise<BatchOf<S>>>();

  constructor(source: S) {
    this.calls = new ThreadCalls(threadModule(import.meta.url, 'batch-thread'), source);
  }

  /**
   * The batch of that number, from 0. Belongs to the caller. Quickest in order; any order gives the same batches.
   *
   * @throws {CodedError} as `readPeople`, which the thread begins with
   */
  batch(index: number): Promise<BatchOf<S>> {
    const wanted = this.ask(index);
    this.prepared.delete(index);
    for (const early of this.prepared.keys()) if (early < index || early > index + AHEAD) this.prepared.delete(early);
    for (let k = 1; k <= AHEAD; k++) this.prepared.set(index + k, this.ask(index + k));
    return wanted;
  }

  /** Waits for what was begun, then ends the thread. */
  close(): Promise<void> {
    return this.calls.close();
  }

  private ask(index: number): Promise<BatchOf<S>> {
    const prepared = this.prepared.get(index);
    if (prepared) return prepared;
    const request: BatchRequest = { index };
    const batch = this.calls.call(request) as Promise<BatchOf<S>>;
    // whoever takes the batch meets the error
    batch.catch(() => undefined);
    return batch;
  }
}

type BatchOf<S> = S extends LikenessSource ? LikenessBatch : S extends HairSource ? HairBatch : ShapedPairBatch;
