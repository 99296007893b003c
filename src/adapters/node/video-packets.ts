// The packets of a clip, counted from one end of the file to the other, and how it is seen that the file has lost its end.

import type { Stream } from 'node-av/lib';
import { AV_NOPTS_VALUE, AV_PKT_FLAG_CORRUPT, AV_PKT_FLAG_DISCARD } from 'node-av/constants';
import { CodedError, toNumber } from '../../core/index.ts';
import * as ffmpeg from './ffmpeg-library.ts';
import { printableName } from './files.ts';
import type { PacketFacts } from './packet-index.ts';
import type { ClipInput } from './video-input.ts';

export interface CountedPackets {
  /** All of the picture stream, in the order of the file. */
  readonly packets: readonly PacketFacts[];
  /** Where the container says that the picture ends; null where it does not say. */
  readonly endPts: number | null;
  /** The file ends before its time. */
  readonly isTorn: boolean;
}

/**
 * Reads the file to its end; nothing is decoded.
 *
 * @throws {CodedError} `media/unsupported` where packets carry no times
 */
export async function countPackets(input: ClipInput): Promise<CountedPackets> {
  const { file, context, stream } = input;
  const packets: PacketFacts[] = [];
  using packet = new ffmpeg.Packet();
  packet.alloc();
  let code = await context.readFrame(packet);
  for (; code >= 0; code = await context.readFrame(packet)) {
    if (packet.streamIndex === stream.index) {
      if (packet.pts === AV_NOPTS_VALUE) throw withoutTimes(file);
      packets.push({
        pts: Number(packet.pts),
        dts: Number(packet.dts === AV_NOPTS_VALUE ? packet.pts : packet.dts),
        duration: Number(packet.duration),
        isKey: packet.isKeyframe,
        isCorrupt: (packet.flags & AV_PKT_FLAG_CORRUPT) !== 0,
        isHidden: (packet.flags & AV_PKT_FLAG_DISCARD) !== 0,
      });
    }
    packet.unref();
  }
  const isTorn = !ffmpeg.isEndOfFile(code) || packets.at(-1)?.isCorrupt === true || endsEarly(stream, packets);
  return { packets, endPts: endOf(input), isTorn };
}

/** Only MOV and MP4 know it exactly. */
function endOf({ context, stream }: ClipInput): number | null {
  if (!context.iformat?.name?.startsWith('mov') || stream.duration === AV_NOPTS_VALUE) return null;
  return Number((stream.startTime === AV_NOPTS_VALUE ? 0n : stream.startTime) + stream.duration);
}

function withoutTimes(file: string): CodedError {
  return new CodedError('media/unsupported', `the pictures in ${printableName(file)} carry no times`, {
    hint: 'Put the clip into a MOV file first (`ffmpeg -fflags +genpts -i in -c copy out.mov`).',
  });
}

/** Matroska ends quietly where it is cut; it writes the duration of each stream beside it. */
function endsEarly(stream: Stream, packets: readonly PacketFacts[]): boolean {
  const seconds = declaredSeconds(stream);
  const last = packets.at(-1);
  if (seconds === null || !last) return false;
  const end = Math.max(...packets.slice(-32).map((packet) => packet.pts + packet.duration)) * toNumber(stream.timeBase);
  return seconds - end > 1.5 * Math.max(last.duration, 1) * toNumber(stream.timeBase);
}

/** Seconds that the stream says it lasts, in Matroska's way; null where it does not. */
export function declaredSeconds({ metadata }: Stream): number | null {
  const clock = /^(\d+):(\d+):([\d.]+)$/.exec(metadata?.get('DURATION') ?? '');
  return clock && Number(clock[1]) * 3600 + Number(clock[2]) * 60 + Number(clock[3]);
}
