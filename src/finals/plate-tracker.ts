// Tracking in this thread: FaceTracker behind the Tracking port, one plate at a time, whatever the caller's hurry. A worker
// thread runs the same class.

import type { Plate } from '../core/index.ts';
import type { FaceNetworks, FaceTables, TrackerSnapshot } from '../face/index.ts';
import { FaceTracker } from '../face/index.ts';
import type { TimedTracks, Tracking } from './needs.ts';

export class PlateTracker implements Tracking {
  private readonly networks: FaceNetworks;
  private readonly tables: FaceTables;
  private tracker: FaceTracker;
  private turn: Promise<unknown> = Promise.resolve();
  /** Descriptors as they were handed out last, by track. */
  private known = new Map<number, Float32Array>();

  /** The networks stay their owner's. */
  constructor(networks: FaceNetworks, tables: FaceTables) {
    this.networks = networks;
    this.tables = tables;
    this.tracker = this.newTracker();
  }

  begin(): Promise<void> {
    return this.inTurn(async () => {
      this.tracker = this.newTracker();
      this.known = new Map();
    });
  }

  track(plate: Plate, frameIndex: number): Promise<TimedTracks> {
    return this.inTurn(async () => {
      const start = performance.now();
      const faces = await this.tracker.track(plate);
      const isCut = this.tracker.wasCut;
      const descriptors = faces.flatMap(({ trackId }) => this.newDescriptor(trackId));
      return { frameIndex, isCut, faces, descriptors, ms: performance.now() - start };
    });
  }

  snapshot(): Promise<TrackerSnapshot> {
    return this.inTurn(async () => this.tracker.snapshot());
  }

  restore(snapshot: TrackerSnapshot): Promise<void> {
    return this.inTurn(async () => {
      this.tracker.restore(snapshot);
      // all that the snapshot knows was handed out before it was taken
      this.known = new Map();
      for (const { trackId } of [...snapshot.tracks, ...snapshot.lost]) this.newDescriptor(trackId);
    });
  }

  async close(): Promise<void> {
    await this.turn;
  }

  /** The tracker replaces a mean when a reading is added to it, so another array is a new reading. */
  private newDescriptor(trackId: number): { trackId: number; descriptor: Float32Array }[] {
    const descriptor = this.tracker.descriptorOf(trackId);
    if (!descriptor || this.known.get(trackId) === descriptor) return [];
    this.known.set(trackId, descriptor);
    return [{ trackId, descriptor }];
  }

  private newTracker(): FaceTracker {
    return new FaceTracker(this.networks, this.tables, { mode: 'offline' });
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.turn.then(work);
    this.turn = result.catch(() => {});
    return result;
  }
}
