// Segments into one file, and the sound of the clip beside them, without encoding anything again: packets are moved,
// their bytes are not looked at.

import { CodedError } from '../../core/index.ts';
import type { Rational } from '../../core/index.ts';
import type { JoinSettings } from '../../finals/index.ts';
import type { Stream } from 'node-av/lib';
import * as ffmpeg from './ffmpeg-library.ts';
import { makeWhole, printableName } from './files.ts';
import { decodingTimes, indexPackets } from './packet-index.ts';
import type { ClipInput } from './video-input.ts';
import { openClip } from './video-input.ts';
import { containerFor, MovieOutput } from './video-output.ts';
import { countPackets } from './video-packets.ts';
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
  let pts: number[] = [];
  let kind: string | null = null;
  let end = -Infinity;
  let lastShown = -Infinity;
  for (const segment of settings.segments) {
    const own = await withSegment(segment, (input) => readSegment(input, ticks));
    kind ??= own.kind;
    if (own.kind !== kind || own.pts.length === 0 || own.start <= lastShown) {
      throw new CodedError(
        'media/segments-differ',
        `${printableName(segment)} does not go on from the segment before it`,
        { hint: `Delete the segments of ${printableName(file)} and render again: the settings have changed.` },
      );
    }
    lastShown = own.lastShown;
    end = own.end;
    pts = pts.concat(own.pts);
  }
  // a packet lasts until the next picture is shown: containers note the length of a neighbour in time of decoding
  const sorted = [...pts].sort((x, y) => x - y);
  const next = new Map(sorted.map((time, i) => [time, sorted[i + 1] ?? end]));
  const dts = decodingTimes(pts);
  return pts.map((time, i) => ({ pts: time, dts: dts[i], duration: next.get(time)! - time }));
}

interface SegmentTimes {
  /** Codec, size, pixels and parameter sets in one text: alike in segments that join. */
  readonly kind: string;
  /** Times of display in the order of decoding. */
  readonly pts: readonly number[];
  readonly start: number;
  readonly lastShown: number;
  /** Where the last picture ends. */
  readonly end: number;
}

async function readSegment(input: ClipInput, ticks: Rational): Promise<SegmentTimes> {
  const { packets, endPts, isTorn } = await countPackets(input);
  const index = indexPackets(packets, -Infinity, endPts, isTorn);
  const { stream } = input;
  const inTicks = (value: number): number => Number(ffmpeg.avRescaleQ(BigInt(value), stream.timeBase, ticks));
  const { codecId, width, height, format, extradata } = stream.codecpar;
  const lastShown = index.pts.at(-1) ?? 0;
  return {
    kind: [codecId, width, height, format, extradata?.toString('base64')].join(),
    pts: packets.map((packet) => inTicks(packet.pts)),
    start: inTicks(index.pts[0] ?? 0),
    lastShown: inTicks(lastShown),
    end: inTicks(lastShown + (index.durations.at(-1) ?? 0)),
  };
}
