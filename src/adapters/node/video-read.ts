// A clip as a lazy row of plates: decoded when asked for, upright, each the receiver's own.

import type { AVPixelFormat } from 'node-av/constants';
import type { Frame } from 'node-av/lib';
import { AV_FRAME_FLAG_CORRUPT } from 'node-av/constants';
import type { Plate } from '../../core/index.ts';
import { CodedError } from '../../core/index.ts';
import type { FrameRange, VideoFrame, VideoInfo, VideoReader } from '../../finals/index.ts';
import * as ffmpeg from './ffmpeg-library.ts';
import { printableName } from './files.ts';
import { DecodedPicture } from './held-frames.ts';
import { frameAt, keyBefore } from './packet-index.ts';
import { PlatePool } from './plate-pool.ts';
import type { ClipInput } from './video-input.ts';
import { decodeFrames, openClip, seekToKey } from './video-input.ts';
import type { ProbedClip } from './video-probe.ts';
import type { FrameMemory } from './video-pixels.ts';
import { copyPlanes, viewPlanes } from './video-pixels.ts';

export class ClipReader implements VideoReader {
  readonly info: VideoInfo;
  private readonly clip: ProbedClip;
  private readonly maxPixels: number;
  private readonly pool: PlatePool;
  private loop: AsyncGenerator<VideoFrame> | null = null;

  constructor(clip: ProbedClip, maxPixels: number) {
    this.clip = clip;
    this.info = clip.info;
    this.maxPixels = maxPixels;
    this.pool = new PlatePool(clip.info);
  }

  frames(range: FrameRange = {}): AsyncIterable<VideoFrame> {
    const { frameCount, declaredFrameCount } = this.info;
    const from = range.from ?? 0;
    const to = Math.min(range.to ?? declaredFrameCount, declaredFrameCount);
    if (!Number.isInteger(from) || !Number.isInteger(to) || from < 0 || from > to)
      throw new RangeError(`frames [${range.from}, ${range.to}) of a clip that has ${frameCount}`);
    this.loop = this.decode(from, to, range.signal);
    return this.loop;
  }

  async close(): Promise<void> {
    await this.loop?.return(undefined);
    this.loop = null;
  }

  private async *decode(from: number, to: number, signal?: AbortSignal): AsyncGenerator<VideoFrame> {
    if (from === to) return;
    const input = await this.openAt(from);
    const picture = new DecodedPicture(this.clip.convertTo);
    try {
      let next = from;
      for await (const frame of decodeFrames(input, { maxPixels: this.maxPixels, signal })) {
        const at = frameAt(this.clip.index, Number(frame.bestEffortTimestamp));
        if (at < next) continue;
        if (at > next) throw this.undecodable(next);
        this.checkShape(frame, at);
        yield this.handOver(await picture.take(frame), frame, at);
        if (++next === to) return;
      }
      throw this.isTorn() || next >= this.info.frameCount ? this.truncated(next) : this.undecodable(next);
    } finally {
      picture.close();
      await input.close();
    }
  }

  /** An input from which the frame will come, after as few others as the clip allows. */
  private async openAt(from: number): Promise<ClipInput> {
    const { file } = this.info;
    const input = await openClip(file, this.maxPixels);
    const key =
      from > 0 && from < this.clip.index.pts.length ? keyBefore(this.clip.index, this.clip.index.pts[from]) : null;
    if (!key || (await seekToKey(input, key))) return input;
    await input.close();
    return openClip(file, this.maxPixels);
  }

  private handOver(memory: FrameMemory, decoded: Frame, at: number): VideoFrame {
    const plate = this.pool.take();
    copyPlanes(viewPlanes(memory, this.clip.form), plate, this.clip.orientation);
    const isDamaged = decoded.decodeErrorFlags !== 0 || (decoded.flags & AV_FRAME_FLAG_CORRUPT) !== 0;
    const { pts, durations } = this.clip.index;
    return new TakenFrame(at, pts[at], durations[at], plate, isDamaged, this.pool);
  }

  private checkShape(frame: Frame, at: number): void {
    const { stored, info } = this.clip;
    if (frame.width === stored.width && frame.height === stored.height && frame.format === stored.pixelFormat) return;
    throw new CodedError(
      'media/size-changed',
      `frame ${at} of ${printableName(info.file)} is ${frame.width} x ${frame.height} ${ffmpeg.avGetPixFmtName(frame.format as AVPixelFormat)}, the clip began with ${stored.width} x ${stored.height} ${info.pixelFormat}`,
      { hint: 'Split the clip where its picture changes, or convert it to one size and pixel form.' },
    );
  }

  private isTorn(): boolean {
    return this.info.declaredFrameCount > this.info.frameCount;
  }

  private truncated(readable: number): CodedError {
    const { file, declaredFrameCount } = this.info;
    const facts = `${readable} frames can be read of about ${declaredFrameCount}`;
    return new CodedError('media/truncated', `${printableName(file)} is cut short: ${facts}`, {
      hint: 'What could be read was used. Copy the clip from its source again for the rest.',
    });
  }

  private undecodable(frame: number): CodedError {
    const { file } = this.info;
    return new CodedError('media/undecodable', `frame ${frame} of ${printableName(file)} cannot be decoded`, {
      hint: 'Copy the clip from its source again, or leave this frame out of the range.',
    });
  }
}

class TakenFrame implements VideoFrame {
  readonly index: number;
  readonly pts: number;
  readonly durationPts: number;
  readonly plate: Plate;
  readonly isDamaged: boolean;
  private pool: PlatePool | null;

  constructor(index: number, pts: number, durationPts: number, plate: Plate, isDamaged: boolean, pool: PlatePool) {
    this.index = index;
    this.pts = pts;
    this.durationPts = durationPts;
    this.plate = plate;
    this.isDamaged = isDamaged;
    this.pool = pool;
  }

  close(): void {
    this.pool?.giveBack(this.plate);
    this.pool = null;
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
