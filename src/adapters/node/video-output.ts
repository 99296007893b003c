// A movie file being written: container, streams, tags and packets. What the packets hold is its users' business: the
// encoder (video-write.ts) and the joining of finished segments (video-join.ts).

import path from 'node:path';
import type { CodecParameters, FormatContext, Packet, Stream } from 'node-av/lib';
import {
  AV_PKT_DATA_CONTENT_LIGHT_LEVEL,
  AV_PKT_DATA_MASTERING_DISPLAY_METADATA,
  AVFMT_FLAG_BITEXACT,
} from 'node-av/constants';
import type { Rational } from '../../core/index.ts';
import { CodedError, toNumber } from '../../core/index.ts';
import type { PictureStream, VideoCodec } from '../../finals/index.ts';
import * as ffmpeg from './ffmpeg-library.ts';
import { printableName } from './files.ts';
import { RE_AGED_KEY } from './re-aged-note.ts';

export type Container = 'mov' | 'mp4' | 'matroska';

const CONTAINERS: Readonly<Record<string, Container>> = { '.mov': 'mov', '.mp4': 'mp4', '.mkv': 'matroska' };

/** @throws {CodedError} `media/unsupported` */
export function containerFor(file: string, codec: VideoCodec | null): Container {
  const container = CONTAINERS[path.extname(file).toLowerCase()];
  if (!container || (container === 'mp4' && codec !== null && codec !== 'h264')) {
    throw new CodedError(
      'media/unsupported',
      `${printableName(file)}: ${codec ?? 'a clip'} cannot be written under this name`,
      { hint: 'Let the name end in .mov, in .mp4 for H.264, or in .mkv.' },
    );
  }
  return container;
}

export class MovieOutput {
  readonly container: Container;
  /** The name that people know, for messages; the bytes go to a temporary one. */
  private readonly file: string;
  private readonly picture: PictureStream;
  private readonly context: FormatContext;
  private isOpen = false;

  constructor(file: string, temporary: string, container: Container, picture: PictureStream) {
    this.file = file;
    this.container = container;
    this.picture = picture;
    this.context = new ffmpeg.FormatContext();
    const url = `file:${path.resolve(temporary)}`;
    ffmpeg.checkWrite(this.context.allocOutputContext2(null, container, url), file, 'setting up the container');
    // no program names, dates or random numbers of FFmpeg's own: the same frames give the same bytes
    this.context.flags = (this.context.flags | AVFMT_FLAG_BITEXACT) as FormatContext['flags'];
    this.context.metadata = ffmpeg.Dictionary.fromObject(tagsOf(picture));
  }

  /** @param fill - Sets codec, size and parameter sets. */
  addPicture(fill: (codecpar: CodecParameters) => void): Stream {
    const stream = this.context.newStream();
    fill(stream.codecpar);
    const { picture } = this;
    stream.timeBase = new ffmpeg.Rational(1, picture.timeBase.den);
    stream.avgFrameRate = timecodeRate(picture.frameRate);
    stream.sampleAspectRatio = new ffmpeg.Rational(picture.pixelAspect.num, picture.pixelAspect.den);
    if (picture.timecode) stream.metadata = ffmpeg.Dictionary.fromObject({ timecode: picture.timecode });
    for (const { kind, data } of picture.hdrMetadata) {
      const type = kind === 'content-light' ? AV_PKT_DATA_CONTENT_LIGHT_LEVEL : AV_PKT_DATA_MASTERING_DISPLAY_METADATA;
      ffmpeg.checkWrite(stream.codecpar.addCodedSideData(type, Buffer.from(data)), this.file, 'HDR metadata');
    }
    return stream;
  }

  addSound(from: Stream): Stream {
    const stream = this.context.newStream();
    ffmpeg.checkWrite(from.codecpar.copy(stream.codecpar), this.file, 'copying the sound');
    stream.codecpar.codecTag = 0; // each container has its own name for a codec
    stream.timeBase = from.timeBase;
    stream.disposition = from.disposition;
    const language = from.metadata?.get('language');
    if (language) stream.metadata = ffmpeg.Dictionary.fromObject({ language });
    return stream;
  }

  /** @throws {CodedError} `media/sound-unfit`, `media/write-failed`, `file/disk-full` */
  async start(): Promise<void> {
    ffmpeg.checkWrite(await this.context.openOutput(), this.file, 'opening');
    this.isOpen = true;
    using options = ffmpeg.Dictionary.fromObject(this.headerOptions());
    const code = await this.context.writeHeader(options);
    if (code < 0 && this.context.nbStreams > 1) throw this.soundUnfit(code);
    ffmpeg.checkWrite(code, this.file, 'writing the header');
  }

  private headerOptions(): Record<string, string | number> {
    if (this.container === 'matroska') return {};
    // times are counted in the units of the source, or edits and long takes would be rounded to milliseconds
    const { den } = this.picture.timeBase;
    return { movflags: '+use_metadata_tags', video_track_timescale: den, movie_timescale: den };
  }

  private soundUnfit(code: number): CodedError {
    const codecs = this.context.streams.slice(1).map(({ codecpar }) => ffmpeg.avGetCodecName(codecpar.codecId));
    return new CodedError(
      'media/sound-unfit',
      `${printableName(this.file)} cannot hold the sound of the clip (${codecs.join(', ')}: ${ffmpeg.describeCode(code)})`,
      { hint: 'Let the name end in .mov or .mkv; the sound is copied as it is and never encoded again.' },
    );
  }

  /** The packet's times are in `timeBase`; its bytes are not kept. Packets of a stream come in the order of their dts. */
  async writePacket(packet: Packet, stream: Stream, timeBase: Rational): Promise<void> {
    packet.rescaleTs(timeBase, stream.timeBase);
    packet.streamIndex = stream.index;
    packet.pos = -1n;
    ffmpeg.checkWrite(await this.context.interleavedWriteFrame(packet), this.file, 'writing');
  }

  /** Writes what is held back and the index. */
  async finish(): Promise<void> {
    ffmpeg.checkWrite(await this.context.writeTrailer(), this.file, 'writing the index');
    // the last bytes may fail only now, in FFmpeg's own buffer
    await this.context.flush();
    ffmpeg.checkWrite(this.context.pb?.error ?? 0, this.file, 'writing');
    await this.close();
  }

  /** Lets the file go, whole or not. */
  async close(): Promise<void> {
    if (this.isOpen) await this.context.closeOutput();
    this.isOpen = false;
    this.context.freeContext();
  }
}

function tagsOf({ metadata, reAged }: PictureStream): Record<string, string> {
  if (reAged === null) return { ...metadata };
  const comment = metadata.comment ? `${reAged} | ${metadata.comment}` : reAged;
  return { ...metadata, comment, [RE_AGED_KEY]: reAged };
}

/** A timecode track counts whole frames: a clip of variable rate gets the nearest whole one. */
function timecodeRate(rate: Rational): InstanceType<typeof ffmpeg.Rational> {
  const value = toNumber(rate);
  const isStandard = Math.abs(value - Math.round(value)) < 1e-6 || rate.den === 1001;
  return isStandard ? new ffmpeg.Rational(rate.num, rate.den) : new ffmpeg.Rational(Math.max(1, Math.round(value)), 1);
}
