// Turns the stream of sighted frames into finished chunks. While the encoder empties the files of one chunk, the frames of
// the next are being made already; a chunk counts from the moment its record is written.

import type { TrackerSnapshot } from '../face/index.ts';
import type { PlateTracks } from './casting.ts';
import type { SightedFrame } from './clip-feed.ts';
import type { ClipMeasures } from './clip-measures.ts';
import type { BegunFrame, FrameMaker, MadeFrame } from './frame-maker.ts';
import type { FrameRow } from './frame-row.ts';
import type { VideoFiles } from './needs.ts';
import type { ChunkSpan, Thumbnail } from './render-chunk.ts';
import type { RenderJob } from './render-job.ts';
import type { SegmentSettings } from './segments.ts';
import { Segments } from './segments.ts';

export interface ChunkMakerOptions {
  readonly job: RenderJob;
  readonly videos: VideoFiles;
  readonly segments: SegmentSettings;
  readonly maker: FrameMaker;
  readonly measures: ClipMeasures;
  /** So many frames are re-aged at once. */
  readonly atOnce: number;
  /** Those that have to be made, in order. */
  readonly spans: readonly ChunkSpan[];
  /** `pts` of the first frame of the render; null: the first frame that comes is it. */
  readonly originPts: number | null;
}

/** A frame that is being re-aged, perhaps while others are. */
interface Begun {
  readonly sighted: SightedFrame;
  readonly frame: BegunFrame;
}

interface OpenChunk {
  readonly span: ChunkSpan;
  readonly segments: Segments;
  readonly startPts: number;
  endPts: number;
  lastFrame: number;
  readonly rows: FrameRow[];
  readonly tracks: PlateTracks[];
  readonly thumbnails: Promise<readonly Thumbnail[]>[];
}

export class ChunkMaker {
  private readonly options: ChunkMakerOptions;
  private originPts: number | null;
  private nextSpan = 0;
  private readonly begun: Begun[] = [];
  private current: OpenChunk | null = null;
  private writing: Promise<void> = Promise.resolve();
  private finishing: Promise<void> = Promise.resolve();
  private readonly unfinished = new Set<Segments>();

  constructor(options: ChunkMakerOptions) {
    this.options = options;
    this.originPts = options.originPts;
  }

  /** Takes the next frame; it is closed when it is written. */
  async add(sighted: SightedFrame): Promise<void> {
    const { maker, atOnce } = this.options;
    try {
      this.begun.push({ sighted, frame: await maker.begin(sighted) });
    } catch (error) {
      sighted.frame.close();
      throw error;
    }
    if (this.begun.length >= atOnce) await this.finishOldest();
  }

  private async finishOldest(): Promise<void> {
    const { sighted, frame: begun } = this.begun.shift() as Begun;
    const { frame, tracks, trackerAfter } = sighted;
    try {
      this.originPts ??= frame.pts;
      this.current ??= await this.open(frame.pts);
      const made = await this.options.maker.finish(begun);
      // one frame is written while the next is made, not two: its pictures are used again
      await this.writing;
      this.writing = quiet(this.write(this.current, made));
    } catch (error) {
      // its plate may be in work still
      await begun.reports.catch(() => {});
      frame.close();
      throw error;
    }
    this.current.tracks.push(tracks);
    this.current.lastFrame = frame.index;
    this.current.endPts = frame.pts + frame.durationPts;
    if (frame.index === this.current.span.to - 1) await this.close(trackerAfter, null);
  }

  /** No frame comes any more. @param endedEarly - Why the clip ended before the last planned frame; null where not. */
  async end(endedEarly: string | null): Promise<void> {
    while (this.begun.length > 0) await this.finishOldest();
    if (this.current) await this.close(null, endedEarly);
    await this.writing;
    await this.finishing;
  }

  /** Gives up the chunks that are not finished. */
  async abort(): Promise<void> {
    for (const { sighted, frame } of this.begun.splice(0)) {
      await frame.reports.catch(() => {});
      sighted.frame.close();
    }
    await this.writing.catch(() => {});
    await Promise.all([...this.unfinished].map((segments) => segments.abort()));
    await this.finishing.catch(() => {});
  }

  private async open(startPts: number): Promise<OpenChunk> {
    const { job, videos, spans, segments: settings } = this.options;
    const span = spans[this.nextSpan++];
    const segments = await Segments.begin(videos, settings, (output) => job.segmentPath(span.index, output));
    this.unfinished.add(segments);
    return { span, segments, startPts, endPts: startPts, lastFrame: -1, rows: [], tracks: [], thumbnails: [] };
  }

  private async write(chunk: OpenChunk, made: MadeFrame): Promise<void> {
    const { frame } = made;
    chunk.rows.push(made.row);
    chunk.thumbnails.push(quiet(made.thumbnails));
    try {
      await chunk.segments.write(made.pictures, frame.pts - (this.originPts ?? 0), frame.durationPts);
    } finally {
      frame.close();
    }
  }

  private async close(trackerAfter: TrackerSnapshot | null, endedEarly: string | null): Promise<void> {
    const chunk = this.current as OpenChunk;
    this.current = null;
    const sums = this.options.measures.takeSums();
    const written = this.writing;
    await this.finishing;
    this.finishing = quiet(this.finish(chunk, written, { trackerAfter, endedEarly, sums }));
  }

  private async finish(
    chunk: OpenChunk,
    written: Promise<void>,
    more: Pick<Parameters<RenderJob['writeChunk']>[0], 'trackerAfter' | 'endedEarly' | 'sums'>,
  ): Promise<void> {
    await written;
    await chunk.segments.finish();
    this.unfinished.delete(chunk.segments);
    const { span, tracks, startPts, endPts } = chunk;
    await this.options.job.writeChunk({
      ...more,
      index: span.index,
      from: span.from,
      to: chunk.lastFrame + 1,
      tracks,
      rows: chunk.rows,
      thumbnails: (await Promise.all(chunk.thumbnails)).flat(),
      startPts,
      endPts,
    });
  }
}

/** The same promise; its rejection is met where it is awaited, later. */
function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}
