// Makes one frame: casts the faces, re-ages them in place on the plate, and fills the pictures of the other outputs, the row
// of the report and its small pictures. Every frame of every final goes through here; none is dropped.

import type { Plate } from '../core/index.ts';
import { timecodeAt } from '../core/index.ts';
import type { FaceReport, FramePath } from '../reage/index.ts';
import { AttentionWatch } from './attention.ts';
import { burnIn } from './burn-in.ts';
import type { CastMember } from './cast-member.ts';
import type { Casting } from './casting.ts';
import type { SightedFrame } from './clip-feed.ts';
import type { Before, ClipMeasures } from './clip-measures.ts';
import type { Ordered } from './face-orders.ts';
import { faceRow, ordersFor, withChanges } from './face-orders.ts';
import type { FrameRow, FrameStage } from './frame-row.ts';
import { rounded } from './frame-row.ts';
import { MattePicture } from './matte-picture.ts';
import type { VideoInfo } from './needs.ts';
import type { OutputKind, Thumbnail } from './render-chunk.ts';
import { SideBySide } from './side-by-side.ts';
import type { ThumbnailMaker } from './thumbnail-maker.ts';

export interface FrameMakerOptions {
  readonly info: VideoInfo;
  readonly cast: readonly CastMember[];
  readonly casting: Casting;
  readonly path: FramePath;
  readonly measures: ClipMeasures;
  readonly thumbnails: ThumbnailMaker;
  readonly outputs: readonly OutputKind[];
  /** Fingerprint of a plate's samples. */
  readonly hash: (plate: Plate) => string;
  /** Depth of the matte's picture. */
  readonly matteDepth: 8 | 10;
  /** Name in the burn-in; null for none. */
  readonly burnIn: string | null;
}

/** The pictures may be changed by the next but one `make`. */
export interface MadeFrame {
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
  private readonly matte: Float32Array;
  private readonly sides: readonly SideBySide[];
  private readonly mattes: readonly MattePicture[];
  private made = 0;
  private readonly watch = new AttentionWatch();
  private flagged = 0;
  private lastFlagged = -Infinity;

  constructor(options: FrameMakerOptions) {
    const { info, outputs, matteDepth } = options;
    this.options = options;
    this.matte = new Float32Array(info.width * info.height);
    // two of each: one is being written while the next is made
    this.sides = outputs.includes('compare') ? [new SideBySide(info), new SideBySide(info)] : [];
    const newMatte = (): MattePicture => new MattePicture(info.width, info.height, matteDepth);
    this.mattes = outputs.includes('matte') ? [newMatte(), newMatte()] : [];
  }

  /** The next frame begins a chunk. */
  beginChunk(): void {
    this.flagged = 0;
  }

  /** Changes the frame's plate; the caller closes the frame when all pictures are written. */
  async make({ frame, tracks, faces }: SightedFrame): Promise<MadeFrame> {
    const { casting, path, measures, info } = this.options;
    const started = performance.now();
    const { plate, index } = frame;
    const cast = casting.castOn(index, faces.map((face) => face.trackId)); // prettier-ignore
    const ordered = ordersFor(faces, cast, this.options.cast, index);
    const turn = this.made++ % 2;
    this.sides[turn]?.put(plate, 'left');
    const before: Before[] = [];
    for (const { performer, order } of ordered) {
      if (order.face.fade * order.look.blend <= 0) continue;
      const seen = await measures.before(plate, performer, order.face, index);
      if (seen) before.push(seen);
    }
    const rows = faces.map((face) => faceRow(face, cast.get(face.trackId), ordered));
    const row: Omit<FrameRow, 'ms' | 'sha256'> = {
      frameIndex: index,
      timecode: info.timecode && timecodeAt(info.timecode, info.frameRate, index),
      isCut: tracks.isCut,
      isDamaged: frame.isDamaged,
      faces: rows,
    };
    const thumbnails = this.thumbnailsBefore(row, plate, ordered);
    this.matte.fill(0);
    const reageStarted = performance.now();
    const orders = ordered.map(({ order }) => order);
    const reports = await path.reage(plate, orders, { faces, matteOut: this.matte });
    const reageMs = performance.now() - reageStarted;
    await measures.after(plate, before, this.matte, tracks.isCut);
    const allThumbnails = thumbnails.map((one) => one(plate));
    const pictures = this.pictures(plate, row, turn);
    const sha256 = this.options.hash(plate);
    const ms = stageTimes(reports, tracks.ms, performance.now() - started - reageMs);
    return {
      pictures,
      row: { ...row, faces: withChanges(rows, reports), sha256, ms },
      thumbnails: Promise.all(allThumbnails),
    };
  }

  /** Takes what the report shows of the plate; the functions add the comp. */
  private thumbnailsBefore(
    row: Omit<FrameRow, 'ms' | 'sha256'>,
    plate: Plate,
    ordered: readonly Ordered[],
  ): ((comp: Plate) => Promise<Thumbnail>)[] {
    const { thumbnails } = this.options;
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

  private pictures(plate: Plate, row: Pick<FrameRow, 'frameIndex' | 'timecode'>, turn: number): MadeFrame['pictures'] {
    if (this.options.burnIn !== null) {
      burnIn(plate, { name: this.options.burnIn, place: row.timecode ?? `FRAME ${row.frameIndex}` });
    }
    this.sides[turn]?.put(plate, 'right');
    this.mattes[turn]?.put(this.matte);
    return { comp: plate, compare: this.sides[turn]?.picture, matte: this.mattes[turn]?.picture };
  }
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
