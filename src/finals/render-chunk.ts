// A chunk: so many frames that are finished together. Where chunks begin depends on the range alone, and all that the next
// chunk needs from before stands in the record of the last one, so a render that is killed goes on as if it had not been.

import { z } from 'zod';
import type { FileSchema, TrackedFace } from '../core/index.ts';
import { CodedError, MESH_POINTS } from '../core/index.ts';
import type { TrackerSnapshot } from '../face/index.ts';
import { bytesToText, floatsToText, textToBytes, textToFloats } from '../face/index.ts';
import type { ClipSums } from '../measure/index.ts';
import type { PlateTracks } from './casting.ts';
import type { FrameRow } from './frame-row.ts';
import { frameRowShape } from './frame-row.ts';

/** Frames of a chunk: two seconds of film, so that little is lost and encoders are seldom started. */
export const CHUNK_FRAMES = 48;

export type OutputKind = 'comp' | 'compare' | 'matte';

/** Frames [from, to) of the clip. */
export interface ChunkSpan {
  readonly index: number;
  readonly from: number;
  readonly to: number;
}

export function planChunks(from: number, to: number, chunkFrames: number = CHUNK_FRAMES): ChunkSpan[] {
  const count = Math.max(0, Math.ceil((to - from) / chunkFrames));
  return Array.from({ length: count }, (_, index) => ({
    index,
    from: from + index * chunkFrames,
    to: Math.min(to, from + (index + 1) * chunkFrames),
  }));
}

export interface Thumbnail {
  readonly frameIndex: number;
  /** null: the whole frame. */
  readonly performer: string | null;
  /** `data:` URLs of two small pictures of one size. */
  readonly plate: string;
  readonly comp: string;
}

export interface RenderChunk extends ChunkSpan {
  /** Why the clip ended here, before its planned end; null where it did not. */
  readonly endedEarly: string | null;
  /** One per frame, as tracked, before smoothing. */
  readonly tracks: readonly PlateTracks[];
  /** State of the tracker before frame `to`; null where the clip ended. */
  readonly trackerAfter: TrackerSnapshot | null;
  readonly rows: readonly FrameRow[];
  /** By performer. */
  readonly sums: Readonly<Record<string, ClipSums>>;
  readonly thumbnails: readonly Thumbnail[];
  /** Bytes of the finished segment of each output. */
  readonly segmentBytes: Readonly<Partial<Record<OutputKind, number>>>;
  /** `pts` of the first frame and of the moment after the last one, in the clip's time base. */
  readonly startPts: number;
  readonly endPts: number;
}

/** Landmarks and descriptors as text, bit for bit. */
interface StoredTracks {
  readonly isCut: boolean;
  readonly faces: readonly {
    readonly trackId: number;
    readonly landmarks: string;
    readonly score: number;
    readonly pose: readonly [yaw: number, pitch: number, roll: number];
    readonly fade: number;
    readonly occlusion?: string;
  }[];
  readonly descriptors: readonly { readonly trackId: number; readonly descriptor: string }[];
}

interface StoredChunk extends Omit<RenderChunk, 'tracks'> {
  readonly tracks: readonly StoredTracks[];
}

const storedFace = z.object({
  trackId: z.number().int(),
  landmarks: z.string(),
  score: z.number(),
  pose: z.tuple([z.number(), z.number(), z.number()]),
  fade: z.number(),
  occlusion: z.string().optional(),
});

const storedTracks: z.ZodType<StoredTracks> = z.object({
  isCut: z.boolean(),
  faces: z.array(storedFace),
  descriptors: z.array(z.object({ trackId: z.number().int(), descriptor: z.string() })),
});

const sums: z.ZodType<ClipSums> = z.object({
  outputMotion: z.number(),
  plateMotion: z.number(),
  shimmer: z.object({ squares: z.number(), numbers: z.number() }),
  change: z.number(),
  numbers: z.number(),
  identityDistances: z.array(z.number()),
  ageChanges: z.array(z.number()),
});

const thumbnail: z.ZodType<Thumbnail> = z.object({
  frameIndex: z.number().int(),
  performer: z.string().nullable(),
  plate: z.string(),
  comp: z.string(),
});

export const RENDER_CHUNK: FileSchema<StoredChunk> = {
  name: 'dorian/render-chunk',
  version: 1,
  shape: z.object({
    index: z.number().int().min(0),
    from: z.number().int().min(0),
    to: z.number().int().min(0),
    endedEarly: z.string().nullable(),
    tracks: z.array(storedTracks),
    trackerAfter: z.custom<TrackerSnapshot>((value) => (value as TrackerSnapshot | null)?.version === 1).nullable(),
    rows: z.array(frameRowShape),
    sums: z.record(z.string(), sums),
    thumbnails: z.array(thumbnail),
    segmentBytes: z.partialRecord(z.enum(['comp', 'compare', 'matte']), z.number()),
    startPts: z.number().int(),
    endPts: z.number().int(),
  }),
};

export function storeChunk(chunk: RenderChunk): StoredChunk {
  return { ...chunk, tracks: chunk.tracks.map(storeTracks) };
}

/** @throws {CodedError} `file/invalid` where landmarks or descriptors are damaged. */
export function restoreChunk(stored: StoredChunk): RenderChunk {
  try {
    return { ...stored, tracks: stored.tracks.map((tracks, i) => restoreTracks(tracks, stored.from + i)) };
  } catch (cause) {
    throw new CodedError('file/invalid', `chunk ${stored.index} of the work folder is damaged`, {
      hint: 'Run the same command again: the chunk is made anew.',
      cause,
    });
  }
}

function storeTracks({ isCut, faces, descriptors }: PlateTracks): StoredTracks {
  return {
    isCut,
    faces: faces.map(({ trackId, landmarks, score, pose, fade, occlusion }) => ({
      trackId,
      landmarks: floatsToText(landmarks),
      score,
      pose: [pose.yaw, pose.pitch, pose.roll],
      fade,
      ...(occlusion ? { occlusion: bytesToText(occlusion) } : {}),
    })),
    descriptors: descriptors.map(({ trackId, descriptor }) => ({ trackId, descriptor: floatsToText(descriptor) })),
  };
}

function restoreTracks({ isCut, faces, descriptors }: StoredTracks, frameIndex: number): PlateTracks {
  return {
    frameIndex,
    isCut,
    faces: faces.map(({ trackId, landmarks, score, pose: [yaw, pitch, roll], fade, occlusion }): TrackedFace => {
      const points = textToFloats(landmarks);
      if (points.length !== MESH_POINTS * 3) throw new RangeError(`${points.length} numbers are no landmarks`);
      const hidden = occlusion === undefined ? {} : { occlusion: textToBytes(occlusion) };
      return { trackId, landmarks: points, score, pose: { yaw, pitch, roll }, fade, ...hidden };
    }),
    descriptors: descriptors.map(({ trackId, descriptor }) => ({ trackId, descriptor: textToFloats(descriptor) })),
  };
}
