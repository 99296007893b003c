// One sitting of a training from a script: until its time is up or Ctrl-C, with checkpoints, exams and a bar of progress.

import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { checkpointFile } from '../../src/adapters/node/checkpoint-file.ts';
import { openProgramSession } from '../../src/adapters/node/program-session.ts';
import { Progress, formatSeconds } from '../../src/cli/progress.ts';
import { learningRate } from '../../src/likeness/index.ts';
import type { Tensors, TrainingProgram, TrainingState, Weights } from '../../src/model/index.ts';
import { initialState, readCheckpoint, requireSameNetwork, train } from '../../src/model/index.ts';

/** Where it begins: its own checkpoint, else a state drawn from the seed. @param known - Weights to begin with. */
export async function beginning(
  program: TrainingProgram,
  file: string,
  seed: number,
  known: () => Promise<Weights> = async () => new Map(),
): Promise<TrainingState> {
  await mkdir(path.dirname(file), { recursive: true });
  const kept = await checkpointFile(file).read();
  if (kept === null) return initialState(program, seed, await known());
  const checkpoint = readCheckpoint(kept, file);
  requireSameNetwork(checkpoint, program, file);
  return checkpoint.state;
}

export interface Sitting {
  /** Said beside the bar. */
  readonly name: string;
  readonly program: TrainingProgram;
  readonly state: TrainingState;
  readonly checkpoint: string;
  readonly threads: number;
  /** Highest learning rate. */
  readonly rate: number;
  /** All sittings together. */
  readonly minutes: number;
  readonly examMinutes: number;
  /** The batch of a number, from 0. */
  readonly feeds: (index: number) => Promise<Tensors>;
  /** Writes what was learned so far and says how good it is. */
  readonly examine: (state: TrainingState) => Promise<string>;
}

/** @returns Whether it came to its end. */
export async function sit(sitting: Sitting): Promise<boolean> {
  const { name, program, state, examine } = sitting;
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  process.stderr.write(`step ${state.step}: ${await examine(state)}\n`);
  const session = await openProgramSession(program, { threads: sitting.threads });
  const progress = new Progress(name, 100, false);
  try {
    const { ended } = await train({
      program,
      state,
      session,
      source: { batch: (step) => sitting.feeds(step - 1) },
      rate: (step, fraction) => learningRate(sitting.rate, step, fraction),
      seconds: sitting.minutes * 60,
      signal: stop.signal as AbortSignal,
      checkpoints: {
        store: checkpointFile(sitting.checkpoint),
        everySeconds: sitting.examMinutes * 60,
        onWritten: async (now) => {
          process.stderr.write(`\nstep ${now.step}: ${await examine(now)}\n`);
        },
      },
      onProgress: ({ step, fraction, smoothedLoss, samplesPerSecond, secondsLeft }) =>
        progress.update(
          Math.floor(100 * fraction),
          `% step ${step}, loss ${smoothedLoss.toFixed(4)}, ${samplesPerSecond.toFixed(1)} pairs/s, ${formatSeconds(secondsLeft)} left`,
        ),
      onSetback: ({ step, loss, backTo }) =>
        process.stderr.write(`\nthe loss was ${loss} at step ${step}: back to step ${backTo}, at half the rate\n`),
    });
    return ended === 'done';
  } finally {
    await session.close();
  }
}
