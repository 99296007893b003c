// One line of a render's report: what was seen and done on one frame.

import { z } from 'zod';

export interface FaceRow {
  readonly trackId: number;
  /** null: nobody who is asked for; the face stayed plate. */
  readonly performer: string | null;
  /** 0..1, the mesh's own belief. */
  readonly score: number;
  /** Degrees. */
  readonly yaw: number;
  readonly pitch: number;
  readonly roll: number;
  readonly eyeDistancePx: number;
  /** 0..1: what the tracker and the casting allow. */
  readonly fade: number;
  /** fade x plate blend: 0 the plate. */
  readonly strength: number;
  /** Years asked for on this frame; null for a face that stayed plate. */
  readonly targetAge: number | null;
  /** Mean |change| where the matte is above one half, display-referred 0..1; null for a face that stayed plate. */
  readonly meanChange: number | null;
}

export const FRAME_STAGES = ['track', 'crop', 'predict', 'matte', 'apply', 'outputs'] as const;

export type FrameStage = (typeof FRAME_STAGES)[number];

export interface FrameRow {
  /** 0-based, of the clip. */
  readonly frameIndex: number;
  readonly timecode: string | null;
  readonly isCut: boolean;
  /** The decoder met broken data here. */
  readonly isDamaged: boolean;
  /** Of the samples handed to the encoder: plane after plane, row after row, without padding, little-endian. */
  readonly sha256: string;
  readonly faces: readonly FaceRow[];
  /** Wall-clock milliseconds; stages overlap. */
  readonly ms: Readonly<Record<FrameStage, number>>;
}

const share = z.number().min(0).max(1);

const faceRow: z.ZodType<FaceRow> = z.object({
  trackId: z.number().int(),
  performer: z.string().nullable(),
  score: share,
  yaw: z.number(),
  pitch: z.number(),
  roll: z.number(),
  eyeDistancePx: z.number(),
  fade: share,
  strength: share,
  targetAge: z.number().nullable(),
  meanChange: z.number().nullable(),
});

export const frameRowShape: z.ZodType<FrameRow> = z.object({
  frameIndex: z.number().int().min(0),
  timecode: z.string().nullable(),
  isCut: z.boolean(),
  isDamaged: z.boolean(),
  sha256: z.string(),
  faces: z.array(faceRow),
  ms: z.record(z.enum(FRAME_STAGES), z.number()),
});

/** For rows: numbers that people read, without a tail of digits. */
export function rounded(value: number, digits: number): number {
  const scale = 10 ** digits;
  return Math.round(value * scale) / scale;
}
