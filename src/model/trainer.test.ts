import { afterEach, describe, expect, it } from 'vitest';
import { tinyBatches, tinyProgram } from '../../test/tiny-training.ts';
import { openTrainingSession } from '../adapters/node/training-session.ts';
import { readCheckpoint, requireSameNetwork } from './checkpoint.ts';
import type { BatchSource, CheckpointStore, TrainingSession } from './needs.ts';
import { initialState } from './program.ts';
import type { TrainingState } from './program.ts';
import { train } from './trainer.ts';
import type { TrainingOptions, TrainingProgress, TrainingSetback } from './trainer.ts';

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

  it('goes back to good weights with half the rate when the loss explodes', async () => {
    let broken = 2;
    const source: BatchSource = {
      async batch(step, random) {
        const batch = await tinyBatches.batch(step, random);
        if (step === 230 && broken-- > 0) batch.wanted.data.fill(Number.NaN);
        return batch;
      },
    };
    const setbacks: TrainingSetback[] = [];
    const steps: number[] = [];
    const { state } = await train(
      await begin({
        steps: 232,
        source,
        onProgress: ({ step }) => steps.push(step),
        onSetback: (setback) => setbacks.push(setback),
      }),
    );
    expect(setbacks).toEqual([
      { step: 230, loss: Number.NaN, backTo: 200, rateFactor: 0.5 },
      { step: 230, loss: Number.NaN, backTo: 200, rateFactor: 0.25 },
    ]);
    expect(steps.slice(228, 230)).toEqual([229, 201]);
    expect(state.rateFactor).toBe(0.25);
    expect(Object.values(state.vectors).every((vector) => vector.every(Number.isFinite))).toBe(true);
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

  it('passes on what the source of batches throws', async () => {
    const source: BatchSource = {
      batch: (step, random) =>
        step < 3 ? tinyBatches.batch(step, random) : Promise.reject(new Error('the photo is gone')),
    };
    await expect(train(await begin({ steps: 5, source }))).rejects.toThrow('the photo is gone');
    await expect(train(await begin({}))).rejects.toThrow('needs an end');
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
