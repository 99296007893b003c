// The keyframes file: what is asked of each performer over a shot, written by hand or by a tool. Places in time are frames
// of the clip or its timecode, so that an editor can name them.

import { z } from 'zod';
import type { Curve, FileSchema, Rational } from '../core/index.ts';
import { CodedError, frameIndexAt, MAX_TARGET_AGE } from '../core/index.ts';
import type { RegionName, Strengths } from '../reage/index.ts';
import { REGION_NAMES } from '../reage/index.ts';

/** A value at one place of the clip: `frame` counts from 0 at the clip's first frame, or `timecode` names it. */
export interface KeyPoint {
  readonly frame?: number;
  readonly timecode?: string;
  readonly value: number;
}

export interface PerformerKeys {
  /** Years. */
  readonly targetAge?: readonly KeyPoint[];
  /** 0 plate, 1 re-aged. */
  readonly blend?: readonly KeyPoint[];
  /** 0..2 per region; of the whole shot. */
  readonly strengths?: Partial<Strengths>;
  /** Years per region; of the whole shot. */
  readonly regionAges?: Partial<Readonly<Record<RegionName, number>>>;
}

export interface Keyframes {
  /** By the name given to --performer; `anyone` where no performer is named. */
  readonly performers: Readonly<Record<string, PerformerKeys>>;
}

function keyPoints(value: z.ZodNumber): z.ZodType<readonly KeyPoint[]> {
  return z
    .array(
      z
        .strictObject({ frame: z.number().int().min(0).optional(), timecode: z.string().optional(), value })
        .refine((point) => (point.frame === undefined) !== (point.timecode === undefined), {
          message: 'give either "frame" or "timecode"',
        }),
    )
    .min(1, 'needs at least one keyframe');
}

// no lower end here: a target age under 18 is for trust to refuse, by its own name
const age = z.number().max(MAX_TARGET_AGE);
const region = z.enum(REGION_NAMES);

export const KEYFRAMES: FileSchema<Keyframes> = {
  name: 'dorian/keyframes',
  version: 1,
  shape: z
    .strictObject({
      schema: z.literal('dorian/keyframes'),
      version: z.literal(1),
      performers: z.record(
        z.string().trim().min(1),
        z.strictObject({
          targetAge: keyPoints(age).optional(),
          blend: keyPoints(z.number().min(0).max(1)).optional(),
          strengths: z.partialRecord(region, z.number().min(0).max(2)).optional(),
          regionAges: z.partialRecord(region, age).optional(),
        }),
      ),
    })
    .transform(({ performers }): Keyframes => ({ performers })),
};

/** What turns a timecode into a frame; of the clip. */
export interface ClipClock {
  readonly timecode: string | null;
  readonly frameRate: Rational;
}

/**
 * Key points as a curve, sorted by frame.
 *
 * @param what - For messages: `targetAge of Mara`.
 * @throws {CodedError} `finals/keyframe-outside-clock` where a timecode is none of the clip's; `finals/keyframe-twice`
 */
export function curveOf(points: readonly KeyPoint[], clock: ClipClock, what: string): Curve {
  const curve = points
    .map((point) => ({
      frameIndex: point.frame ?? frameOfTimecode(point.timecode ?? '', clock, what),
      value: point.value,
    }))
    .sort((a, b) => a.frameIndex - b.frameIndex);
  const twice = curve.find((key, i) => i > 0 && curve[i - 1].frameIndex === key.frameIndex);
  if (twice) {
    throw new CodedError('finals/keyframe-twice', `${what} has two keyframes at frame ${twice.frameIndex}`, {
      hint: 'Keep one of them; for a jump put the second value one frame later.',
    });
  }
  return curve;
}

function frameOfTimecode(timecode: string, clock: ClipClock, what: string): number {
  const index = clock.timecode === null ? null : frameIndexAt(clock.timecode, clock.frameRate, timecode);
  if (index !== null) return index;
  const clip = clock.timecode === null ? 'the clip carries no timecode' : `the clip starts at ${clock.timecode}`;
  throw new CodedError('finals/keyframe-outside-clock', `${what}: ${timecode} names no frame, ${clip}`, {
    hint: 'Give "frame" (counts from 0) instead, or a timecode as the clip counts it.',
  });
}

/** Names are compared without regard to case and blanks. */
export function keysOf(file: Keyframes | null, performer: string): PerformerKeys | null {
  const wanted = plainName(performer);
  const entry = Object.entries(file?.performers ?? {}).find(([name]) => plainName(name) === wanted);
  return entry?.[1] ?? null;
}

function plainName(name: string): string {
  return name.normalize('NFC').trim().replaceAll(/\s+/g, ' ').toLowerCase();
}
