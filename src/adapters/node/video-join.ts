// Segments into one file, and the sound of the clip beside them, without encoding anything again: packets are moved,
// their bytes are not looked at.

import { CodedError } from '../../core/index.ts';
import type { Rational } from '../../core/index.ts';
import type { JoinSettings } from '../../finals/index.ts';
import type { Stream } from 'node-av/lib';
import * as ffmpeg from './ffmpeg-library.ts';
import { makeWhole, printableName } from './files.ts';
import { decodingTimes } from './packet-index.ts';
import type { ClipInput } from './video-input.ts';
import { openClip } from './video-input.ts';
import { containerFor, MovieOutput } from './video-output.ts';
import { SoundFeed } from './video-sound.ts';

/** Segments are our own work: their size was accepted when the clip was. */
const ANY_SIZE = 2 ** 31 - 1;

/** @throws {CodedError} as `VideoFiles.join` */
export async function joinSegments(file: string, settings: JoinSettings): Promise<void> {
  if (settings.segments.length === 0) throw new RangeError('no segments to join');
  const container = containerFor(file, null);
  const times = await readTimes(file, settings);
  await makeWhole(file, async (temporary) => {
    const output = new MovieOutput(file, temporary, container, settings.picture);
    try {
      await fill(file, output, settings, times);
    } catch (error) {
      throw ffmpeg.asWriteError(error, file);
    } finally {
      await output.close();
    }
  });
}

async function fill(
  file: string,
  output: MovieOutput,
  settings: JoinSettings,
  times: readonly PacketTimes[],
): Promise<void> {
  const stream = await withSegment(settings.segments[0], async (first) =>
    output.addPicture((codecpar) => {
      ffmpeg.checkWrite(first.stream.codecpar.copy(codecpar), file, 'copying the picture');
      // the tag tells 4444 from 422 in ProRes; Matroska has names of its own
      if (output.container === 'matroska') codecpar.codecTag = 0;
    }),
  );
  const sound = settings.sound ? await SoundFeed.open(settings.sound, output) : null;
  try {
    await output.start();
    let at = 0;
    for (const segment of settings.segments) {
      await withSegment(segment, async (input) => {
        at = await copyPictures(input, output, stream, times, at, sound, ticksOf(settings));
      });
    }
    await sound?.writeUntil(Infinity);
    await output.finish();
  } finally {
    await sound?.close();
  }
}

async function withSegment<T>(segment: string, use: (input: ClipInput) => Promise<T>): Promise<T> {
  const input = await openClip(segment, ANY_SIZE);
  try {
    return await use(input);
  } finally {
    await input.close();
  }
}

/** Times of one packet in the joined stream. */
interface PacketTimes {
  readonly pts: number;
  readonly dts: number;
  readonly duration: number;
}

/** Units in which the joined times are counted: one numerator's worth of the picture's time base. */
function ticksOf({ picture }: JoinSettings): Rational {
  return { num: 1, den: picture.timeBase.den };
}

/** @returns the number of the packet after the last one copied. */
async function copyPictures(
  input: ClipInput,
  output: MovieOutput,
  stream: Stream,
  times: readonly PacketTimes[],
  first: number,
  sound: SoundFeed | null,
  ticks: Rational,
): Promise<number> {
  using packet = new ffmpeg.Packet();
  packet.alloc();
  let at = first;
  while ((await input.context.readFrame(packet)) >= 0) {
    if (packet.streamIndex === input.stream.index) {
      const { pts, dts, duration } = times[at++];
      await sound?.writeUntil((dts * ticks.num) / ticks.den);
      packet.pts = BigInt(pts);
      packet.dts = BigInt(dts);
      packet.duration = BigInt(duration);
      await output.writePacket(packet, stream, ticks);
    }
    packet.unref();
  }
  return at;
}

/** The times of all packets, in the order of decoding; checks on the way that the segments belong together. */
async function readTimes(file: string, settings: JoinSettings): Promise<PacketTimes[]> {
  const ticks = ticksOf(settings);
  const found: { pts: number; duration: number }[] = [];
  let kind: string | null = null;
  let end = -Infinity;
  for (const segment of settings.segments) {
    await withSegment(segment, async (input) => {
      const own = await readSegment(input, ticks);
      kind ??= own.kind;
      const starts = Math.min(...own.packets.map((packet) => packet.pts));
      if (own.kind !== kind || starts <= end || own.packets.length === 0) {
        throw new CodedError(
          'media/segments-differ',
          `${printableName(segment)} does not go on from the segment before it`,
          {
            hint: `Delete the segments of ${printableName(file)} and render again: the settings have changed.`,
          },
        );
      }
      end = Math.max(...own.packets.map((packet) => packet.pts));
      found.push(...own.packets);
    });
  }
  const dts = decodingTimes(found.map((packet) => packet.pts));
  return found.map((packet, i) => ({ ...packet, dts: dts[i] }));
}

async function readSegment(
  { context, stream }: ClipInput,
  ticks: Rational,
): Promise<{ kind: string; packets: { pts: number; duration: number }[] }> {
  const packets: { pts: number; duration: number }[] = [];
  const inTicks = (value: bigint): number => Number(ffmpeg.avRescaleQ(value, stream.timeBase, ticks));
  using packet = new ffmpeg.Packet();
  packet.alloc();
  while ((await context.readFrame(packet)) >= 0) {
    if (packet.streamIndex === stream.index)
      packets.push({ pts: inTicks(packet.pts), duration: inTicks(packet.duration) });
    packet.unref();
  }
  const { codecId, width, height, format, extradata } = stream.codecpar;
  return { kind: [codecId, width, height, format, extradata?.toString('base64')].join(), packets };
}
