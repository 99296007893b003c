// Plates into a clip: one encoder, one file, published whole.

import { rm } from 'node:fs/promises';
import type { CodecContext, Frame, Stream } from 'node-av/lib';
import {
  AV_CODEC_FLAG_BITEXACT,
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_CODEC_FLAG_QSCALE,
  FF_QP2LAMBDA,
} from 'node-av/constants';
import type { Plate, PlateLayout, SampleDepth } from '../../core/index.ts';
import { toNumber } from '../../core/index.ts';
import type { ColorCodes, PictureStream, VideoWriter, VideoWriterSettings } from '../../finals/index.ts';
import * as ffmpeg from './ffmpeg-library.ts';
import { publish, temporaryName } from './files.ts';
import { EncoderFrames } from './held-frames.ts';
import { codesForLayout } from './video-color.ts';
import type { EncoderSettings, StoredForm } from './video-encoding.ts';
import { encoderSettings, storedForm, storedFormatName } from './video-encoding.ts';
import { containerFor, MovieOutput } from './video-output.ts';
import type { PixelForm } from './video-pixels.ts';
import { fillFrame, pixelForm, planarFormatName } from './video-pixels.ts';

export class ClipWriter implements VideoWriter {
  readonly layout: PlateLayout;
  readonly depth: SampleDepth;
  private readonly file: string;
  private readonly temporary: string;
  private readonly settings: VideoWriterSettings;
  private readonly output: MovieOutput;
  private readonly encoder: Encoder;
  private stream: Stream | null = null;
  private lastPts = -Infinity;
  private isDone = false;
  /** The step that FFmpeg is at; never rejects. */
  private busy: Promise<void> = Promise.resolve();

  constructor(file: string, settings: VideoWriterSettings) {
    const { picture, codec } = settings;
    const container = containerFor(file, codec);
    const form = storedForm(codec, picture);
    this.layout = form.layout;
    this.depth = form.depth;
    this.file = file;
    this.settings = settings;
    this.temporary = temporaryName(file);
    this.output = new MovieOutput(file, this.temporary, container, picture);
    this.encoder = new Encoder(file, picture, form, encoderSettings(codec, { ...picture, ...form }, settings.quality));
  }

  async open(): Promise<void> {
    await this.encoder.open();
    this.stream = this.output.addPicture((codecpar) => this.encoder.describe(codecpar));
    await this.output.start();
  }

  async write(plate: Plate, pts: number, durationPts: number): Promise<void> {
    const { picture } = this.settings;
    if (plate.width !== picture.width || plate.height !== picture.height)
      throw new RangeError(`a plate of ${plate.width}x${plate.height} in a clip of ${picture.width}x${picture.height}`);
    if (plate.layout !== picture.layout || plate.depth !== picture.depth)
      throw new RangeError(`a plate of ${plate.layout} ${plate.depth} in a clip of ${picture.layout} ${picture.depth}`);
    if (!Number.isSafeInteger(pts) || !Number.isSafeInteger(durationPts) || pts <= this.lastPts || durationPts <= 0)
      throw new RangeError(`pts ${pts} + ${durationPts} after ${this.lastPts}`);
    this.lastPts = pts;
    await this.guard(async () => {
      await this.encoder.send(plate, pts, durationPts);
      await this.drain();
    });
  }

  async finish(): Promise<void> {
    await this.guard(async () => {
      await this.encoder.flush();
      await this.drain();
      await this.output.finish();
      this.encoder.close();
      await publish(this.temporary, this.file);
      this.isDone = true;
    });
  }

  async abort(): Promise<void> {
    // FFmpeg works on threads of its own: closing under a write or a finish that is not through is a crash
    await this.busy;
    if (this.isDone) return;
    this.isDone = true;
    this.encoder.close();
    await this.output.close();
    await rm(this.temporary, { force: true });
  }

  private async drain(): Promise<void> {
    using packet = new ffmpeg.Packet();
    packet.alloc();
    while (await this.encoder.receive(packet)) {
      await this.output.writePacket(packet, this.stream!, this.settings.picture.timeBase);
      packet.unref();
    }
  }

  private async guard(step: () => Promise<void>): Promise<void> {
    const work = step();
    this.busy = work.catch(() => {});
    try {
      await work;
    } catch (error) {
      throw ffmpeg.asWriteError(error, this.file);
    }
  }
}

/** The encoder with the frames that carry plates into it. */
class Encoder {
  private readonly file: string;
  private readonly picture: PictureStream;
  private readonly settings: EncoderSettings;
  private readonly codes: ColorCodes;
  private readonly plateForm: PixelForm;
  private readonly plateFrames: EncoderFrames;
  /** Of the file's form; null where that is the plates'. */
  private readonly converted: EncoderFrames | null;
  private readonly storedFormat: number;
  private readonly context: CodecContext = new ffmpeg.CodecContext();
  private readonly scaler = new ffmpeg.SoftwareScaleContext();
  /** pts -> duration of frames inside the encoder, since some encoders forget it. */
  private readonly durations = new Map<bigint, bigint>();

