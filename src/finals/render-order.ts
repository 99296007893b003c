// What a render is given: the clip with its plan and its cast, and what does the work.

import type { Consented, Plate } from '../core/index.ts';
import type { FaceTables } from '../face/index.ts';
import type { CastingRule } from './casting.ts';
import type { MeasuringNetworks } from './clip-measures.ts';
import type { Reageing, Thumbnails, Tracking, VideoFiles, VideoReader, WorkFolder } from './needs.ts';
import type { OutputKind } from './render-chunk.ts';
import type { CastPlan, RenderPlan } from './render-job.ts';
import type { ConsentNote, RenderReport } from './report.ts';

export interface RenderOrder {
  readonly reader: VideoReader;
  /** For people: the name of the clip's file. */
  readonly clipName: string;
  /** Its `cast` are the members below. */
  readonly plan: RenderPlan;
  readonly cast: readonly Consented<CastPlan>[];
  readonly consents: readonly ConsentNote[];
  readonly rule: CastingRule;
  /** What the files say about having been re-aged. */
  readonly reAged: string;
  /** For the report: what a person should know. */
  readonly notes: readonly string[];
  /** Where each output of the plan goes; the ending is the plan's. */
  readonly files: Readonly<Partial<Record<OutputKind, string>>>;
}

export interface RenderTools {
  readonly videos: VideoFiles;
  readonly work: WorkFolder;
  readonly tracking: Tracking;
  readonly tables: FaceTables;
  readonly reageing: Reageing;
  readonly measuring: MeasuringNetworks;
  readonly thumbnails: Thumbnails;
  /** SHA-256 of a plate's samples, hexadecimal. */
  readonly hash: (plate: Plate) => string;
  /** Bytes of a finished file, and its name without folders. */
  readonly describeFile: (file: string) => Promise<{ readonly name: string; readonly bytes: number }>;
  /** Puts the report beside the output; the last thing before the work folder is emptied. */
  readonly publish: (report: RenderReport, page: string) => Promise<void>;
  /** Called at the start and after every frame. @param resumed - Frames that were finished before this run. */
  readonly progress: (done: number, total: number, resumed: number) => void;
  readonly log: (message: string) => void;
  /** Aborted: chunks that are finished stay, the same order goes on from there. */
  readonly signal?: AbortSignal;
}
