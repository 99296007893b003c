// The loop of a training: asks for batches ahead of need, runs steps, tells how it goes, keeps checkpoints, goes back to
// good weights with a lower rate when the loss explodes, and goes on elsewhere when the device is lost.
import { CodedError, isCodedError } from '../core/index.ts';
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

/** The loss exploded, and the training went back. The batch that it exploded on is left out from now on. */
export interface TrainingSetback {
  /** The step that went wrong. */
  readonly step: number;
  /** Number of its batch. */
  readonly batch: number;
  readonly loss: number;
  /** The step whose weights it goes on from. */
  readonly backTo: number;
  /** Times the learning rate from here on. */
  readonly rateFactor: number;
}

/** The session could not run a step, and another took over. */
export interface TrainingMove {
  /** The step that did not run. */
  readonly step: number;
  /** The step whose weights it goes on from. */
  readonly backTo: number;
}

export interface TrainingOptions {
  readonly program: TrainingProgram;
  /** Where it begins: `initialState`, or a checkpoint's. */
  readonly state: TrainingState;
  /** Open, without a state; the caller closes it. */
  readonly session: TrainingSession;
  /** Opens what takes over once, where `session` cannot run a step any more; the caller closes it too. */
  readonly openOther?: () => Promise<TrainingSession>;
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
  /** The training waits. */
  readonly onSetback?: (setback: TrainingSetback) => void | Promise<void>;
  /** The training waits. */
  readonly onMove?: (move: TrainingMove) => void | Promise<void>;
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
/** More among so many batches, and it gives up. */
const MOST_SETBACKS = 6;
const SETBACK_BATCHES = 1000;

/**
 * Trains until steps or seconds are reached, or the signal says stop.
 *
 * @throws {CodedError} `model/diverged` when the loss keeps exploding; `model/step-failed` where no other session takes
 *   over, after a checkpoint of the last snapshot; whatever else session, source and store throw
 */
export async function train(options: TrainingOptions): Promise<TrainingResult> {
  const { steps, seconds } = options;
  // NaN is none
  if (![steps, seconds].some((end) => end !== undefined && end > 0))
    throw new RangeError('a training needs an end: steps or seconds');
  return new Training(options).run();
}

class Training {
  readonly #options: TrainingOptions;
  readonly #now: () => number;
  #session: TrainingSession;
  #hasMoved = false;
  #position: Omit<TrainingState, 'vectors'>;
  #good: TrainingState;
  #candidate: TrainingState | null = null;
  #next: { number: number; batch: Promise<Tensors> } | null = null;
  /** Batches that the loss exploded on. */
  #setbacks: readonly number[] = [];
  #lastTick: number;
  #secondsPerStep: number | null = null;
  /** When the last checkpoint was written, and its step. */
  #written: { readonly at: number; readonly step: number };

  constructor(options: TrainingOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#session = options.session;
    this.#position = positionOf(options.state);
    this.#good = options.state;
    this.#lastTick = this.#now();
    this.#written = { at: this.#lastTick, step: options.state.step };
  }

  async run(): Promise<TrainingResult> {
    await this.#session.setState(asTensors(this.#options.state));
    this.#lastTick = this.#now();
    this.#written = { at: this.#lastTick, step: this.#options.state.step };
    for (;;) {
      try {
        return await this.#untilOver();
      } catch (error) {
        await this.#move(error);
      }
    }
  }