  constructor(file: string, picture: PictureStream, form: StoredForm, settings: EncoderSettings) {
    const planar = planarFormatName(form.layout, form.depth);
    const stored = storedFormatName(form, planar);
    // a plate whose form is the file's is laid straight into the encoder's frame
    const direct = form.layout === picture.layout && form.depth === picture.depth;
    const plateName = direct ? stored : planarFormatName(picture.layout, picture.depth);
    this.file = file;
    this.picture = picture;
    this.settings = settings;
    this.codes = codesForLayout(picture.colorCodes, picture.color, picture.layout, form.layout);
    this.plateForm = pixelForm(plateName)!;
    this.storedFormat = ffmpeg.avGetPixFmtFromName(stored);
    const { width, height } = picture;
    this.plateFrames = new EncoderFrames(file, width, height, ffmpeg.avGetPixFmtFromName(plateName));
    this.converted = plateName === stored ? null : new EncoderFrames(file, width, height, this.storedFormat);
    this.scaler.allocContext();
  }

  async open(): Promise<void> {
    const { picture, settings, codes, context } = this;
    const codec = ffmpeg.Codec.findEncoderByName(settings.name);
    if (!codec) throw ffmpeg.writeFailed(this.file, `this build has no encoder ${settings.name}`);
    context.allocContext3(codec);
    context.width = picture.width;
    context.height = picture.height;
    context.pixelFormat = this.storedFormat as CodecContext['pixelFormat'];
    context.timeBase = new ffmpeg.Rational(picture.timeBase.num, picture.timeBase.den);
    context.framerate = new ffmpeg.Rational(picture.frameRate.num, picture.frameRate.den);
    context.sampleAspectRatio = new ffmpeg.Rational(picture.pixelAspect.num, picture.pixelAspect.den);
    context.gopSize = Math.max(1, Math.round(toNumber(picture.frameRate)));
    context.threadCount = settings.threads;
    context.colorPrimaries = codes.primaries as CodecContext['colorPrimaries'];
    context.colorTrc = codes.transfer as CodecContext['colorTrc'];
    context.colorSpace = codes.matrix as CodecContext['colorSpace'];
    context.colorRange = codes.range as CodecContext['colorRange'];
    context.chromaLocation = codes.chromaLocation as CodecContext['chromaLocation'];
    context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER, AV_CODEC_FLAG_BITEXACT);
    if (settings.quantiser !== null) {
      context.setFlags(AV_CODEC_FLAG_QSCALE);
      context.globalQuality = settings.quantiser * FF_QP2LAMBDA;
    }
    using options = ffmpeg.Dictionary.fromObject(settings.options);
    ffmpeg.checkWrite(await context.open2(codec, options), this.file, `opening the encoder ${settings.name}`);
  }

  describe(codecpar: Stream['codecpar']): void {
    ffmpeg.checkWrite(codecpar.fromContext(this.context), this.file, 'describing the stream');
  }

  async send(plate: Plate, pts: number, durationPts: number): Promise<void> {
    const { frame, memory } = this.plateFrames.take();
    fillFrame(plate, memory, this.plateForm);
    if (!this.converted) {
      await this.encode(frame, pts, durationPts);
      return;
    }
    frame.colorRange = this.picture.colorCodes.range as Frame['colorRange'];
    frame.colorSpace = this.picture.colorCodes.matrix as Frame['colorSpace'];
    const { frame: converted } = this.converted.take();
    converted.colorRange = this.codes.range as Frame['colorRange'];
    converted.colorSpace = this.codes.matrix as Frame['colorSpace'];
    ffmpeg.checkWrite(await this.scaler.scaleFrame(converted, frame), this.file, 'converting');
    await this.encode(converted, pts, durationPts);
  }

  private async encode(frame: Frame, pts: number, durationPts: number): Promise<void> {
    frame.pts = BigInt(pts);
    frame.duration = BigInt(durationPts);
    this.durations.set(frame.pts, frame.duration);
    ffmpeg.checkWrite(await this.context.sendFrame(frame), this.file, 'encoding');
  }

  async flush(): Promise<void> {
    ffmpeg.checkWrite(await this.context.sendFrame(null), this.file, 'ending the encoding');
  }

  /** @returns false when the encoder wants more frames, or has none left. */
  async receive(packet: InstanceType<typeof ffmpeg.Packet>): Promise<boolean> {
    const code = await this.context.receivePacket(packet);
    if (ffmpeg.isAgain(code) || ffmpeg.isEndOfFile(code)) return false;
    ffmpeg.checkWrite(code, this.file, 'encoding');
    packet.duration = this.durations.get(packet.pts) ?? packet.duration;
    this.durations.delete(packet.pts);
    return true;
  }

  close(): void {
    this.scaler.freeContext();
    this.context.freeContext();
    this.plateFrames.close();
    this.converted?.close();
  }
}
