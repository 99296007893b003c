import { afterEach, describe, expect, it } from 'vitest';
import { tinyBatches, tinyProgram } from '../../test/tiny-training.ts';
import { openTrainingSession } from '../adapters/node/training-session.ts';
import { CodedError } from '../core/index.ts';
import { readCheckpoint, requireSameNetwork } from './checkpoint.ts';
import type { BatchSource, CheckpointStore, TrainingSession } from './needs.ts';
import { initialState } from './program.ts';
import type { TrainingState } from './program.ts';
import { train } from './trainer.ts';
import type { TrainingMove, TrainingOptions, TrainingProgress, TrainingSetback } from './trainer.ts';

const program = tinyProgram();
const sessions: TrainingSession[] = [];
afterEach(async () => {
  for (const session of sessions.splice(0)) await session.close();
});

function rate(_step: number, fraction: number): number {
  return 3e-3 * (1 - 0.5 * fraction);
}

async function begin(more: Partial<TrainingOptions>): Promise<TrainingOptions> {
  const session = await openTrainingSession((more.program ?? program).graph, { provider: 'cpu', threads: 1 });
  sessions.push(session);
  return { program, session, state: initialState(program, 7), source: tinyBatches, rate, ...more };
}

/** Losses by step, as they come. */
function recorder(): { losses: number[]; onProgress: (progress: TrainingProgress) => void } {
  const losses: number[] = [];
  return { losses, onProgress: ({ metrics }) => losses.push(metrics.loss) };
}

class MemoryStore implements CheckpointStore {
  bytes: Uint8Array | null = null;
  writes = 0;
  async write(bytes: Uint8Array): Promise<void> {
    this.bytes = bytes;
    this.writes++;
  }
  async read(): Promise<Uint8Array | null> {
    return this.bytes;
  }
}

