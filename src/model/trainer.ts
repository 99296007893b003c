// The loop of a training: asks for batches ahead of need, runs steps, tells how it goes, keeps checkpoints, and goes back to
// good weights with a lower rate when the loss explodes.
import { CodedError } from '../core/index.ts';
import type { Tensor } from '../core/index.ts';
import { writeCheckpoint } from './checkpoint.ts';
import type { BatchSource, CheckpointStore, TrainingSession, Tensors } from './needs.ts';
import type { TrainingProgram, TrainingState } from './program.ts';
import { SeededRandom } from './random.ts';

export interface TrainingProgress {
  /** Steps done. */
  readonly step: number;
  /** 0..1 of what was asked for. */
  readonly fraction: number;
  /** This step's metrics by name, `loss` among them. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Over about the last 20 steps. */
  readonly smoothedLoss: number;
  /** Learning rate of this step. */
  readonly rate: number;
  readonly samplesPerSecond: number;
  readonly secondsLeft: number;
}

/** The loss exploded, and the training went back. */
export interface TrainingSetback {
  /** The step that went wrong. */
  readonly step: number;
  readonly loss: number;
  /** The step whose weights it goes on from. */
  readonly backTo: number;
  /** Times the learning rate from here on. */
  readonly rateFactor: number;
}

export interface TrainingOptions {
  readonly program: TrainingProgram;
  /** Where it begins: `initialState`, or a checkpoint's. */
  readonly state: TrainingState;
  /** Open, without a state; the caller closes it. */
  readonly session: TrainingSession;
  readonly source: BatchSource;
  /** Learning rate; `fraction` is how much of the training is done, 0..1. */
  readonly rate: (step: number, fraction: number) => number;
  /** Ends after as many steps or seconds of work, counted over all sittings; whichever comes first. */
  readonly steps?: number;
  readonly seconds?: number;
  /** Stops after the running step, with a checkpoint. */
  readonly signal?: AbortSignal;
  readonly checkpoints?: CheckpointOptions;
  readonly onProgress?: (progress: TrainingProgress) => void;
  readonly onSetback?: (setback: TrainingSetback) => void;
  /** Milliseconds that only grow. Default `performance.now`. */
  readonly now?: () => number;
}

export interface CheckpointOptions {
  readonly store: CheckpointStore;
  readonly everySeconds: number;
  readonly note?: Readonly<Record<string, unknown>>;
  /** Called after each one: the place for previews. The training waits. */
  readonly onWritten?: (state: TrainingState) => Promise<void>;
}

export interface TrainingResult {
  readonly state: TrainingState;
  readonly ended: 'done' | 'stopped';
}

/** A snapshot of the weights is taken every so many steps, to go back to. */
const SNAPSHOT_STEPS = 100;
/** A snapshot counts as good once so many steps after it went well: a bad update shows only in later losses. */
const PROBATION_STEPS = 20;
const SMOOTHING = 0.05;
/** A loss this many times the smoothed one has exploded. */
const EXPLOSION = 10;
const MOST_SETBACKS = 6;

/**
 * Trains until steps or seconds are reached, or the signal says stop.
 *
 * @throws {CodedError} `model/diverged` when the loss keeps exploding; whatever session, source and store throw
 */
export async function train(options: TrainingOptions): Promise<TrainingResult> {
  if (options.steps === undefined && options.seconds === undefined)
    throw new RangeError('a training needs an end: steps or seconds');
  return new Training(options).run();
}

class Training {
  readonly #options: TrainingOptions;
  readonly #now: () => number;
  #position: Omit<TrainingState, 'vectors'>;
  #good: TrainingState;
  #candidate: TrainingState | null = null;
  #next: { step: number; batch: Promise<Tensors> } | null = null;
  #setbacks = 0;
  #lastTick: number;
  #secondsPerStep: number | null = null;

  constructor(options: TrainingOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    const { vectors: _, ...position } = options.state;
    this.#position = position;
    this.#good = options.state;
    this.#lastTick = this.#now();
  }

  async run(): Promise<TrainingResult> {
    const { session, state, checkpoints } = this.#options;
    await session.setState(asTensors(state));
    this.#lastTick = this.#now();
    let written = this.#lastTick;
    while (!this.#isOver()) {
      await this.#step();
      // at the end comes one anyway
      if (this.#isOver()) break;
      if (checkpoints !== undefined && this.#now() - written >= checkpoints.everySeconds * 1000) {
        await this.#checkpoint(checkpoints);
        written = this.#now();
      }
    }
    // nobody waits for the batch that was asked for ahead
    this.#next?.batch.catch(() => undefined);
    const last = await this.#snapshot();
    if (checkpoints !== undefined) await this.#checkpoint(checkpoints, last);
    return { state: last, ended: this.#finished() ? 'done' : 'stopped' };
  }

  #isOver(): boolean {
    return this.#finished() || Boolean(this.#options.signal?.aborted);
  }

  #finished(): boolean {
    return this.#fraction() >= 1;
  }

