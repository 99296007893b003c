// Tracking in a thread of its own, so that faces are followed on one core while they are re-aged on another.

import type { Plate } from '../../core/index.ts';
import type { TrackerSnapshot } from '../../face/index.ts';
import type { TimedTracks, Tracking } from '../../finals/index.ts';
import { ThreadCalls, threadModule } from './thread-calls.ts';

export type TrackingRequest =
  | { readonly kind: 'track'; readonly plate: Plate; readonly frameIndex: number }
  | { readonly kind: 'begin' }
  | { readonly kind: 'snapshot' }
  | { readonly kind: 'restore'; readonly snapshot: TrackerSnapshot };

export class WorkerTracking implements Tracking {
  private readonly calls: ThreadCalls;

  /** @param modelsFolder - Where the thread finds the networks. */
  constructor(modelsFolder: string) {
    this.calls = new ThreadCalls(threadModule(import.meta.url, 'tracking-thread'), { modelsFolder });
  }

  async track(plate: Plate, frameIndex: number): Promise<TimedTracks> {
    return (await this.ask({ kind: 'track', plate, frameIndex })) as TimedTracks;
  }

  async begin(): Promise<void> {
    await this.ask({ kind: 'begin' });
  }

  async snapshot(): Promise<TrackerSnapshot> {
    return (await this.ask({ kind: 'snapshot' })) as TrackerSnapshot;
  }

  async restore(snapshot: TrackerSnapshot): Promise<void> {
    await this.ask({ kind: 'restore', snapshot });
  }

  close(): Promise<void> {
    return this.calls.close();
  }

  private ask(request: TrackingRequest): Promise<unknown> {
    return this.calls.call(request);
  }
}
