// Batches prepared in a thread of their own, ahead of the training, so that the graph never waits. A batch depends on the
// seed and its number alone: a resumed training asks for the next number.

import type { PairBatch, PairRecipe } from '../../likeness/index.ts';
import { ThreadCalls, threadModule } from './thread-calls.ts';

export interface PairSource {
  readonly peopleFolder: string;
  /** Those to learn from, or those kept aside to see how well it goes. */
  readonly people: 'learn' | 'aside';
  readonly recipe: PairRecipe;
  readonly seed: number;
}

export interface BatchRequest {
  readonly index: number;
}

/** Batches that are made before they are asked for. */
const AHEAD = 2;

export class BatchWorker {
  private readonly calls: ThreadCalls;
  private readonly prepared = new Map<number, Promise<PairBatch>>();

  constructor(source: PairSource) {
    this.calls = new ThreadCalls(threadModule(import.meta.url, 'batch-thread'), source);
  }

  /**
   * The batch of that number, from 0. Belongs to the caller. Quickest in order; any order gives the same batches.
   *
   * @throws {CodedError} as `readPeople`, which the thread begins with
   */
  batch(index: number): Promise<PairBatch> {
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

  private ask(index: number): Promise<PairBatch> {
    const prepared = this.prepared.get(index);
    if (prepared) return prepared;
    const request: BatchRequest = { index };
    const batch = this.calls.call(request) as Promise<PairBatch>;
    // whoever takes the batch meets the error
    batch.catch(() => undefined);
    return batch;
  }
}
