// Makes one frame: casts the faces, re-ages them in place on the plate, and fills the pictures of the other outputs, the row
// of the report and its small pictures. Every frame of every final goes through here; none is dropped.

import type { Plate } from '../core/index.ts';
import { timecodeAt } from '../core/index.ts';
import type { FaceReport } from '../reage/index.ts';
import { AttentionWatch } from './attention.ts';
import { burnIn } from './burn-in.ts';
import type { Casting } from './casting.ts';
import type { SightedFrame } from './clip-feed.ts';
import type { Before, ClipMeasures } from './clip-measures.ts';
import type { Ordered } from './face-orders.ts';
import { faceRow, ordersFor, withChanges } from './face-orders.ts';
import type { FrameRow, FrameStage } from './frame-row.ts';
import { rounded } from './frame-row.ts';
import { MattePicture } from './matte-picture.ts';
import type { Reageing, VideoFrame, VideoInfo } from './needs.ts';
import type { OutputKind, Thumbnail } from './render-chunk.ts';
import type { CastPlan } from './render-job.ts';
import { SideBySide } from './side-by-side.ts';
import type { ThumbnailMaker } from './thumbnail-maker.ts';

export interface FrameMakerOptions {
  readonly info: VideoInfo;
  readonly cast: readonly CastPlan[];
  readonly casting: Casting;
  readonly reageing: Reageing;
  readonly measures: ClipMeasures;
  readonly thumbnails: ThumbnailMaker;
  readonly outputs: readonly OutputKind[];
  /** Fingerprint of a plate's samples. */
  readonly hash: (plate: Plate) => string;
  /** Depth of the matte's picture. */
  readonly matteDepth: 8 | 10;
  /** Name in the burn-in; null for none. */
  readonly burnIn: string | null;
  readonly isChunkStart: (frameIndex: number) => boolean;
}

/** A frame that is being re-aged. */
export interface BegunFrame {
  readonly frame: VideoFrame;
  readonly row: Omit<FrameRow, 'ms' | 'sha256'>;
  readonly before: readonly Before[];
  readonly thumbnails: readonly ((comp: Plate) => Promise<Thumbnail>)[];
  readonly buffers: FrameBuffers;
  readonly reports: Promise<readonly FaceReport[]>;
  readonly trackMs: number;
  /** What beginning took beside re-ageing. */
  readonly beginMs: number;
}

/** What a frame needs beside its plate; used again by a later frame. */
interface FrameBuffers {
  /** [height, width] */
  readonly matte: Float32Array;
  readonly sides: SideBySide | null;
  readonly mattePicture: MattePicture | null;
}

/** The pictures are good until as many further frames have been begun as the maker has buffers. */
export interface MadeFrame {
  readonly frame: VideoFrame;
  readonly pictures: Readonly<Partial<Record<OutputKind, Plate>>>;
  readonly row: FrameRow;
  readonly thumbnails: Promise<readonly Thumbnail[]>;
}

/** A flagged stretch gets a small picture at its beginning and then this often; so many of them in a chunk. */
const FLAGGED_PERIOD = 8;
const FLAGGED_PER_CHUNK = 6;
/** Frames between small pictures of a plain stretch. */
export const PLAIN_PERIOD = 24;

export class FrameMaker {
  private readonly options: FrameMakerOptions;
  private readonly buffers: readonly FrameBuffers[];
  private begun = 0;
  private readonly watch = new AttentionWatch();
  private flagged = 0;
  private lastFlagged = -Infinity;

  constructor(options: FrameMakerOptions) {
    this.options = options;
    // those that are re-aged at once, and one that is written
    this.buffers = Array.from({ length: options.reageing.atOnce + 1 }, () => newBuffers(options));
  }

  /** Casts the faces and hands the plate over to be re-aged. In order of the frames. */
  async begin({ frame, tracks, faces }: SightedFrame): Promise<BegunFrame> {
    const { casting, reageing, measures, info } = this.options;
    const started = performance.now();
    const { plate, index } = frame;
    const cast = casting.castOn(index, faces.map((face) => face.trackId)); // prettier-ignore
    const ordered = ordersFor(faces, cast, this.options.cast, index);
    const buffers = this.buffers[this.begun++ % this.buffers.length];
    buffers.sides?.put(plate, 'left');
    const before: Before[] = [];
    for (const { performer, order } of ordered) {
      if (order.face.fade * order.look.blend <= 0) continue;
      const seen = await measures.before(plate, performer, order.face, index);
      if (seen) before.push(seen);
    }
    const row: BegunFrame['row'] = {
      frameIndex: index,
      timecode: info.timecode && timecodeAt(info.timecode, info.frameRate, index),
      isCut: tracks.isCut,
      isDamaged: frame.isDamaged,
      faces: faces.map((face) => faceRow(face, cast.get(face.trackId), ordered)),
    };
    const thumbnails = this.thumbnailsBefore(row, plate, ordered);
    const matte = before.length > 0 || buffers.mattePicture ? buffers.matte.fill(0) : null;
    const orders = ordered.map(({ order }) => order);
    const reports = reageing.reage({ plate, faces, orders, matte });
    // whoever finishes the frame meets what went wrong
    reports.catch(() => {});
    const beginMs = performance.now() - started;
    return { frame, row, before, thumbnails, buffers, reports, trackMs: tracks.ms, beginMs };
  }