  #fraction(): number {
    const { steps, seconds } = this.#options;
    const { step, trainedSeconds } = this.#position;
    return Math.max(steps === undefined ? 0 : step / steps, seconds === undefined ? 0 : trainedSeconds / seconds);
  }

  async #step(): Promise<void> {
    const step = this.#position.step + 1;
    const batch = await this.#batch(step);
    const { session, rate: rateOf } = this.#options;
    const rate = rateOf(step, this.#fraction()) * this.#position.rateFactor;
    const running = session.step({ ...batch, step: scalar(step), rate: scalar(rate) });
    this.#next = this.#ask(step + 1);
    const metrics = Object.fromEntries(Object.entries(await running).map(([name, { data }]) => [name, data[0]]));
    const elapsed = this.#tick();
    const { smoothedLoss: before } = this.#position;
    const { loss, gradientNorm } = metrics;
    const exploded =
      !Number.isFinite(loss) ||
      !Number.isFinite(gradientNorm) ||
      (before !== null && before > 0 && loss > EXPLOSION * before);
    if (exploded) return this.#goBack(step, loss);
    // the first losses are averaged evenly, the later ones with a fading memory
    const share = Math.max(SMOOTHING, 1 / step);
    const smoothedLoss = before === null ? loss : before + (loss - before) * share;
    const { trainedSeconds } = this.#position;
    this.#position = { ...this.#position, step, smoothedLoss, trainedSeconds: trainedSeconds + elapsed };
    if (step % SNAPSHOT_STEPS === 0) {
      if (this.#candidate !== null) this.#good = this.#candidate;
      this.#candidate = await this.#snapshot();
    }
    this.#tell(metrics, rate, elapsed);
  }

  #batch(step: number): Promise<Tensors> {
    const next = this.#next?.step === step ? this.#next : this.#ask(step);
    this.#next = null;
    return next.batch;
  }

  #ask(step: number): { step: number; batch: Promise<Tensors> } {
    const random = new SeededRandom(this.#position.random).fork(step).state;
    const batch = this.#options.source.batch(step, random);
    // an error is met when the batch is awaited, not before
    batch.catch(() => undefined);
    return { step, batch };
  }

  /** Seconds since the last call. */
  #tick(): number {
    const now = this.#now();
    const seconds = (now - this.#lastTick) / 1000;
    this.#lastTick = now;
    return seconds;
  }

  async #goBack(step: number, loss: number): Promise<void> {
    this.#setbacks++;
    if (this.#setbacks > MOST_SETBACKS)
      throw new CodedError('model/diverged', `the loss exploded ${this.#setbacks} times, last at step ${step}`, {
        hint: 'Train with a lower learning rate, or look for damaged pictures among the photos.',
      });
    const tried = this.#candidate !== null && step - this.#candidate.step >= PROBATION_STEPS;
    const target = tried && this.#candidate !== null ? this.#candidate : this.#good;
    const { vectors: _, ...position } = target;
    const { trainedSeconds, rateFactor } = this.#position;
    this.#position = { ...position, trainedSeconds, rateFactor: rateFactor / 2 };
    this.#candidate = null;
    this.#good = target;
    await this.#options.session.setState(asTensors(target));
    this.#options.onSetback?.({ step, loss, backTo: target.step, rateFactor: this.#position.rateFactor });
  }

  async #snapshot(): Promise<TrainingState> {
    const state = await this.#options.session.state();
    const vectors = Object.fromEntries(Object.entries(state).map(([name, { data }]) => [name, data]));
    return { ...this.#position, vectors };
  }

  async #checkpoint({ store, note, onWritten }: CheckpointOptions, state?: TrainingState): Promise<void> {
    const current = state ?? (await this.#snapshot());
    await store.write(writeCheckpoint(current, this.#options.program.groups, note));
    await onWritten?.(current);
  }

  #tell(metrics: Record<string, number>, rate: number, elapsed: number): void {
    const { step, smoothedLoss, trainedSeconds } = this.#position;
    const { steps, seconds, program, onProgress } = this.#options;
    this.#secondsPerStep = this.#secondsPerStep === null ? elapsed : this.#secondsPerStep * 0.9 + elapsed * 0.1;
    const byStep = steps === undefined ? Infinity : (steps - step) * this.#secondsPerStep;
    const byTime = seconds === undefined ? Infinity : seconds - trainedSeconds;
    onProgress?.({
      step,
      fraction: Math.min(1, this.#fraction()),
      metrics,
      smoothedLoss: smoothedLoss ?? metrics.loss,
      rate,
      samplesPerSecond: program.batchSize / this.#secondsPerStep,
      secondsLeft: Math.max(0, Math.min(byStep, byTime)),
    });
  }
}

function scalar(value: number): Tensor {
  return { data: Float32Array.of(value), shape: [] };
}

function asTensors({ vectors }: TrainingState): Tensors {
  return Object.fromEntries(Object.entries(vectors).map(([name, data]) => [name, { data, shape: [data.length] }]));
}
