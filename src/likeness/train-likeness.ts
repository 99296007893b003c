// Teaches a likeness: from the prior, on one performer's photos, until the time is up. At each checkpoint it is examined on
// photos that were held out, and the best averaged weights so far are what is kept as the network.

import type { Consented } from '../core/index.ts';
import type {
  Checkpoint,
  TrainingProgram,
  TrainingMove,
  TrainingProgress,
  TrainingSession,
  TrainingSetback,
  TrainingState,
  Weights,
} from '../model/index.ts';
import { initialState, requireSameNetwork, train, weightsOf } from '../model/index.ts';
import { alignCareer } from './align-career.ts';
import { askingFirst } from './asking-folder.ts';
import type { CareerCrop } from './career-crops.ts';
import { CareerArchive } from './career-mean.ts';
import { CareerMeanMaker } from './career-mean-maker.ts';
import { meanSizeFor } from './career-sampler.ts';
import { exportChange, learningRate } from './change-recipe.ts';
import { HeldOutExam } from './held-out-exam.ts';
import type { LooksAt } from './likeness-preview.ts';
import { LikenessPreview } from './likeness-preview.ts';
import { TAUGHT_GROUP, likenessFeeds, likenessTraining, likenessWeights } from './likeness-program.ts';
import type { LikenessMark, LikenessRecord } from './likeness-record.ts';
import type { LikenessNeeds } from './needs.ts';
import type { LikenessCareer } from './usable-career.ts';
import { refuseOtherCareer, refuseThinCareer } from './usable-career.ts';

export interface LikenessOrder {
  /** What is to be made, or gone on with. */
  readonly record: LikenessRecord;
  /** Of the network that `record.priorSha256` names, by name. */
  readonly prior: Weights;
  /** Of this likeness, where it is gone on with. */
  readonly checkpoint: Checkpoint | null;
  /** Ages that the preview shows. */
  readonly previewAges: readonly number[];
  readonly checkpointSeconds: number;
  readonly signal?: AbortSignal;
}

export interface LikenessListeners {
  /** Work before the first step, in words. */
  readonly onPreparing?: (what: string) => void;
  readonly onProgress?: (progress: TrainingProgress) => void;
  readonly onSetback?: (setback: TrainingSetback) => void;
  /** The device was lost; it goes on elsewhere. */
  readonly onMove?: (move: TrainingMove) => void;
  /** After each checkpoint; `mark` is null where no photo could be held out. */
  readonly onCheckpoint?: (record: LikenessRecord, mark: LikenessMark | null) => void;
}

/** Columns of the log after the step; an ingredient that is left out stays empty. */
const LOGGED = ['loss', 'pairs', 'still', 'back', 'coarse', 'shifted', 'energy', 'critic', 'gradientNorm'] as const;

/**
 * Trains until the steps or minutes of the record are reached, or the signal says stop.
 *
 * @returns The record as it was last written: `finished`, or `training` where it was stopped.
 * @throws {CodedError} `likeness/too-few-photos`, `likeness/one-age`, `likeness/career-changed`, `trust/...` where consent
 *   has gone, `model/...`, `file/...`; the last checkpoint stays
 */
export async function trainLikeness(
  career: Consented<LikenessCareer>,
  order: LikenessOrder,
  outside: LikenessNeeds,
  listeners: LikenessListeners = {},
): Promise<LikenessRecord> {
  refuseThinCareer(career);
  refuseOtherCareer(order.record, career.photos);
  outside.stillAllowed();
  const needs = { ...outside, folder: askingFirst(outside.folder, outside.stillAllowed) };
  const { recipe } = order.record;
  const program = likenessTraining(recipe, order.prior);
  if (order.checkpoint) requireSameNetwork(order.checkpoint, program, `the checkpoint of ${order.record.name}`);
  listeners.onPreparing?.('the photos of the career are carried onto each other');
  const photos = recipe.aligned ? await aligned(career.photos, order, needs) : career.photos;
  if (photos === null) return await begunOnly(order, needs);
  const learn = photos.filter(({ isHeldOut }) => !isHeldOut);
  const looksAt = await keepMean(learn, order.record, needs);
  listeners.onPreparing?.('photos are held out, to say when to stop');
  const exam = await HeldOutExam.open(photos, recipe, order.prior, needs);
  const held = photos.filter(({ isHeldOut }) => isHeldOut);
  const shown = held.length > 0 ? held : learn;
  const preview = new LikenessPreview(shown, order.previewAges, recipe, looksAt);
  try {
    return await new LikenessTraining(program, order, needs, listeners, exam, preview).run(learn);
  } finally {
    await exam?.close();
  }
}

/** null where the signal said stop. */
async function aligned(
  photos: readonly CareerCrop[],
  { signal }: LikenessOrder,
  { breathe }: LikenessNeeds,
): Promise<readonly CareerCrop[] | null> {
  try {
    return await alignCareer(photos, { signal, breathe });
  } catch (error) {
    if (signal?.aborted) return null;
    throw error;
  }
}

/** Stopped before its first step: what can be gone on with is the record alone. */
async function begunOnly({ record, checkpoint }: LikenessOrder, { folder }: LikenessNeeds): Promise<LikenessRecord> {
  const begun: LikenessRecord = { ...record, state: 'training', finishedAt: null, identity: null };
  if (!checkpoint) await folder.writeRecord(begun);
  return begun;
}

