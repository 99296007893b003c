// Calls into a worker thread that answers one after another, with errors that keep their code. Samples in shared memory are
// not copied.

import { Worker } from 'node:worker_threads';
import type { ErrorCode } from '../../core/index.ts';
import { CodedError, isCodedError } from '../../core/index.ts';

type Answer = { readonly value: unknown } | { readonly error: Coded | { readonly unexpected: Error } };

/** What is left of a CodedError when it crosses; its cause stays behind. */
interface Coded {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string;
  readonly retry: boolean;
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** What ends a thread: it is answered like any other call. */
const CLOSE = 'close';

/** The caller's side. The thread starts with the first call. */
export class ThreadCalls {
  private readonly file: URL;
  private readonly workerData: unknown;
  private worker: Worker | null = null;
  private readonly asked: Waiting[] = [];
  private failure: unknown = null;
  private gone: Promise<void> = Promise.resolve();

  /** @param file - Module of the thread; it calls `answerCalls`. */
  constructor(file: URL, workerData: unknown) {
    this.file = file;
    this.workerData = workerData;
  }

  call(request: unknown): Promise<unknown> {
    if (this.failure !== null) return Promise.reject(this.failure);
    this.worker ??= this.start();
    const { worker } = this;
    return new Promise((resolve, reject) => {
      // throws what cannot cross; then no answer is waited for
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
      worker.postMessage(request);
      this.asked.push({ resolve, reject });
    });
  }

  private start(): Worker {
    const worker = new Worker(this.file, { workerData: this.workerData });
    worker.on('message', (answer: Answer) => this.take(answer));
    worker.on('messageerror', (error) => this.fail(error));
    worker.on('error', (error) => this.fail(error));
    this.gone = new Promise((resolve) => {
      worker.once('exit', () => {
        this.fail(new Error(`the thread of ${this.file.pathname} has ended`));
        resolve();
      });
    });
    return worker;
  }

  /** Waits for what was asked, then ends the thread. */
  async close(): Promise<void> {
    if (this.worker && this.failure === null) await this.call(CLOSE).catch(() => {});
    await this.gone;
  }

  private take(answer: Answer): void {
    const asked = this.asked.shift();
    if ('value' in answer) asked?.resolve(answer.value);
    else asked?.reject(asError(answer.error));
  }

  private fail(error: unknown): void {
    this.failure ??= error;
    for (const { reject } of this.asked.splice(0)) reject(this.failure);
  }
}

function asError(error: Extract<Answer, { error: unknown }>['error']): Error {
  return 'unexpected' in error ? error.unexpected : new CodedError(error.code, error.message, error);
}

/** The thread's side of the port. */
export interface CallPort {
  on(event: 'message', listener: (request: unknown) => void): void;
  postMessage(answer: unknown): void;
  close(): void;
}

/** Answers calls in order until the thread is closed. @param close - Lets go what the thread holds. */
export function answerCalls(
  port: CallPort,
  perform: (request: unknown) => Promise<unknown>,
  close: () => Promise<void>,
): void {
  let turn: Promise<void> = Promise.resolve();
  port.on('message', (request) => {
    turn = turn.then(async () => {
      const isEnd = request === CLOSE;
      port.postMessage(await answered(() => (isEnd ? close() : perform(request))));
      if (isEnd) port.close();
    });
  });
}

async function answered(work: () => Promise<unknown>): Promise<Answer> {
  try {
    return { value: await work() };
  } catch (error) {
    if (isCodedError(error)) {
      const { code, message, hint, retry } = error;
      return { error: { code, message, hint, retry } };
    }
    // a fault of the program: its stack says where in the thread, and that is all that surely can cross
    const unexpected = new Error(error instanceof Error ? error.message : String(error));
    if (error instanceof Error) unexpected.stack = error.stack;
    return { error: { unexpected } };
  }
}

/** A thread's module beside the caller's: .ts in a checkout, .js in a package. @param caller - `import.meta.url`. */
export function threadModule(caller: string, name: string): URL {
  return new URL(`${name}${/\.[jt]s$/.exec(caller)?.[0] ?? '.js'}`, caller);
}