  /** Waits for the plate and makes everything of it. In order of the frames. */
  async finish({ frame, row, before, thumbnails, buffers, ...begun }: BegunFrame): Promise<MadeFrame> {
    const reports = await begun.reports;
    const started = performance.now();
    const { plate } = frame;
    await this.options.measures.after(plate, before, buffers.matte, row.isCut);
    const allThumbnails = thumbnails.map((one) => one(plate));
    const pictures = this.pictures(plate, row, buffers);
    const sha256 = this.options.hash(plate);
    const ms = stageTimes(reports, begun.trackMs, begun.beginMs + performance.now() - started);
    return {
      frame,
      pictures,
      row: { ...row, faces: withChanges(row.faces, reports), sha256, ms },
      thumbnails: Promise.all(allThumbnails),
    };
  }

  /** Takes what the report shows of the plate; the functions add the comp. */
  private thumbnailsBefore(
    row: BegunFrame['row'],
    plate: Plate,
    ordered: readonly Ordered[],
  ): ((comp: Plate) => Promise<Thumbnail>)[] {
    const { thumbnails, isChunkStart } = this.options;
    if (isChunkStart(row.frameIndex)) this.flagged = 0;
    const reasons = this.watch.reasonsFor({ ...row, sha256: '', ms: NO_TIMES });
    const isDue = row.frameIndex - this.lastFlagged >= FLAGGED_PERIOD && this.flagged < FLAGGED_PER_CHUNK;
    if (reasons.length === 0) this.lastFlagged = -Infinity;
    else if (isDue) {
      this.flagged++;
      this.lastFlagged = row.frameIndex;
    }
    if (!(reasons.length > 0 && isDue) && row.frameIndex % PLAIN_PERIOD !== 0) return [];
    const subjects = ordered.length > 0 ? ordered : [null];
    return subjects.map((subject) => {
      const face = subject && subject.order.face;
      const first = thumbnails.take(plate, face);
      return async (comp) => {
        const second = thumbnails.take(comp, face);
        const performer = subject && subject.performer;
        return { frameIndex: row.frameIndex, performer, plate: await first, comp: await second };
      };
    });
  }

  private pictures(
    plate: Plate,
    row: BegunFrame['row'],
    { matte, sides, mattePicture }: FrameBuffers,
  ): MadeFrame['pictures'] {
    if (this.options.burnIn !== null) {
      burnIn(plate, { name: this.options.burnIn, place: row.timecode ?? `FRAME ${row.frameIndex}` });
    }
    sides?.put(plate, 'right');
    mattePicture?.put(matte);
    return { comp: plate, compare: sides?.picture, matte: mattePicture?.picture };
  }
}

function newBuffers({ info, outputs, matteDepth }: FrameMakerOptions): FrameBuffers {
  const { width, height } = info;
  return {
    matte: new Float32Array(new SharedArrayBuffer(width * height * Float32Array.BYTES_PER_ELEMENT)),
    sides: outputs.includes('compare') ? new SideBySide(info) : null,
    mattePicture: outputs.includes('matte') ? new MattePicture(width, height, matteDepth) : null,
  };
}

const NO_TIMES: FrameRow['ms'] = { track: 0, crop: 0, predict: 0, matte: 0, apply: 0, outputs: 0 };

function stageTimes(reports: readonly FaceReport[], trackMs: number, outputsMs: number): FrameRow['ms'] {
  const total = (stage: keyof FaceReport['ms']): number =>
    rounded(
      reports.reduce((sum, report) => sum + report.ms[stage], 0),
      2,
    );
  const times: Record<FrameStage, number> = {
    track: rounded(trackMs, 2),
    crop: total('crop'),
    predict: total('predict'),
    matte: total('matte'),
    apply: total('apply'),
    outputs: rounded(outputsMs, 2),
  };
  return times;
}