/** Writes what the performer looked like at each age, which the network is shown wherever it runs. */
async function keepMean(
  learn: readonly CareerCrop[],
  { recipe }: LikenessRecord,
  { folder }: LikenessNeeds,
): Promise<LooksAt> {
  if (recipe.ownPhotos === 0) return () => null;
  const mean = new CareerMeanMaker(learn, meanSizeFor(recipe.sizePx)).make();
  if (!mean) return () => null;
  await folder.writeMean(mean);
  const archive = new CareerArchive(mean);
  return (age) => archive.photoFor(age);
}

class LikenessTraining {
  private readonly program: TrainingProgram;
  private readonly order: LikenessOrder;
  private readonly needs: LikenessNeeds;
  private readonly listeners: LikenessListeners;
  private readonly exam: HeldOutExam | null;
  private readonly preview: LikenessPreview;
  private record: LikenessRecord;

  constructor(
    program: TrainingProgram,
    order: LikenessOrder,
    needs: LikenessNeeds,
    listeners: LikenessListeners,
    exam: HeldOutExam | null,
    preview: LikenessPreview,
  ) {
    this.program = program;
    this.order = order;
    this.needs = needs;
    this.listeners = listeners;
    this.exam = exam;
    this.preview = preview;
    this.record = { ...order.record, state: 'training', finishedAt: null, identity: null };
  }

  async run(learn: readonly CareerCrop[]): Promise<LikenessRecord> {
    const { order, needs, program, listeners } = this;
    const { recipe, seed, asked, from } = this.record;
    const known = from === 'prior' ? order.prior : new Map();
    const state = order.checkpoint?.state ?? initialState(program, seed, known);
    await this.logFrom(state.step);
    // what was killed between its checkpoint and its exam is examined now
    await this.examine(state);
    const batches = needs.openBatches({ subjects: learn, archive: learn, recipe, seed });
    const sessions: TrainingSession[] = [];
    const open = async (opening: Promise<TrainingSession>): Promise<TrainingSession> => {
      const session = await opening;
      sessions.push(session);
      return session;
    };
    const { openOther } = needs;
    try {
      const { ended } = await train({
        program,
        state,
        session: await open(needs.openSession(program)),
        ...(openOther ? { openOther: () => open(openOther(program)) } : {}),
        source: { batch: async (number) => likenessFeeds(await batches.batch(number - 1)) },
        rate: (step, fraction) => learningRate(recipe.rate, step, fraction),
        ...(asked.steps === null ? {} : { steps: asked.steps }),
        ...(asked.minutes === null ? {} : { seconds: asked.minutes * 60 }),
        signal: order.signal,
        checkpoints: {
          store: needs.folder.checkpoint,
          everySeconds: order.checkpointSeconds,
          note: { likeness: this.record.name },
          onWritten: (now) => this.examine(now),
        },
        onProgress: (progress) => this.take(progress),
        onSetback: async (setback) => {
          await this.logFrom(setback.backTo);
          listeners.onSetback?.(setback);
        },
        onMove: async (move) => {
          await this.logFrom(move.backTo);
          listeners.onMove?.(move);
        },
      });
      if (ended === 'done') await this.note({ state: 'finished', finishedAt: needs.now() });
      return this.record;
    } finally {
      // what a lost device says at its end must not hide what it said first
      await Promise.allSettled([batches, ...sessions].map((one) => one.close()));
    }
  }

  /** Lines of later steps, which are done again, are taken out. */
  private logFrom(step: number): Promise<void> {
    return this.needs.folder.beginLog(['step', ...LOGGED, 'rate'], step);
  }

  private take(progress: TrainingProgress): void {
    const { step, metrics, rate } = progress;
    const cells = LOGGED.map((name) => (metrics[name] === undefined ? '' : metrics[name].toPrecision(7)));
    this.needs.folder.log([String(step), ...cells, rate.toPrecision(5)]);
    this.listeners.onProgress?.(progress);
  }

  /** Marks the averaged weights, and keeps them where they are the best so far. */
  private async examine(state: TrainingState): Promise<void> {
    const mark = (await this.exam?.mark(state)) ?? null;
    const { marks, network, recipe, name, performer } = this.record;
    const best = network?.loss ?? Infinity;
    const taught = this.program.groups.filter((group) => group.name === TAUGHT_GROUP);
    const weights = likenessWeights(recipe, this.order.prior, weightsOf(taught, state));
    const isBest = network === null || mark === null || mark.loss < best;
    const metadata = { name: `${performer} ${name}`, step: String(state.step), recipe: JSON.stringify(recipe) };
    const written = isBest
      ? {
          sha256: await this.needs.folder.writeNetwork(exportChange(weights, recipe, metadata)),
          step: state.step,
          loss: mark?.loss ?? null,
        }
      : network;
    const earlier = marks.filter(({ step }) => step < state.step);
    await this.note({
      network: written,
      step: state.step,
      minutes: state.trainedSeconds / 60,
      marks: mark ? [...earlier, mark] : earlier,
    });
    await this.drawPreview(weights);
    this.listeners.onCheckpoint?.(this.record, mark);
  }

  private async drawPreview(weights: Weights): Promise<void> {
    const { recipe } = this.record;
    const network = await this.needs.openNetwork(exportChange(weights, recipe, {}, 'changed'));
    try {
      await this.needs.folder.writePreview(await this.preview.draw(network), recipe.sizePx);
    } finally {
      await network.close();
    }
  }

  private async note(news: Partial<LikenessRecord>): Promise<void> {
    this.record = { ...this.record, ...news };
    await this.needs.folder.writeRecord(this.record);
  }
}
