// What finals need from outside. First video files that can be read frame by frame, written frame by frame, and joined
// without encoding again: FFmpeg in process meets this (adapters/node), and a conformance suite holds it, and any other
// driver, to it (test/conformance/video.ts). Then a place for work in progress, somebody who
// follows faces and re-ages them, and small pictures for the report.

import type { ColorTags, Plate, PlateLayout, Rational, SampleDepth, TrackedFace } from '../core/index.ts';
import type { TrackerSnapshot } from '../face/index.ts';
import type { FaceOrder, FaceReport } from '../reage/index.ts';
import type { PlateTracks } from './casting.ts';

/** Colour as the file says it: code points of ITU-T H.273, 2 where the file says nothing. Carried, never interpreted. */
export interface ColorCodes {
  readonly primaries: number;
  readonly transfer: number;
  readonly matrix: number;
  /** 0 not said, 1 limited, 2 full. */
  readonly range: number;
  /** Chroma location of FFmpeg's numbering: 0 not said, 1 left, 2 centre, 3 top left, 4 top. */
  readonly chromaLocation: number;
}

/** Static HDR metadata (SMPTE ST 2086, CTA-861.3) as FFmpeg lays it out in memory. Carried, never interpreted. */
export interface HdrMetadata {
  readonly kind: 'mastering-display' | 'content-light';
  readonly data: Uint8Array;
}

/** What a file must say about its picture so that the numbers in its plates mean something. */
export interface PictureStream {
  /** Pixels of the upright picture: rotation metadata has been applied to the plates. */
  readonly width: number;
  readonly height: number;
  readonly layout: PlateLayout;
  readonly depth: SampleDepth;
  /** What Dorian computes with; guessed by size where the file says nothing. */
  readonly color: ColorTags;
  readonly colorCodes: ColorCodes;
  readonly hdrMetadata: readonly HdrMetadata[];
  /** Width of a pixel divided by its height, of the upright picture. */
  readonly pixelAspect: Rational;
  /** Seconds of one unit of `pts`. */
  readonly timeBase: Rational;
  /** Nominal frames per second; of a variable-rate file the average. */
  readonly frameRate: Rational;
  /** Of frame 0: `01:00:00:00`, with `;` before the frames where numbers are dropped. */
  readonly timecode: string | null;
  /** Title, `creation_time`, camera, reel … as the container names them. */
  readonly metadata: Readonly<Record<string, string>>;
  /** What the file says about having been re-aged; null for a camera original. */
  readonly reAged: string | null;
}

export interface VideoInfo extends PictureStream {
  readonly file: string;
  /** FFmpeg's short names: `mov,mp4,…`, `h264`, `yuv420p10le`. */
  readonly container: string;
  readonly codec: string;
  readonly pixelFormat: string;
  /** Clockwise turn that the file asks for and that the plates already have. */
  readonly rotationDegrees: 0 | 90 | 180 | 270;
  /** Durations of the frames differ by more than the rounding of the time base. */
  readonly isVariableFrameRate: boolean;
  /** Pictures that can be read; exact, since all packets were counted. */
  readonly frameCount: number;
  /** Pictures that the header promises; more than `frameCount` where the file is cut short. */
  readonly declaredFrameCount: number;
  readonly soundStreams: number;
}

/** One frame of the file, handed to the receiver, who closes it. */
export interface VideoFrame extends Disposable {
  /** Counts from 0 in the order of display. */
  readonly index: number;
  /** Exact integer, in the file's time base. */
  readonly pts: number;
  readonly durationPts: number;
  /**
   * The receiver's own copy: it may be written to, and its samples lie in a SharedArrayBuffer, so that a worker can be
   * given them without copying. After `close` the memory is used for a later frame of the same reader.
   */
  readonly plate: Plate;
  /** The decoder met broken data here and filled in what it could. */
  readonly isDamaged: boolean;
  close(): void;
}

export interface FrameRange {
  /** First frame, 0 by default. */
  readonly from?: number;
  /** One past the last frame; to the end by default. */
  readonly to?: number;
  readonly signal?: AbortSignal;
}

export interface VideoReader {
  readonly info: VideoInfo;
  /**
   * Decodes frames [from, to) in order, each when it is asked for; leaving the loop stops the decoder. One loop at a
   * time. A frame that cannot be decoded ends the loop with an error after all the good frames before it.
   *
   * @throws {CodedError} `media/truncated` after the last readable frame, where the range goes on beyond it;
   *   `media/undecodable`; `media/size-changed`
   */
  frames(range?: FrameRange): AsyncIterable<VideoFrame>;
  close(): Promise<void>;
}

export interface VideoReaderOptions {
  /** Larger pictures are refused from the header, before anything is decoded. */
  readonly maxPixels?: number;
}

/** h264 and prores are what is delivered; ffv1 is lossless. */
export type VideoCodec = 'h264' | 'prores' | 'ffv1';

export interface VideoWriterSettings {
  /** Usually the `info` of the clip that was read; `{ ...info, width }` where the picture is another. */
  readonly picture: PictureStream;
  readonly codec: VideoCodec;
  /** Constant rate factor of h264, 0 (lossless) to 51; 16 by default, which is visually lossless. */
  readonly quality?: number;
}

