import { describe, expect, it } from 'vitest';
import type { Plate, TrackedFace } from '../core/index.ts';
import { CodedError, makePlate, MESH_POINTS, SRGB } from '../core/index.ts';
import type { FaceTables, TrackerSnapshot } from '../face/index.ts';
import { LOOKAHEAD } from '../face/index.ts';
import { Casting } from './casting.ts';
import type { FeedOptions, SightedFrame } from './clip-feed.ts';
import { sightedFrames } from './clip-feed.ts';
import type { FrameRange, TimedTracks, Tracking, VideoFrame, VideoReader } from './needs.ts';

/** Frames of a colour each; counts those that are open. */
class CountingReader {
  open = 0;
  mostOpen = 0;
  private readonly failAt: number;
  constructor(failAt: number = Infinity) {
    this.failAt = failAt;
  }
  async *frames({ from = 0, to = 0 }: FrameRange = {}): AsyncGenerator<VideoFrame> {
    for (let index = from; index < to; index++) {
      if (index === this.failAt) throw new CodedError('media/truncated', 'cut short', { hint: 'none' });
      this.mostOpen = Math.max(this.mostOpen, ++this.open);
      let isOpen = true;
      const close = (): void => {
        if (isOpen) this.open--;
        isOpen = false;
      };
      const plate = makePlate(8, 8, 'rgb', 8, SRGB);
      yield { index, pts: index, durationPts: 1, plate, isDamaged: false, close, [Symbol.dispose]: close };
    }
  }
}

/** Says of every plate that nobody is on it; answers late, as a thread does. */
class SlowTracking implements Tracking {
  readonly asked: number[] = [];
  async track(_plate: Plate, frameIndex: number): Promise<TimedTracks> {
    this.asked.push(frameIndex);
    await new Promise<void>((resolve) => {
      setTimeout(resolve, frameIndex % 3);
    });
    return { frameIndex, isCut: frameIndex === 0, faces: [], descriptors: [], ms: 1 };
  }
  async snapshot(): Promise<TrackerSnapshot> {
    return { frameIndex: this.asked.length } as unknown as TrackerSnapshot;
  }
  async begin(): Promise<void> {}
  async restore(): Promise<void> {}
  async close(): Promise<void> {}
}

function optionsFor(reader: CountingReader, more: Partial<FeedOptions> = {}): FeedOptions {
  return {
    reader: reader as unknown as VideoReader,
    tracking: new SlowTracking(),
    tables: {} as FaceTables,
    casting: new Casting({ kind: 'everyone', performer: 'anyone' }, LOOKAHEAD),
    from: 0,
    to: 30,
    history: [],
    wantsState: (frameIndex) => frameIndex === 9,
    ...more,
  };
}

async function take(feed: AsyncIterable<SightedFrame>, until: number = Infinity): Promise<number[]> {
  const seen: number[] = [];
  for await (const { frame } of feed) {
    seen.push(frame.index);
    frame.close();
    if (seen.length >= until) break;
  }
  return seen;
}

describe('sightedFrames', () => {
  it('gives every frame once and in order, and holds no more than a dozen', async () => {
    const reader = new CountingReader();
    expect(await take(sightedFrames(optionsFor(reader)))).toEqual(Array.from({ length: 30 }, (_, i) => i));
    expect(reader.open).toBe(0);
    expect(reader.mostOpen).toBeLessThanOrEqual(12);
  });

  it('asks for the state of the tracker right after the frame that wants it', async () => {
    const states: [number, number][] = [];
    for await (const { frame, trackerAfter } of sightedFrames(optionsFor(new CountingReader()))) {
      if (trackerAfter) states.push([frame.index, trackerAfter.frameIndex]);
      frame.close();
    }
    expect(states).toEqual([[9, 10]]);
  });

  it('gives all frames before the one at which the clip ends, then says why', async () => {
    const reader = new CountingReader(17);
    const seen: number[] = [];
    const feed = sightedFrames(optionsFor(reader));
    const taken = (async () => {
      for await (const { frame } of feed) {
        seen.push(frame.index);
        frame.close();
      }
    })();
    await expect(taken).rejects.toMatchObject({ code: 'media/truncated' });
    expect(seen).toEqual(Array.from({ length: 17 }, (_, i) => i));
    expect(reader.open).toBe(0);
  });

  it('closes what nobody took', async () => {
    const reader = new CountingReader();
    expect(await take(sightedFrames(optionsFor(reader)), 4)).toEqual([0, 1, 2, 3]);
    expect(reader.open).toBe(0);
  });

  it('goes on from history as if it had not stopped', async () => {
    const landmarks = new Float32Array(MESH_POINTS * 3);
    const face: TrackedFace = { trackId: 1, landmarks, score: 1, pose: { yaw: 0, pitch: 0, roll: 0 }, fade: 1 };
    const history = Array.from({ length: LOOKAHEAD }, () => ({ faces: [face], isCut: false }));
    const feed = sightedFrames(optionsFor(new CountingReader(), { from: 20, history }));
    expect(await take(feed)).toEqual([20, 21, 22, 23, 24, 25, 26, 27, 28, 29]);
  });
});