describe('train', () => {
  it('learns, and says how it goes', async () => {
    const progress: TrainingProgress[] = [];
    let clock = 0;
    const now = (): number => (clock += 500);
    const { ended, state } = await train(await begin({ steps: 120, onProgress: (p) => progress.push(p), now }));
    expect(ended).toBe('done');
    expect(state.step).toBe(120);
    const mean = (from: number): number =>
      progress.slice(from, from + 10).reduce((sum, { metrics }) => sum + metrics.loss / 10, 0);
    expect(mean(110)).toBeLessThan(0.6 * mean(0));
    const last = progress[119];
    expect(last).toMatchObject({ step: 120, fraction: 1, secondsLeft: 0 });
    expect(progress[59].fraction).toBe(0.5);
    expect(last.rate).toBeCloseTo(rate(120, 119 / 120), 7);
    expect(progress[59].secondsLeft).toBeCloseTo(60 * (state.trainedSeconds / 120), 3);
    expect(last.samplesPerSecond).toBeCloseTo(2 / (state.trainedSeconds / 120), 3);
  });

  it('resumed from a checkpoint, gives the same weights to the bit', async () => {
    const whole = recorder();
    const { state: expected } = await train(await begin({ steps: 12, ...whole }));
    const stop = new AbortController();
    const store = new MemoryStore();
    const first = recorder();
    const { ended } = await train(
      await begin({
        steps: 12,
        signal: stop.signal,
        checkpoints: { store, everySeconds: 1e9, note: { performer: 'drawn' } },
        onProgress: (progress) => {
          first.onProgress(progress);
          if (progress.step === 5) stop.abort();
        },
      }),
    );
    expect(ended).toBe('stopped');
    const checkpoint = readCheckpoint(store.bytes ?? new Uint8Array(0), 'memory');
    requireSameNetwork(checkpoint, program, 'memory');
    expect(checkpoint.note).toEqual({ performer: 'drawn' });
    expect(checkpoint.state.step).toBe(5);
    const second = recorder();
    const { state } = await train(await begin({ steps: 12, state: checkpoint.state, ...second }));
    expect([...first.losses, ...second.losses]).toEqual(whole.losses);
    expect(state.vectors).toEqual(expected.vectors);
  });

  it('goes back to good weights with half the rate when the loss explodes, and leaves the batch out', async () => {
    const source: BatchSource = {
      async batch(number, random) {
        const batch = await tinyBatches.batch(number, random);
        // it stays broken, however often it is asked for
        if (number === 130) batch.wanted.data.fill(Number.NaN);
        return batch;
      },
    };
    const setbacks: TrainingSetback[] = [];
    const steps: number[] = [];
    const whole = recorder();
    const { state } = await train(
      await begin({
        steps: 132,
        source,
        onProgress: (progress) => {
          whole.onProgress(progress);
          steps.push(progress.step);
        },
        onSetback: (setback) => void setbacks.push(setback),
      }),
    );
    expect(setbacks).toEqual([{ step: 130, batch: 130, loss: Number.NaN, backTo: 100, rateFactor: 0.5 }]);
    expect(steps.slice(128, 130)).toEqual([129, 101]);
    expect(state).toMatchObject({ step: 132, batches: 162, rateFactor: 0.5 });
    expect(Object.values(state.vectors).every((vector) => vector.every(Number.isFinite))).toBe(true);

    const stop = new AbortController();
    const store = new MemoryStore();
    let isBack = false;
    const signal = stop.signal;
    await train(
      await begin({
        steps: 132,
        source,
        signal,
        checkpoints: { store, everySeconds: 1e9 },
        onSetback: () => void (isBack = true),
        onProgress: ({ step }) => isBack && step === 105 && stop.abort(),
      }),
    );
    const rest = recorder();
    const { state: kept } = readCheckpoint(store.bytes ?? new Uint8Array(0), 'memory');
    const { state: resumed } = await train(await begin({ steps: 132, source, state: kept, ...rest }));
    expect(rest.losses).toEqual(whole.losses.slice(-27));
    expect(resumed.vectors).toEqual(state.vectors);
  });

  it('goes on past lone slips, however many', async () => {
    const setbacks: number[] = [];
    const source: BatchSource = {
      batch: async (number) => ({ slip: { data: Float32Array.of(number % 500 === 0 ? 1 : 0), shape: [] } }),
    };
    const session: TrainingSession = {
      setState: async () => {},
      state: async () => ({}),
      step: async ({ slip }) => ({
        loss: { data: Float32Array.of(slip.data[0] > 0 ? Number.NaN : 1), shape: [] },
        gradientNorm: { data: Float32Array.of(1), shape: [] },
      }),
      close: async () => {},
    };
    const order = { ...(await begin({ steps: 4000, source })), session };
    const { state } = await train({ ...order, onSetback: ({ batch }) => void setbacks.push(batch) });
    expect(state.step).toBe(4000);
    expect(setbacks.length).toBeGreaterThan(7);
  });

  it('gives up when it keeps exploding', async () => {
    await expect(train(await begin({ steps: 50, rate: () => 1e6 }))).rejects.toMatchObject({ code: 'model/diverged' });
  });

  it('writes a checkpoint every so often, and hands over its state', async () => {
    const store = new MemoryStore();
    const written: TrainingState[] = [];
    let clock = 0;
    const checkpoints = {
      store,
      everySeconds: 10,
      onWritten: async (state: TrainingState) => void written.push(state),
    };
    await train(await begin({ seconds: 35, now: () => (clock += 500), checkpoints }));
    expect(written.length).toBe(store.writes);
    expect(written.length).toBeGreaterThan(2);
    expect(written.at(-1)?.trainedSeconds).toBeGreaterThanOrEqual(35);
  });

  it('writes the last checkpoint once, also where another is due', async () => {
    const steps: number[] = [];
    const onWritten = async ({ step }: TrainingState): Promise<void> => void steps.push(step);
    await train(await begin({ steps: 3, checkpoints: { store: new MemoryStore(), everySeconds: 0, onWritten } }));
    expect(steps).toEqual([1, 2, 3]);
  });

  it('ends where the disk is full, and goes on from the checkpoint before', async () => {
    const whole = recorder();
    const { state: expected } = await train(await begin({ steps: 6, ...whole }));
    const store = new MemoryStore();
    const full = new CodedError('file/disk-full', 'the disk is full', { hint: 'Make room.', retry: true });
    const filling: CheckpointStore = {
      read: () => store.read(),
      write: (bytes) => (store.writes < 2 ? store.write(bytes) : Promise.reject(full)),
    };
    const first = recorder();
    const checkpoints = { store: filling, everySeconds: 0 };
    await expect(train(await begin({ steps: 6, checkpoints, ...first }))).rejects.toBe(full);
    expect(first.losses.length).toBe(3);
    const { state } = readCheckpoint(store.bytes ?? new Uint8Array(0), 'memory');
    expect(state.step).toBe(2);
    const rest = recorder();
    const { state: resumed } = await train(await begin({ steps: 6, state, ...rest }));
    expect(rest.losses).toEqual(whole.losses.slice(2));
    expect(resumed.vectors).toEqual(expected.vectors);
  });

  it('passes on what the source of batches throws', async () => {
    const source: BatchSource = {
      batch: (step, random) =>
        step < 3 ? tinyBatches.batch(step, random) : Promise.reject(new Error('the photo is gone')),
    };
    await expect(train(await begin({ steps: 5, source }))).rejects.toThrow('the photo is gone');
    await expect(train(await begin({}))).rejects.toThrow('needs an end');
    await expect(train(await begin({ seconds: Number.NaN }))).rejects.toThrow('needs an end');
  });

  // a maker that stands still is found out; one that learns deceives its critic
  it.each([
    [1, 'loss', 0.6],
    [0, 'critic', 0.8],
  ] as const)('trains a critic beside a maker with rate factor %d', async (rateFactor, falling, share) => {
    const both = tinyProgram({ critic: true, rateFactor });
    const state = initialState(both, 7);
    // the same pictures each time, which even a small critic can tell apart
    const source: BatchSource = { batch: (step) => tinyBatches.batch(step, [1, 2, 3, 4]) };
    const seen: Readonly<Record<string, number>>[] = [];
    const onProgress = ({ metrics }: TrainingProgress): void => void seen.push(metrics);
    const { state: end } = await train(await begin({ program: both, state, steps: 100, source, onProgress }));
    expect(Object.keys(seen[0]).toSorted()).toEqual(['adversarial', 'critic', 'gradientNorm', 'loss']);
    expect(seen[99][falling]).toBeLessThan(share * seen[0][falling]);
    const moved = ['net', 'critic'].map(
      (group) => !end.vectors[`weights.${group}`].every((w, k) => w === state.vectors[`weights.${group}`][k]),
    );
    expect(moved).toEqual([rateFactor > 0, true]);
  });
});