/**
 * Writes to a temporary name beside the file; `finish` renames it, so that a half-written file never carries the name.
 * The same plates and settings give the same bytes, whatever the number of cores.
 */
export interface VideoWriter {
  /** Layout and depth of the pictures in the file: those of the plates where the codec has them, else the next richer. */
  readonly layout: PlateLayout;
  readonly depth: SampleDepth;
  /**
   * Takes a copy of the plate before it resolves. `pts` and `durationPts` are integers in `picture.timeBase`; pts grow.
   *
   * @throws {CodedError} `file/disk-full`, `media/write-failed`
   */
  write(plate: Plate, pts: number, durationPts: number): Promise<void>;
  /** Flushes, closes and renames. */
  finish(): Promise<void>;
  /** Deletes what was written. After `finish` it does nothing. */
  abort(): Promise<void>;
}

/** Sound of another file, its packets bit for bit, over the span that the pictures cover. */
export interface SoundSource {
  readonly file: string;
  /** In units of `timeBase`: the moment of the other file that is moment 0 of the new one. */
  readonly startPts: number;
  /** One past the last moment; to the end of the sound by default. */
  readonly endPts?: number;
  readonly timeBase: Rational;
}

export interface JoinSettings {
  /** Files made by `create` with one set of settings, in order; their pts go on from one to the next. */
  readonly segments: readonly string[];
  /** As it was given to `create`; metadata, timecode and the note of re-ageing are taken from here. */
  readonly picture: PictureStream;
  readonly sound?: SoundSource;
}

export interface VideoFiles {
  /**
   * Opens a clip. All packets are counted (the file is read once, nothing is decoded), so that each frame has an exact
   * index and time.
   *
   * @throws {CodedError} `file/not-found`, `media/empty`, `media/unreadable`, `media/no-picture`, `media/too-large`,
   *   `media/unsupported`
   */
  open(file: string, options?: VideoReaderOptions): Promise<VideoReader>;
  /**
   * Begins a file. The container follows the name: `.mov`, `.mp4` (h264 only) or `.mkv` (times are rounded to
   * milliseconds there, and ffv1 is at home).
   *
   * @throws {CodedError} `media/unsupported`, `file/disk-full`, `media/write-failed`
   */
  create(file: string, settings: VideoWriterSettings): Promise<VideoWriter>;
  /**
   * Joins segments into one file without encoding again: the decoded frames are those of the segments. The file appears
   * under its name only when it is whole.
   *
   * @throws {CodedError} `media/segments-differ`, `media/sound-unfit`, `file/disk-full`, `media/write-failed`
   */
  join(file: string, settings: JoinSettings): Promise<void>;
}

/** A folder of work in progress beside the output, so that a killed render goes on. Names in it have no folders. */
export interface WorkFolder {
  /** Where a video writer is to put a file of this name. */
  pathOf(name: string): string;
  list(): Promise<readonly string[]>;
  /** null where there is no such file. */
  readText(name: string): Promise<string | null>;
  /** Bytes; null where there is no such file. */
  sizeOf(name: string): Promise<number | null>;
  /** Whole or not at all. */
  writeText(name: string, text: string): Promise<void>;
  /** Deletes files; those that are not there are no error. */
  remove(names: readonly string[]): Promise<void>;
}

export interface TimedTracks extends PlateTracks {
  readonly ms: number;
}

/** Follows faces from plate to plate, in this thread or in another. */
export interface Tracking {
  /**
   * Takes plates in order; need not wait for the answer to the one before. A plate must not be changed or closed before
   * its answer is there. Raw landmarks, for OfflineSmoother.
   */
  track(plate: Plate, frameIndex: number): Promise<TimedTracks>;
  /** Forgets everything: another clip begins. */
  begin(): Promise<void>;
  /** The state after all plates that were given so far. */
  snapshot(): Promise<TrackerSnapshot>;
  restore(snapshot: TrackerSnapshot): Promise<void>;
  close(): Promise<void>;
}

/** One face to be re-aged; the likeness goes by the hash of its file. */
export interface PlacedOrder extends Omit<FaceOrder, 'predictor' | 'extra'> {
  readonly likeness: string;
}

export interface ReageWork {
  /** Changed in place. */
  readonly plate: Plate;
  /** Every face on it, ordered or not. */
  readonly faces: readonly TrackedFace[];
  readonly orders: readonly PlacedOrder[];
  /** [height, width], all 0; raised to the coverage. In shared memory, as the plate is. null where nobody looks at it. */
  readonly matte: Float32Array | null;
}

/** Re-ages plates, in this thread or in others. Any frame can be made alone and comes out the same. */
export interface Reageing {
  /** So many plates may be given before the first answer. */
  readonly atOnce: number;
  /** Plate and matte must be left alone until the answer is there. */
  reage(work: ReageWork): Promise<readonly FaceReport[]>;
  close(): Promise<void>;
}

/** Encodes small pictures for the report page. */
export interface Thumbnails {
  /** @param plate - rgb, 8 bit, full range. @returns A `data:` URL. */
  encode(plate: Plate): Promise<string>;
}
