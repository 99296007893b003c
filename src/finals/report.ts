// The report of a render: what was done to which clip on whose word, frame by frame, with figures and with the frames that
// need a person's eye. Written as JSON for machines and as a page for people (report-page.ts).

import { z } from 'zod';
import type { ColorTags, FileSchema, Rational } from '../core/index.ts';
import type { ClipFigures, ClipSums } from '../measure/index.ts';
import { figuresOf } from '../measure/index.ts';
import type { Look } from '../reage/index.ts';
import type { AttentionRun } from './attention.ts';
import { findAttention, REASONS } from './attention.ts';
import type { FrameRow, FrameStage } from './frame-row.ts';
import { FRAME_STAGES, frameRowShape, rounded } from './frame-row.ts';
import type { VideoInfo } from './needs.ts';
import type { OutputKind } from './render-chunk.ts';
import type { CastPlan, RenderPlan } from './render-job.ts';

/** On whose word a performer was re-aged. The gate was passed before the first frame. */
export interface ConsentNote {
  readonly performer: string;
  readonly recordId: string;
  readonly kind: 'signed' | 'self-declared';
  /** Limits that people have to keep, as sentences. */
  readonly limits: readonly string[];
}

export interface ReportOutput {
  readonly kind: OutputKind;
  /** Name beside the report, without folders. */
  readonly file: string;
  readonly bytes: number;
}

export interface PerformerReport extends CastPlan {
  readonly consent: ConsentNote;
  readonly framesSeen: number;
  /** Frames in which more than nothing was changed. */
  readonly framesReAged: number;
  readonly figures: ClipFigures;
}

export interface StageTimes {
  readonly p50: number;
  readonly p95: number;
}

export interface RenderReport {
  /** Of the job: the same input and settings have the same key. */
  readonly key: string;
  readonly program: string;
  readonly clip: {
    readonly name: string;
    readonly sha256: string;
    readonly width: number;
    readonly height: number;
    readonly frameRate: Rational;
    readonly isVariableFrameRate: boolean;
    readonly timecode: string | null;
    readonly codec: string;
    readonly pixelFormat: string;
    readonly color: ColorTags;
    readonly frameCount: number;
    readonly declaredFrameCount: number;
  };
  /** Frames [from, to) that were rendered. */
  readonly from: number;
  readonly to: number;
  readonly reAged: string;
  readonly outputs: readonly ReportOutput[];
  readonly performers: readonly PerformerReport[];
  /** True where less was rendered than was asked for; `notes` says why. */
  readonly isPartial: boolean;
  readonly notes: readonly string[];
  readonly attention: readonly AttentionRun[];
  /** Milliseconds of wall-clock time per frame; stages overlap. */
  readonly stages: Readonly<Record<FrameStage, StageTimes>>;
  readonly frames: readonly FrameRow[];
}

const rational = z.object({ num: z.number(), den: z.number() });
const curve = z.array(z.object({ frameIndex: z.number(), value: z.number() }));
const figure = z.number().nullable();

const performer: z.ZodType<PerformerReport> = z.object({
  performer: z.string(),
  sourceAge: z.number(),
  because: z.string(),
  look: z.object({
    targetAge: curve,
    blend: curve,
    strengths: z.record(z.string(), z.number()),
    regionAges: z.record(z.string(), z.number()),
  }) as z.ZodType<Look>,
  likeness: z.object({ name: z.string(), sha256: z.string() }),
  consent: z.object({
    performer: z.string(),
    recordId: z.string(),
    kind: z.enum(['signed', 'self-declared']),
    limits: z.array(z.string()),
  }),
  framesSeen: z.number(),
  framesReAged: z.number(),
  figures: z.object({
    flicker: figure,
    shimmer: figure,
    identityDistance: figure,
    apparentAgeChange: figure,
    meanChange: figure,
  }),
});

