// What the training of a likeness needs from outside: a folder to keep it in, batches prepared elsewhere, and something that
// runs networks.

import type { Network } from '../core/index.ts';
import type { CheckpointStore, TrainingProgram, TrainingSession } from '../model/index.ts';
import type { CareerCrop } from './career-crops.ts';
import type { CareerMean } from './career-mean.ts';
import type { PreviewCell } from './likeness-preview.ts';
import type { LikenessRecipe } from './likeness-recipe.ts';
import type { LikenessRecord } from './likeness-record.ts';
import type { LikenessBatch } from './likeness-sampler.ts';

/**
 * Port: the folder of one likeness. Every file is whole or the one before.
 * @throws {CodedError} any call: `file/disk-full`, `file/not-writable`
 */
export interface LikenessFolder {
  readonly checkpoint: CheckpointStore;
  writeRecord(record: LikenessRecord): Promise<void>;
  /** @returns its sha256. */
  writeNetwork(bytes: Uint8Array): Promise<string>;
  writeMean(mean: CareerMean): Promise<void>;
  /** Rows of pictures of `sizePx` a side, as one sheet. */
  writePreview(rows: readonly (readonly PreviewCell[])[], sizePx: number): Promise<void>;
  /** Begins the log, or goes on with it after a step: what was noted of later ones is taken out. */
  beginLog(columns: readonly string[], afterStep: number): Promise<void>;
  /** Adds a line, whose first cell is the step. */
  log(cells: readonly string[]): void;
}

/** What batches are drawn out of. */
export interface LikenessMaterial {
  readonly subjects: readonly CareerCrop[];
  readonly archive: readonly CareerCrop[];
  readonly recipe: LikenessRecipe;
  readonly seed: number;
}

/** Port: batches prepared ahead of need; see `LikenessSampler`. */
export interface LikenessBatches {
  batch(index: number): Promise<LikenessBatch>;
  close(): Promise<void>;
}

export interface LikenessNeeds {
  readonly folder: LikenessFolder;
  openBatches(material: LikenessMaterial): LikenessBatches;
  openSession(program: TrainingProgram): Promise<TrainingSession>;
  /** What takes over where the device of `openSession` is lost; null where there is nothing else. */
  readonly openOther: ((program: TrainingProgram) => Promise<TrainingSession>) | null;
  openNetwork(bytes: Uint8Array): Promise<Network>;
  /** Asked at the beginning and after every step, before anything is written. @throws {CodedError} `trust/...` where consent has gone. */
  stillAllowed(): void;
  /** Lets what waits for this thread have its turn: Ctrl-C, above all. */
  breathe(): Promise<void>;
  /** ISO moment. */
  now(): string;
}
