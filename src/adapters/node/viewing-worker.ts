// Given files looked at in threads of their own, each with networks of its own; whoever is free takes the next file.

import { availableParallelism } from 'node:os';
import type { FoundFile, SeenFile, Viewing } from '../../library/index.ts';
import { ThreadCalls, threadModule } from './thread-calls.ts';

export interface ViewingThreadData {
  readonly modelsFolder: string;
  /** `Production.folder`. */
  readonly productionFolder: string;
}

export interface ViewingRequest {
  readonly slug: string;
  readonly file: FoundFile;
  readonly sha256: string | null;
}

/** Each holds networks (0.1 GB) and the pictures it works on; the catalogue's own thread keeps up with so many. */
const MOST_THREADS = 4;
/** A thread that does fewer costs more time than it saves. */
const FILES_PER_THREAD = 10;

interface Thread {
  readonly calls: ThreadCalls;
  open: number;
}

export class WorkerViewing implements Viewing {
  readonly atOnce: number;
  private readonly threads: readonly Thread[];

  /**
   * Threads start when they are first needed.
   *
   * @param files - About how many will be looked at: few are done before a further thread has its networks open.
   */
  constructor(data: ViewingThreadData, files: number) {
    const worthwhile = Math.max(1, Math.round(files / FILES_PER_THREAD));
    const threads = Math.min(worthwhile, MOST_THREADS, availableParallelism());
    this.threads = Array.from({ length: threads }, () => ({
      calls: new ThreadCalls(threadModule(import.meta.url, 'viewing-thread'), data),
      open: 0,
    }));
    // one more than there are threads, so that none waits while a file is noted
    this.atOnce = threads + 1;
  }

  async look(slug: string, file: FoundFile, sha256: string | null): Promise<SeenFile> {
    const thread = this.threads.reduce((least, one) => (one.open < least.open ? one : least));
    thread.open++;
    try {
      const request: ViewingRequest = { slug, file, sha256 };
      return (await thread.calls.call(request)) as SeenFile;
    } finally {
      thread.open--;
    }
  }

  /** Waits for what was begun. */
  async close(): Promise<void> {
    await Promise.all(this.threads.map(({ calls }) => calls.close()));
  }
}