/** A session whose device is lost at the nth step from now. */
function losing(session: TrainingSession, n: number): TrainingSession {
  let steps = 0;
  const lost = new CodedError('model/step-failed', 'the device is lost', { hint: 'Resume on the CPU.', retry: true });
  return {
    setState: (state) => session.setState(state),
    state: (isWanted) => (steps < n ? session.state(isWanted) : Promise.reject(lost)),
    step: (feeds) => (++steps < n ? session.step(feeds) : Promise.reject(lost)),
    close: () => session.close(),
  };
}

describe('a training whose device is lost', () => {
  it('goes on in another session with the same losses, and says so', async () => {
    const whole = recorder();
    const { state: expected } = await train(await begin({ steps: 12, ...whole }));
    const order = await begin({ steps: 12 });
    const moves: TrainingMove[] = [];
    const seen = recorder();
    const { state } = await train({
      ...order,
      session: losing(order.session, 7),
      openOther: async () => (await begin({})).session,
      onMove: (move) => void moves.push(move),
      ...seen,
    });
    expect(moves).toEqual([{ step: 7, backTo: 0 }]);
    expect(seen.losses).toEqual([...whole.losses.slice(0, 6), ...whole.losses]);
    expect(state.vectors).toEqual(expected.vectors);
  });

  it('moves once, and where it cannot it ends with the last snapshot as its checkpoint', async () => {
    const store = new MemoryStore();
    const order = await begin({ steps: 120, checkpoints: { store, everySeconds: 1e9 } });
    const openOther = async (): Promise<TrainingSession> => losing((await begin({})).session, 103);
    const failed = train({ ...order, session: losing(order.session, 2), openOther });
    await expect(failed).rejects.toMatchObject({ code: 'model/step-failed' });
    expect(readCheckpoint(store.bytes ?? new Uint8Array(0), 'memory').state.step).toBe(100);
  });
});