export const RENDER_REPORT: FileSchema<RenderReport> = {
  name: 'dorian/render-report',
  version: 1,
  shape: z.object({
    key: z.string(),
    program: z.string(),
    clip: z.object({
      name: z.string(),
      sha256: z.string(),
      width: z.number(),
      height: z.number(),
      frameRate: rational,
      isVariableFrameRate: z.boolean(),
      timecode: z.string().nullable(),
      codec: z.string(),
      pixelFormat: z.string(),
      color: z.object({
        matrix: z.enum(['bt601', 'bt709', 'bt2020']),
        transfer: z.enum(['bt709', 'srgb', 'linear', 'pq', 'hlg']),
        primaries: z.enum(['bt709', 'bt601-525', 'bt601-625', 'bt2020', 'p3']),
        range: z.enum(['limited', 'full']),
      }),
      frameCount: z.number(),
      declaredFrameCount: z.number(),
    }),
    from: z.number(),
    to: z.number(),
    reAged: z.string(),
    outputs: z.array(z.object({ kind: z.enum(['comp', 'compare', 'matte']), file: z.string(), bytes: z.number() })),
    performers: z.array(performer),
    isPartial: z.boolean(),
    notes: z.array(z.string()),
    attention: z.array(
      z.object({ from: z.number(), to: z.number(), reasons: z.array(z.enum(REASONS)), worstFrame: z.number() }),
    ),
    stages: z.record(z.enum(FRAME_STAGES), z.object({ p50: z.number(), p95: z.number() })),
    frames: z.array(frameRowShape),
  }),
};

export interface ReportParts {
  readonly key: string;
  readonly plan: RenderPlan;
  readonly clipName: string;
  readonly info: VideoInfo;
  readonly reAged: string;
  readonly outputs: readonly ReportOutput[];
  readonly consents: readonly ConsentNote[];
  readonly notes: readonly string[];
  readonly isPartial: boolean;
  readonly rows: readonly FrameRow[];
  /** By performer, one per chunk in which they were seen. */
  readonly sums: ReadonlyMap<string, readonly ClipSums[]>;
}

export function makeReport(parts: ReportParts): RenderReport {
  const { key, plan, info, rows } = parts;
  return {
    key,
    program: plan.program,
    clip: {
      name: parts.clipName,
      sha256: plan.inputSha256,
      width: info.width,
      height: info.height,
      frameRate: info.frameRate,
      isVariableFrameRate: info.isVariableFrameRate,
      timecode: info.timecode,
      codec: info.codec,
      pixelFormat: info.pixelFormat,
      color: info.color,
      frameCount: info.frameCount,
      declaredFrameCount: info.declaredFrameCount,
    },
    from: plan.from,
    to: plan.from + rows.length,
    reAged: parts.reAged,
    outputs: parts.outputs,
    performers: plan.cast.map((member) => performerReport(member, parts)),
    isPartial: parts.isPartial,
    notes: parts.notes,
    attention: findAttention(rows),
    stages: stageTimes(rows),
    frames: rows,
  };
}

function performerReport(member: CastPlan, { consents, rows, sums }: ReportParts): PerformerReport {
  const consent = consents.find((note) => note.performer === member.performer);
  if (!consent) throw new RangeError(`no consent is noted for ${member.performer}`);
  const faces = rows.map((row) => row.faces.filter((face) => face.performer === member.performer));
  return {
    ...member,
    consent,
    framesSeen: faces.filter((list) => list.length > 0).length,
    framesReAged: faces.filter((list) => list.some((face) => face.strength > 0)).length,
    figures: figuresOf(sums.get(member.performer) ?? []),
  };
}

function stageTimes(rows: readonly FrameRow[]): RenderReport['stages'] {
  const times = FRAME_STAGES.map((stage) => {
    const sorted = rows.map((row) => row.ms[stage]).sort((a, b) => a - b);
    const at = (share: number): number => rounded(sorted[Math.floor((sorted.length - 1) * share)] ?? 0, 2);
    return [stage, { p50: at(0.5), p95: at(0.95) }];
  });
  return Object.fromEntries(times);
}