  async #untilOver(): Promise<TrainingResult> {
    const { checkpoints } = this.#options;
    while (!this.#isOver()) {
      await this.#step();
      // at the end comes one anyway
      if (this.#isOver()) break;
      if (checkpoints !== undefined && this.#now() - this.#written.at >= checkpoints.everySeconds * 1000)
        await this.#checkpoint(checkpoints, await this.#snapshot());
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
    const number = this.#position.batches + 1;
    const batch = await this.#batch(number);
    const { rate: rateOf } = this.#options;
    const rate = rateOf(step, this.#fraction()) * this.#position.rateFactor;
    const running = this.#session.step({ ...batch, step: scalar(step), rate: scalar(rate) });
    this.#next = this.#ask(number + 1);
    const metrics = Object.fromEntries(Object.entries(await running).map(([name, { data }]) => [name, data[0]]));
    const elapsed = this.#tick();
    const { smoothedLoss: before } = this.#position;
    const { loss, gradientNorm } = metrics;
    const exploded =
      !Number.isFinite(loss) ||
      !Number.isFinite(gradientNorm) ||
      (before !== null && before > 0 && loss > EXPLOSION * before);
    if (exploded) return this.#goBack(step, number, loss);
    // the first losses are averaged evenly, the later ones with a fading memory
    const share = Math.max(SMOOTHING, 1 / step);
    const smoothedLoss = before === null ? loss : before + (loss - before) * share;
    const { trainedSeconds } = this.#position;
    this.#position = {
      ...this.#position,
      step,
      batches: number,
      smoothedLoss,
      trainedSeconds: trainedSeconds + elapsed,
    };
    if (step % SNAPSHOT_STEPS === 0) {
      if (this.#candidate !== null) this.#good = this.#candidate;
      this.#candidate = await this.#snapshot();
    }
    this.#tell(metrics, rate, elapsed);
  }

  #batch(number: number): Promise<Tensors> {
    const next = this.#next?.number === number ? this.#next : this.#ask(number);
    this.#next = null;
    return next.batch;
  }

  #ask(number: number): { number: number; batch: Promise<Tensors> } {
    const random = new SeededRandom(this.#position.random).fork(number).state;
    const batch = this.#options.source.batch(number, random);
    // an error is met when the batch is awaited, not before
    batch.catch(() => undefined);
    return { number, batch };
  }

  /** Seconds since the last call. */
  #tick(): number {
    const now = this.#now();
    const seconds = (now - this.#lastTick) / 1000;
    this.#lastTick = now;
    return seconds;
  }

  async #goBack(step: number, batch: number, loss: number): Promise<void> {
    this.#setbacks = [...this.#setbacks.filter((earlier) => batch - earlier < SETBACK_BATCHES), batch];
    const { length: count } = this.#setbacks;
    if (count > MOST_SETBACKS)
      throw new CodedError('model/diverged', `the loss exploded ${count} times, last at step ${step}`, {
        hint: 'Train with a lower learning rate, or look for damaged pictures among the photos.',
      });
    const tried = this.#candidate !== null && step - this.#candidate.step >= PROBATION_STEPS;
    const target = tried && this.#candidate !== null ? this.#candidate : this.#good;
    const { trainedSeconds } = this.#position;
    const rateFactor = this.#position.rateFactor / 2;
    // a batch that is broken by itself would break every try: the next steps draw on
    this.#good = { ...target, batches: batch, trainedSeconds, rateFactor };
    this.#candidate = null;
    this.#position = positionOf(this.#good);
    await this.#session.setState(asTensors(target));
    await this.#options.onSetback?.({ step, batch, loss, backTo: target.step, rateFactor });
  }

  /** Goes on in another session from the last snapshot, with the same batches again. @throws `error` where it cannot */
  async #move(error: unknown): Promise<void> {
    if (!isCodedError(error) || error.code !== 'model/step-failed') throw error;
    const { openOther, checkpoints, onMove } = this.#options;
    const state = { ...(this.#candidate ?? this.#good), trainedSeconds: this.#position.trainedSeconds };
    if (openOther === undefined || this.#hasMoved) {
      if (checkpoints !== undefined && state.step > this.#written.step) await this.#write(checkpoints, state);
      throw error;
    }
    const step = this.#position.step + 1;
    this.#hasMoved = true;
    this.#session = await openOther();
    await this.#session.setState(asTensors(state));
    this.#position = positionOf(state);
    this.#secondsPerStep = null;
    this.#tick();
    await onMove?.({ step, backTo: state.step });
  }

  async #snapshot(): Promise<TrainingState> {
    const state = await this.#session.state();
    const vectors = Object.fromEntries(Object.entries(state).map(([name, { data }]) => [name, data]));
    return { ...this.#position, vectors };
  }

  async #checkpoint(options: CheckpointOptions, state: TrainingState): Promise<void> {
    await this.#write(options, state);
    await options.onWritten?.(state);
    this.#written = { at: this.#now(), step: state.step };
  }

  async #write({ store, note }: CheckpointOptions, state: TrainingState): Promise<void> {
    await store.write(writeCheckpoint(state, this.#options.program.groups, note));
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

function positionOf(state: TrainingState): Omit<TrainingState, 'vectors'> {
  const { vectors: _, ...position } = state;
  return position;
}

function scalar(value: number): Tensor {
  return { data: Float32Array.of(value), shape: [] };
}

function asTensors({ vectors }: TrainingState): Tensors {
  return Object.fromEntries(Object.entries(vectors).map(([name, data]) => [name, { data, shape: [data.length] }]));
}
