// Tracking in a thread of its own, so that faces are followed on one core while they are re-aged on another. Plates whose
// samples lie in shared memory are not copied.

import { Worker } from 'node:worker_threads';
import type { ErrorCode, Plate } from '../../core/index.ts';
import { CodedError } from '../../core/index.ts';
import type { TrackerSnapshot } from '../../face/index.ts';
import type { TimedTracks, Tracking } from '../../finals/index.ts';

/** What the thread is told; answers come in the same order, one for each. */
export type TrackingRequest =
  | { readonly kind: 'track'; readonly plate: Plate; readonly frameIndex: number }
  | { readonly kind: 'snapshot' }
  | { readonly kind: 'restore'; readonly snapshot: TrackerSnapshot }
  | { readonly kind: 'close' };

export type TrackingAnswer =
  | { readonly value: unknown }
  | { readonly error: { readonly code: ErrorCode | null; readonly message: string; readonly hint: string } };

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** @param modelsFolder - Where the thread finds the networks. */
export class WorkerTracking implements Tracking {
  private readonly worker: Worker;
  private readonly waiting: Waiting[] = [];
  private failure: unknown = null;
  private readonly gone: Promise<void>;

  constructor(modelsFolder: string) {
    // the thread is .ts from a checkout and .js from a package, as this file is
    const thread = import.meta.url.replace(/tracking-worker(\.[jt]s)$/, 'tracking-thread$1');
    this.worker = new Worker(new URL(thread), { workerData: { modelsFolder } });
    this.worker.on('message', (answer: TrackingAnswer) => this.take(answer));
    this.worker.on('error', (error) => this.fail(error));
    this.gone = new Promise((resolve) => {
      this.worker.once('exit', () => {
        this.fail(new Error('the tracking thread has ended'));
        resolve();
      });
    });
  }

  async track(plate: Plate, frameIndex: number): Promise<TimedTracks> {
    return (await this.ask({ kind: 'track', plate, frameIndex })) as TimedTracks;
  }

  async snapshot(): Promise<TrackerSnapshot> {
    return (await this.ask({ kind: 'snapshot' })) as TrackerSnapshot;
  }

  async restore(snapshot: TrackerSnapshot): Promise<void> {
    await this.ask({ kind: 'restore', snapshot });
  }

  /** Waits for what was asked, then ends the thread. */
  async close(): Promise<void> {
    if (this.failure === null) await this.ask({ kind: 'close' }).catch(() => {});
    await this.gone;
  }

  private ask(request: TrackingRequest): Promise<unknown> {
    if (this.failure !== null) return Promise.reject(this.failure);
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
      this.worker.postMessage(request);
    });
  }

  private take(answer: TrackingAnswer): void {
    const asked = this.waiting.shift();
    if ('value' in answer) asked?.resolve(answer.value);
    else asked?.reject(asError(answer.error));
  }

  private fail(error: unknown): void {
    this.failure ??= error;
    for (const { reject } of this.waiting.splice(0)) reject(this.failure);
  }
}

function asError({ code, message, hint }: Extract<TrackingAnswer, { error: unknown }>['error']): Error {
  return code === null ? new Error(message) : new CodedError(code, message, { hint });
}
