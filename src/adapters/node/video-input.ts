// A clip opened for reading and its decoder. Only files, only containers that hold clips: no playlist that names other
// files, no address on the network, and no picture larger than the limit, checked before anything is decoded.

import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { FormatContext, Frame, Packet, Stream } from 'node-av/lib';
import {
  AV_DISPOSITION_ATTACHED_PIC,
  AVDISCARD_ALL,
  AVMEDIA_TYPE_VIDEO,
  AVSEEK_FLAG_BACKWARD,
} from 'node-av/constants';
import { CodedError } from '../../core/index.ts';
import * as ffmpeg from './ffmpeg-library.ts';
import { notFound, printableName } from './files.ts';
import { tooLarge } from './pixel-limit.ts';

/** Containers that hold clips or sound and can name no other file. */
const CONTAINERS = 'mov,matroska,mxf,mpegts,avi,nut,mpeg,ivf,dv,asf,flv,yuv4mpegpipe,wav';

export interface ClipInput {
  readonly file: string;
  readonly context: FormatContext;
  readonly stream: Stream;
  close(): Promise<void>;
}

/**
 * Opens a clip; all streams but the picture are switched off.
 *
 * @throws {CodedError} `file/not-found`, `media/empty`, `media/unreadable`, `media/no-picture`, `media/too-large`
 */
export async function openClip(file: string, maxPixels: number): Promise<ClipInput> {
  const context = await openContainer(file);
  try {
    refuseLarge(context, file, maxPixels);
    ffmpeg.checkRead(await context.findStreamInfo(), file, 'reading the streams');
    refuseLarge(context, file, maxPixels);
    const stream = pictureStream(context, file);
    for (const other of context.streams) if (other.index !== stream.index) other.discard = AVDISCARD_ALL;
    return { file, context, stream, close: () => context.closeInput() };
  } catch (error) {
    await context.closeInput();
    throw error;
  }
}

/** @throws {CodedError} `file/not-found`, `media/empty`, `media/unreadable` */
export async function openContainer(file: string): Promise<FormatContext> {
  const found = await stat(file).catch((cause: unknown) => {
    throw notFound(file, cause);
  });
  if (found.isFile() && found.size === 0) {
    throw new CodedError('media/empty', `${printableName(file)} has no content (0 bytes)`, {
      hint: 'Copy the file from its source again, or leave it out.',
    });
  }
  if (!found.isFile()) throw ffmpeg.unreadable(file, 'not a file');
  const context = new ffmpeg.FormatContext();
  using options = ffmpeg.Dictionary.fromObject({
    protocol_whitelist: 'file',
    format_whitelist: CONTAINERS,
    fflags: '+genpts',
  });
  // the protocol is spelled out, so that a name like `concat:a|b` is a name
  ffmpeg.checkRead(await context.openInput(`file:${path.resolve(file)}`, null, options), file, 'opening');
  return context;
}

function refuseLarge(context: FormatContext, file: string, maxPixels: number): void {
  for (const { codecpar } of context.streams) {
    if (codecpar.codecType !== AVMEDIA_TYPE_VIDEO || codecpar.width * codecpar.height <= maxPixels) continue;
    throw tooLarge(file, codecpar.width, codecpar.height, maxPixels);
  }
}

function pictureStream(context: FormatContext, file: string): Stream {
  const best = context.findBestStream(AVMEDIA_TYPE_VIDEO);
  const stream = context.streams.find(
    ({ index, disposition }) => index === best && (disposition & AV_DISPOSITION_ATTACHED_PIC) === 0,
  );
  if (!stream) {
    throw new CodedError('media/no-picture', `${printableName(file)} holds no moving picture`, {
      hint: 'Give the file with the picture; sound alone cannot be re-aged.',
    });
  }
  if (!(stream.codecpar.width > 0 && stream.codecpar.height > 0)) throw ffmpeg.unreadable(file, 'no picture size');
  return stream;
}

/** Where decoding can start: a key packet. */
export interface KeyPlace {
  readonly pts: number;
  readonly dts: number;
}

/**
 * Goes to the key packet, or somewhere before it.
 *
 * @returns false where the container cannot: the input then stands anywhere and must be opened again.
 */
export async function seekToKey({ context, stream }: ClipInput, key: KeyPlace): Promise<boolean> {
  const seek = (): Promise<number> => context.seekFrame(stream.index, BigInt(key.dts), AVSEEK_FLAG_BACKWARD);
  if ((await seek()) < 0) return false;
  using packet = new ffmpeg.Packet();
  packet.alloc();
  do {
    packet.unref();
    if ((await context.readFrame(packet)) < 0) return false;
  } while (packet.streamIndex !== stream.index);
  return packet.dts <= BigInt(key.dts) && (await seek()) >= 0;
}

export interface DecodeOptions {
  readonly maxPixels: number;
  /** As many as there are cores by default; the pictures do not depend on it. */
  readonly threads?: number;
  readonly signal?: AbortSignal;
}

/**
 * Decodes from where the input stands, frames in the order of display. The frame is the same object each time and holds
 * its picture until the next one is asked for. Broken packets are passed over; what is missing shows in the times.
 */
export async function* decodeFrames(
  input: ClipInput,
  { maxPixels, threads, signal }: DecodeOptions,
): AsyncGenerator<Frame, void, undefined> {
  using decoder = await openDecoder(input, maxPixels, threads ?? 0);
  using packet = new ffmpeg.Packet();
  packet.alloc();
  using frame = new ffmpeg.Frame();
  frame.alloc();
  for (let isFed = true; isFed;) {
    signal?.throwIfAborted();
    isFed = await nextPacket(input, packet);
    // null flushes; a packet that the decoder refuses is passed over like one that is not there
    await decoder.sendPacket(isFed ? packet : null);
    packet.unref();
    while ((await decoder.receiveFrame(frame)) >= 0) {
      yield frame;
      frame.unref();
    }
  }
}

/** False at the end of the file, and where it cannot be read on. */
async function nextPacket({ context, stream }: ClipInput, packet: Packet): Promise<boolean> {
  while ((await context.readFrame(packet)) >= 0) {
    if (packet.streamIndex === stream.index) return true;
    packet.unref();
  }
  return false;
}

async function openDecoder(
  { file, stream }: ClipInput,
  maxPixels: number,
  threads: number,
): Promise<InstanceType<typeof ffmpeg.CodecContext>> {
  const { codecpar } = stream;
  const codec = ffmpeg.Codec.findDecoder(codecpar.codecId);
  const name = ffmpeg.avGetCodecName(codecpar.codecId) ?? 'unknown';
  if (!codec) {
    throw new CodedError(
      'media/unsupported',
      `${printableName(file)} holds ${name} pictures, for which there is no decoder`,
      {
        hint: 'Convert the clip to ProRes or H.264.',
      },
    );
  }
  const decoder = new ffmpeg.CodecContext();
  decoder.allocContext3(codec);
  ffmpeg.checkRead(decoder.parametersToContext(codecpar), file, 'setting up the decoder');
  decoder.pktTimebase = stream.timeBase;
  decoder.threadCount = threads;
  using options = ffmpeg.Dictionary.fromObject({ max_pixels: maxPixels });
  ffmpeg.checkRead(await decoder.open2(codec, options), file, `opening the ${name} decoder`);
  return decoder;
}
