// The frames of a clip with the faces on them, in order: decoded ahead, tracked ahead, smoothed with what lies ahead. Holds
// a dozen plates at most and closes those that nobody took.

import type { TrackedFace } from '../core/index.ts';
import type { FaceTables, RawFrame, TrackerSnapshot } from '../face/index.ts';
import { OfflineSmoother } from '../face/index.ts';
import type { Casting } from './casting.ts';
import type { TimedTracks, Tracking, VideoFrame, VideoReader } from './needs.ts';

/** Plates that are being decoded and tracked while another is worked on. */
const AHEAD = 3;

/** The receiver closes the frame. */
export interface SightedFrame {
  readonly frame: VideoFrame;
  readonly tracks: TimedTracks;
  /** Smoothed. */
  readonly faces: readonly TrackedFace[];
  /** State of the tracker after this frame, where `wantsState` asked for it. */
  readonly trackerAfter: TrackerSnapshot | null;
}

export interface FeedOptions {
  readonly reader: VideoReader;
  readonly tracking: Tracking;
  readonly tables: FaceTables;
  /** Is shown every frame in order. */
  readonly casting: Casting;
  /** Frames [from, to). */
  readonly from: number;
  readonly to: number;
  /** Raw frames right before `from`, where a render goes on. */
  readonly history: readonly RawFrame[];
  readonly wantsState: (frameIndex: number) => boolean;
  readonly signal?: AbortSignal;
}

interface Tracked {
  readonly frame: VideoFrame;
  readonly tracks: TimedTracks;
  readonly trackerAfter: TrackerSnapshot | null;
}

/** @throws What the reader throws, after all frames that came before it. */
export async function* sightedFrames(options: FeedOptions): AsyncGenerator<SightedFrame, void, void> {
  const { casting, tables, history } = options;
  const smoother = new OfflineSmoother(tables, history);
  const waiting: Tracked[] = [];
  let failure: { readonly error: unknown } | null = null;
  try {
    try {
      for await (const tracked of trackedFrames(options)) {
        waiting.push(tracked);
        casting.see(tracked.tracks);
        const faces = smoother.push(tracked.tracks);
        const due = faces && waiting.shift();
        if (faces && due) yield { ...due, faces };
      }
    } catch (error) {
      failure = { error };
    }
    if (!options.signal?.aborted) {
      for (const faces of smoother.flush()) {
        const due = waiting.shift();
        if (due) yield { ...due, faces };
      }
    }
    if (failure) throw failure.error;
  } finally {
    for (const { frame } of waiting) frame.close();
  }
}

async function* trackedFrames(options: FeedOptions): AsyncGenerator<Tracked, void, void> {
  const { reader, from, to, signal } = options;
  const frames = reader.frames({ from, to, signal })[Symbol.asyncIterator]();
  const queue: Promise<Tracked>[] = [];
  let next = quiet(frames.next());
  let failure: { readonly error: unknown } | null = null;
  try {
    for (;;) {
      const step = await next.then(
        (result) => ({ result }),
        (error: unknown) => ({ error }),
      );
      if ('error' in step) failure = step;
      if ('error' in step || step.result.done) break;
      // the decoder goes on while this one is tracked and its forerunners are worked on
      next = quiet(frames.next());
      queue.push(quiet(track(options, step.result.value)));
      if (queue.length > AHEAD) yield await (queue.shift() as Promise<Tracked>);
    }
    while (queue.length > 0) yield await (queue.shift() as Promise<Tracked>);
    if (failure) throw failure.error;
  } finally {
    const rest = await Promise.allSettled([...queue.map(async (one) => (await one).frame), next.then(takeFrame)]);
    for (const one of rest) if (one.status === 'fulfilled') one.value?.close();
    await frames.return?.();
  }
}

function takeFrame(result: IteratorResult<VideoFrame>): VideoFrame | null {
  return result.done ? null : result.value;
}

async function track({ tracking, wantsState }: FeedOptions, frame: VideoFrame): Promise<Tracked> {
  const tracks = tracking.track(frame.plate, frame.index);
  const after = wantsState(frame.index) ? quiet(tracking.snapshot()) : null;
  try {
    return { frame, tracks: await tracks, trackerAfter: await after };
  } catch (error) {
    frame.close();
    throw error;
  }
}

/** The same promise; its rejection is somebody's business later, not an unhandled one now. */
function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}
