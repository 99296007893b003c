// Frames of FFmpeg's whose memory stays where it is and is looked at through the same Buffers each time. Buffers of every
// picture anew, 3 MB at 1080p, have the garbage collector run every fourth picture, and fresh memory costs a page fault for
// every 4 KB.

import type { Frame } from 'node-av/lib';
import type { AVPixelFormat } from 'node-av/constants';
import { CodedError } from '../../core/index.ts';
import * as ffmpeg from './ffmpeg-library.ts';
import type { FrameMemory } from './video-pixels.ts';

/** The memory is good until the frame is freed. */
export interface HeldFrame {
  readonly frame: Frame;
  readonly memory: FrameMemory;
}

/** @param check - Is given FFmpeg's answer to the wish for memory; throws where it is a no. */
function holdFrame(width: number, height: number, format: number, check: (code: number) => void): HeldFrame {
  const frame = new ffmpeg.Frame();
  frame.alloc();
  frame.width = width;
  frame.height = height;
  frame.format = format as Frame['format'];
  check(frame.allocBuffer());
  return { frame, memory: { buffers: frame.data ?? [], rowBytes: frame.linesize, width, height } };
}

/** Carry plates into an encoder. */
export class EncoderFrames {
  private readonly frames: HeldFrame[] = [];
  private readonly file: string;
  private readonly width: number;
  private readonly height: number;
  private readonly format: number;

  /**
   * @param file - For messages.
   * @param format - FFmpeg's number of the pixel format.
   */
  constructor(file: string, width: number, height: number, format: number) {
    this.file = file;
    this.width = width;
    this.height = height;
    this.format = format;
  }

  /**
   * One that nobody looks at any more; it shows whatever it showed last.
   *
   * @throws {CodedError} `media/write-failed`
   */
  take(): HeldFrame {
    // an encoder that works on several frames at once holds on to each
    const idle = this.frames.find(({ frame }) => frame.isWritable);
    if (idle) return idle;
    const check = (code: number): void => void ffmpeg.checkWrite(code, this.file, 'taking memory for a frame');
    const held = holdFrame(this.width, this.height, this.format, check);
    this.frames.push(held);
    return held;
  }

  close(): void {
    for (const { frame } of this.frames.splice(0)) frame.free();
  }
}

/**
 * Holds what was decoded last: copied as it is, or, for the rare pixel forms (four-to-one chroma, 9 bit, big endian …),
 * passed through FFmpeg's scaler into a form that a plate has.
 */
export class DecodedPicture {
  private readonly format: AVPixelFormat | null;
  private readonly scaler: InstanceType<typeof ffmpeg.SoftwareScaleContext> | null;
  private held: HeldFrame | null = null;

  /** @param convertTo - Pixel format; null: as decoded. All frames are of one size and form. */
  constructor(convertTo: AVPixelFormat | null) {
    this.format = convertTo;
    this.scaler = convertTo === null ? null : new ffmpeg.SoftwareScaleContext();
    this.scaler?.allocContext();
  }

  /**
   * @returns Good until the next call.
   * @throws {CodedError} `media/undecodable`
   */
  async take(decoded: Frame): Promise<FrameMemory> {
    this.held ??= holdFrame(decoded.width, decoded.height, this.format ?? decoded.format, refuse);
    const { frame, memory } = this.held;
    if (this.scaler) {
      frame.copyProps(decoded); // colour tags and fields must agree, or the scaler refuses
      refuse(await this.scaler.scaleFrame(frame, decoded));
    } else refuse(frame.copy(decoded));
    return memory;
  }

  close(): void {
    this.held?.frame.free();
    this.scaler?.freeContext();
  }
}

function refuse(code: number): void {
  if (code >= 0) return;
  throw new CodedError('media/undecodable', `a frame could not be taken over: ${ffmpeg.describeCode(code)}`, {
    hint: 'Convert the clip to ProRes or H.264.',
  });
}
