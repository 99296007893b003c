// One sitting of a training from a script: until its time is up or Ctrl-C, with checkpoints, exams and a bar of progress.

import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { checkpointFile } from '../../src/adapters/node/checkpoint-file.ts';
import { releaseLock, takeLock } from '../../src/adapters/node/lock-file.ts';
import { openProgramSession } from '../../src/adapters/node/program-session.ts';
import { Progress, formatSeconds } from '../../src/cli/progress.ts';
import { CodedError } from '../../src/core/index.ts';
import { learningRate } from '../../src/likeness/index.ts';
import type { Checkpoint, Tensors, TrainingProgram, TrainingState, Weights } from '../../src/model/index.ts';
import { initialState, readCheckpoint, requireSameNetwork, train } from '../../src/model/index.ts';

/** What every sitting of a training has in common: with another, its losses would be others. */
export type Course = Readonly<Record<'seed' | 'batch' | 'rate', number>>;

/** Makes the folder, and keeps other trainings out of it. @throws {CodedError} `likeness/already-training`; as `work` */
export async function aloneIn(folder: string, work: () => Promise<void>): Promise<void> {
  await mkdir(folder, { recursive: true });
  const lock = path.join(folder, 'lock');
  await takeLock(lock, () => {
    const hint = `Wait for it, or give another folder. If none is running (on any machine), delete ${lock}.`;
    return new CodedError('likeness/already-training', `another training works in ${folder}`, { hint, retry: true });
  });
  try {
    await work();
  } finally {
    await releaseLock(lock);
  }
}

/**
 * Where it begins: its own checkpoint, else a state drawn from the seed.
 *
 * @param known - Weights to begin with.
 * @throws {CodedError} `model/checkpoint-mismatch`, what `readCheckpoint` throws
 */
export async function beginning(
  program: TrainingProgram,
  file: string,
  course: Course,
  known: () => Promise<Weights> = async () => new Map(),
): Promise<TrainingState> {
  const kept = await checkpointFile(file).read();
  if (kept === null) return initialState(program, course.seed, await known());
  const checkpoint = readCheckpoint(kept, file);
  refuseOtherCourse(checkpoint, course, file);
  requireSameNetwork(checkpoint, program, file);
  return checkpoint.state;
}

/** What a checkpoint does not say may be anything: the first ones said nothing. */
function refuseOtherCourse({ note }: Checkpoint, course: Course, file: string): void {
  const others = Object.entries(course).filter(([name, value]) => (note[name] ?? value) !== value);
  if (others.length === 0) return;
  const begun = others.map(([name, value]) => `--${name} ${String(note[name])}, not ${value}`).join(', ');
  throw new CodedError('model/checkpoint-mismatch', `${file} was begun with ${begun}`, {
    hint: 'Go on with the options it was begun with, or give another folder to begin anew.',
  });
}

export interface Sitting {
  /** Said beside the bar. */
  readonly name: string;
  readonly program: TrainingProgram;
  readonly state: TrainingState;
  readonly checkpoint: string;
  readonly threads: number;
  /** Its rate is the highest. */
  readonly course: Course;
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
  const { name, program, state, course, examine } = sitting;
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
      source: { batch: (number) => sitting.feeds(number - 1) },
      rate: (step, fraction) => learningRate(course.rate, step, fraction),
      seconds: sitting.minutes * 60,
      signal: stop.signal as AbortSignal,
      checkpoints: {
        store: checkpointFile(sitting.checkpoint),
        everySeconds: sitting.examMinutes * 60,
        note: course,
        onWritten: async (now) => {
          process.stderr.write(`\nstep ${now.step}: ${await examine(now)}\n`);
        },
      },
      onProgress: ({ step, fraction, smoothedLoss, samplesPerSecond, secondsLeft }) =>
        progress.update(
          Math.floor(100 * fraction),
          `% step ${step}, loss ${smoothedLoss.toFixed(4)}, ${samplesPerSecond.toFixed(1)} pairs/s, ${formatSeconds(secondsLeft)} left`,
        ),
      onSetback({ step, loss, backTo }) {
        const how = `back to step ${backTo}, at half the rate, without that batch`;
        process.stderr.write(`\nthe loss was ${loss} at step ${step}: ${how}\n`);
      },
    });
    return ended === 'done';
  } finally {
    await session.close();
  }
}
