// Re-ageing in threads of its own: any frame can be made alone, so that frames are spread over threads.

import { availableParallelism } from 'node:os';
import type { Reageing, ReageWork } from '../../finals/index.ts';
import type { FaceReport } from '../../reage/index.ts';
import { ThreadCalls, threadModule } from './thread-calls.ts';

/** A likeness by the hash of its file. */
export interface LikenessFile {
  readonly sha256: string;
  readonly file: string;
  /** Of the performer's career mean, as `writeCareerMean` makes it; without it, a network with own photos sees none. */
  readonly careerMeanFolder?: string;
}

export interface ReageThreadData {
  readonly modelsFolder: string;
  /** Of the hair network. */
  readonly hairFile: string;
  readonly likenesses: readonly LikenessFile[];
}

/** With one, the other cores of a small machine wait for it; each holds networks of its own (0.1 GB). */
const LEAST_THREADS = 2;
const MOST_THREADS = 4;
/** Tracking, the main thread, the decoder and the encoder want to live as well. */
const OTHER_CORES = 2;

export class WorkerReageing implements Reageing {
  readonly atOnce: number;
  private readonly threads: readonly ThreadCalls[];
  private next = 0;

  constructor(data: ReageThreadData, threads: number = defaultThreads()) {
    this.threads = Array.from(
      { length: threads },
      () => new ThreadCalls(threadModule(import.meta.url, 'reage-thread'), data),
    );
    // one more than there are threads, so that none waits while a frame is finished
    this.atOnce = threads + 1;
  }

  /** @throws {TypeError} where the plate or the matte is not in shared memory: the change would be lost. */
  async reage(work: ReageWork): Promise<readonly FaceReport[]> {
    for (const samples of [work.matte, ...work.plate.planes.map((plane) => plane.samples)]) {
      if (samples && !(samples.buffer instanceof SharedArrayBuffer))
        throw new TypeError('a thread needs shared memory');
    }
    const thread = this.threads[this.next++ % this.threads.length];
    return (await thread.call(work)) as readonly FaceReport[];
  }

  async close(): Promise<void> {
    await Promise.all(this.threads.map((thread) => thread.close()));
  }
}

function defaultThreads(): number {
  const cores = availableParallelism();
  return Math.min(cores, MOST_THREADS, Math.max(LEAST_THREADS, cores - OTHER_CORES));
}
