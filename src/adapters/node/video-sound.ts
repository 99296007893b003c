// The sound of a clip on its way into another file: packets bit for bit, only their times move.

import type { FormatContext, Packet, Stream } from 'node-av/lib';
import {
  AV_CODEC_ID_ADPCM_IMA_QT,
  AV_CODEC_ID_PCM_S16LE,
  AV_NOPTS_VALUE,
  AVDISCARD_ALL,
  AVMEDIA_TYPE_AUDIO,
} from 'node-av/constants';
import { toNumber } from '../../core/index.ts';
import type { SoundSource } from '../../finals/index.ts';
import * as ffmpeg from './ffmpeg-library.ts';
import { openContainer } from './video-input.ts';
import type { MovieOutput } from './video-output.ts';

/**
 * Packets kept from before the first moment: decoders of AAC and its kin need them to start clean. The edit list of MOV
 * and MP4 hides them, as it does in the original; Matroska has none, and PCM needs none.
 */
const PREROLL_PACKETS = 4;

interface Track {
  readonly from: Stream;
  readonly to: Stream;
  /** In units of the track. */
  readonly start: bigint;
  /** null: to the end of the source. */
  readonly end: bigint | null;
}

export class SoundFeed {
  private readonly context: FormatContext;
  private readonly output: MovieOutput;
  private readonly tracks: ReadonlyMap<number, Track>;
  private readonly packet: Packet = new ffmpeg.Packet();
  /** A packet was read and waits for its time. */
  private isWaiting = false;
  private isAtEnd = false;

  private constructor(context: FormatContext, output: MovieOutput, tracks: ReadonlyMap<number, Track>) {
    this.context = context;
    this.output = output;
    this.tracks = tracks;
    this.packet.alloc();
  }

  /** Opens the source and announces its tracks to the output, which must not have been started. */
  static async open(source: SoundSource, output: MovieOutput): Promise<SoundFeed> {
    const context = await openContainer(source.file);
    try {
      ffmpeg.checkRead(await context.findStreamInfo(), source.file, 'reading the streams');
      const tracks = new Map<number, Track>();
      for (const from of context.streams) {
        if (from.codecpar.codecType !== AVMEDIA_TYPE_AUDIO) {
          from.discard = AVDISCARD_ALL;
          continue;
        }
        const start = ffmpeg.avRescaleQ(BigInt(source.startPts), source.timeBase, from.timeBase);
        const end =
          source.endPts === undefined ? null : ffmpeg.avRescaleQ(BigInt(source.endPts), source.timeBase, from.timeBase);
        tracks.set(from.index, { from, to: output.addSound(from), start, end });
      }
      return new SoundFeed(context, output, tracks);
    } catch (error) {
      await context.closeInput();
      throw error;
    }
  }

  /** Writes what is due up to a moment of the new file. */
  async writeUntil(seconds: number): Promise<void> {
    while (await this.fetch()) {
      const { from, to } = this.tracks.get(this.packet.streamIndex)!;
      if (Number(this.packet.dts) * toNumber(from.timeBase) > seconds) return;
      await this.output.writePacket(this.packet, to, from.timeBase);
      this.packet.unref();
      this.isWaiting = false;
    }
  }

  /** Reads on to the next packet inside the span, its times moved. */
  private async fetch(): Promise<boolean> {
    if (this.isWaiting) return true;
    while (!this.isAtEnd) {
      this.packet.unref();
      this.isAtEnd = (await this.context.readFrame(this.packet)) < 0;
      const track = this.isAtEnd ? undefined : this.tracks.get(this.packet.streamIndex);
      if (track && this.isInside(track)) {
        this.packet.pts -= track.start;
        this.packet.dts = this.packet.dts === AV_NOPTS_VALUE ? this.packet.pts : this.packet.dts - track.start;
        this.isWaiting = true;
        return true;
      }
    }
    return false;
  }

  private isInside({ from, start, end }: Track): boolean {
    const { pts, duration } = this.packet;
    const isWithoutPreroll = this.output.container === 'matroska' || isPcm(from.codecpar.codecId);
    const preroll = isWithoutPreroll ? 0n : BigInt(PREROLL_PACKETS) * duration;
    return pts + duration + preroll > start && (end === null || pts < end);
  }

  async close(): Promise<void> {
    this.packet.free();
    await this.context.closeInput();
  }
}

/** FFmpeg numbers the PCM codecs from here up to the next family. */
function isPcm(codecId: number): boolean {
  return codecId >= AV_CODEC_ID_PCM_S16LE && codecId < AV_CODEC_ID_ADPCM_IMA_QT;
}
