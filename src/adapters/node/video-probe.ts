// All that is known of a clip before its frames are asked for: what the header says, the exact index of its frames, and
// the form of its pixels, tried on the first frame.

import type { AVPixelFormat } from 'node-av/constants';
import type { Stream } from 'node-av/lib';
import {
  AV_FRAME_DATA_CONTENT_LIGHT_LEVEL,
  AV_FRAME_DATA_MASTERING_DISPLAY_METADATA,
  AV_FRAME_FLAG_CORRUPT,
  AV_PKT_DATA_CONTENT_LIGHT_LEVEL,
  AV_PKT_DATA_DISPLAYMATRIX,
  AV_PKT_DATA_MASTERING_DISPLAY_METADATA,
  AVMEDIA_TYPE_AUDIO,
} from 'node-av/constants';
import type { Rational } from '../../core/index.ts';
import { CodedError, toNumber } from '../../core/index.ts';
import type { ColorCodes, HdrMetadata, VideoInfo } from '../../finals/index.ts';
import * as ffmpeg from './ffmpeg-library.ts';
import { printableName } from './files.ts';
import type { PacketIndex } from './packet-index.ts';
import { indexPackets } from './packet-index.ts';
import { RE_AGED_KEY } from './re-aged-note.ts';
import { colorTags, turnedChromaLocation } from './video-color.ts';
import type { ClipInput } from './video-input.ts';
import { decodeFrames, openClip } from './video-input.ts';
import { cleanMetadata } from './video-metadata.ts';
import { countPackets, declaredSeconds } from './video-packets.ts';
import type { Orientation, PixelForm } from './video-pixels.ts';
import { isTransposed, pixelForm, uprightLayout } from './video-pixels.ts';
import { clockwiseDegrees, orientationOf } from './video-rotation.ts';

export interface ProbedClip {
  readonly info: VideoInfo;
  readonly index: PacketIndex;
  readonly orientation: Orientation;
  /** Of the stored picture. */
  readonly stored: { readonly width: number; readonly height: number; readonly pixelFormat: AVPixelFormat };
  /** Format to which frames are converted first; null where their samples are taken as they are. */
  readonly convertTo: AVPixelFormat | null;
  readonly form: PixelForm;
}

/** @throws {CodedError} as `VideoFiles.open` */
export async function probeClip(file: string, maxPixels: number): Promise<ProbedClip> {
  const first = await firstFrame(file, maxPixels);
  const input = await openClip(file, maxPixels);
  try {
    const { packets, endPts, isTorn } = await countPackets(input);
    const index = indexPackets(packets, first.pts, endPts, isTorn);
    const { form, convertTo } = chooseForm(file, first.pixelFormat);
    const matrix = input.stream.codecpar.getCodedSideData(AV_PKT_DATA_DISPLAYMATRIX);
    const orientation = orientationOf(matrix);
    const info = describe(input, first, index, isTorn, form, orientation);
    return { info, index, orientation, stored: first, convertTo, form };
  } finally {
    await input.close();
  }
}

interface FirstFrame {
  readonly pts: number;
  readonly width: number;
  readonly height: number;
  readonly pixelFormat: AVPixelFormat;
  readonly hdrMetadata: readonly HdrMetadata[];
}

/** The first frame that can be shown: its time and the form of its pixels, which headers do not always tell. */
async function firstFrame(file: string, maxPixels: number): Promise<FirstFrame> {
  const input = await openClip(file, maxPixels);
  try {
    for await (const frame of decodeFrames(input, { maxPixels, threads: 1 })) {
      if ((frame.flags & AV_FRAME_FLAG_CORRUPT) !== 0) continue;
      return {
        pts: Number(frame.bestEffortTimestamp),
        width: frame.width,
        height: frame.height,
        pixelFormat: frame.format as AVPixelFormat,
        hdrMetadata: readHdr(
          frame.getSideData(AV_FRAME_DATA_MASTERING_DISPLAY_METADATA),
          frame.getSideData(AV_FRAME_DATA_CONTENT_LIGHT_LEVEL),
        ),
      };
    }
  } finally {
    await input.close();
  }
  throw new CodedError('media/undecodable', `no frame of ${printableName(file)} can be decoded`, {
    hint: 'Copy the clip from its source again, or convert it to ProRes or H.264 where it plays.',
  });
}

/** Formats that hold plates as they are; FFmpeg picks the nearest of them for one that does not. */
const CONVERSIONS = ['yuv420p', 'yuv422p', 'yuv444p', 'gbrp']
  .flatMap((family) => [family, `${family}10le`, `${family}12le`, `${family}16le`])
  .concat('gbrpf16le', 'gbrpf32le');

function chooseForm(file: string, pixelFormat: AVPixelFormat): { form: PixelForm; convertTo: AVPixelFormat | null } {
  const name = ffmpeg.avGetPixFmtName(pixelFormat) ?? '';
  const direct = pixelForm(name);
  if (direct) return { form: direct, convertTo: null };
  const known = CONVERSIONS.map((candidate) => ffmpeg.avGetPixFmtFromName(candidate));
  const nearest = ffmpeg.avcodecFindBestPixFmtOfList(known, pixelFormat);
  // sensor mosaics need a developer with the camera's own numbers
  const form = name.startsWith('bayer') ? null : pixelForm(ffmpeg.avGetPixFmtName(nearest) ?? '');
  if (!form) {
    throw new CodedError('media/unsupported', `${printableName(file)} holds pixels of the form ${name}`, {
      hint: 'Convert the clip to ProRes or H.264.',
    });
  }
  return { form, convertTo: nearest };
}

function describe(
  input: ClipInput,
  first: FirstFrame,
  index: PacketIndex,
  isTorn: boolean,
  form: PixelForm,
  orientation: Orientation,
): VideoInfo {
  const { file, context, stream } = input;
  const { codecpar, timeBase } = stream;
  const isTurned = isTransposed(orientation);
  const [width, height] = isTurned ? [codecpar.height, codecpar.width] : [codecpar.width, codecpar.height];
  const codes = readColorCodes(stream, isTurned);
  const layout = uprightLayout(form.layout, orientation);
  const tags = lowerCaseKeys(
    { ...context.metadata?.getAll(), ...stream.metadata?.getAll() },
    context.iformat?.name ?? '',
  );
  const frameCount = index.pts.length;
  const frameRate = readFrameRate(stream, index);
  const promised = Number(stream.nbFrames) || Math.round((declaredSeconds(stream) ?? 0) * toNumber(frameRate));
  return {
    file,
    container: context.iformat?.name ?? '',
    codec: ffmpeg.avGetCodecName(codecpar.codecId) ?? '',
    pixelFormat: ffmpeg.avGetPixFmtName(codecpar.format as AVPixelFormat) ?? '',
    width,
    height,
    layout,
    depth: form.depth,
    color: colorTags(codes, { layout, depth: form.depth, width, height }),
    colorCodes: codes,
    hdrMetadata: hdrOf(stream, first),
    pixelAspect: readPixelAspect(stream, isTurned),
    timeBase: { num: timeBase.num, den: timeBase.den },
    frameRate,
    isVariableFrameRate: index.isVariableRate,
    rotationDegrees: clockwiseDegrees(orientation),
    frameCount,
    declaredFrameCount: isTorn ? Math.max(frameCount + 1, promised) : frameCount,
    timecode: findTimecode(input),
    metadata: cleanMetadata(tags),
    reAged: tags[RE_AGED_KEY] ?? null,
    soundStreams: context.streams.filter((other) => other.codecpar.codecType === AVMEDIA_TYPE_AUDIO).length,
  };
}

/** Matroska shouts its keys. */
function lowerCaseKeys(tags: Record<string, string>, container: string): Record<string, string> {
  if (!container.startsWith('matroska')) return tags;
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [key.toLowerCase(), value]));
}

function readColorCodes({ codecpar }: Stream, isTurned: boolean): ColorCodes {
  return {
    primaries: codecpar.colorPrimaries,
    transfer: codecpar.colorTrc,
    matrix: codecpar.colorSpace,
    range: codecpar.colorRange,
    chromaLocation: turnedChromaLocation(codecpar.chromaLocation, isTurned),
  };
}

/** Of the container; cameras that write it only beside each picture are read there. */
function hdrOf({ codecpar }: Stream, first: FirstFrame): readonly HdrMetadata[] {
  const said = readHdr(
    codecpar.getCodedSideData(AV_PKT_DATA_MASTERING_DISPLAY_METADATA),
    codecpar.getCodedSideData(AV_PKT_DATA_CONTENT_LIGHT_LEVEL),
  );
  return said.length > 0 ? said : first.hdrMetadata;
}

function readHdr(mastering: Uint8Array | null, light: Uint8Array | null): HdrMetadata[] {
  const found: HdrMetadata[] = [];
  if (mastering) found.push({ kind: 'mastering-display', data: new Uint8Array(mastering) });
  if (light) found.push({ kind: 'content-light', data: new Uint8Array(light) });
  return found;
}

function readPixelAspect(stream: Stream, isTurned: boolean): Rational {
  const said = [stream.sampleAspectRatio, stream.codecpar.sampleAspectRatio].find(({ num, den }) => num > 0 && den > 0);
  if (!said) return { num: 1, den: 1 };
  return isTurned ? { num: said.den, den: said.num } : { num: said.num, den: said.den };
}

const RATES: readonly Rational[] = [
  { num: 24000, den: 1001 },
  { num: 30000, den: 1001 },
  { num: 48000, den: 1001 },
  { num: 60000, den: 1001 },
  { num: 120000, den: 1001 },
];

/** Containers that count in milliseconds say 2997/125; the rates of television are put right, 24 and 23.976 kept apart. */
function readFrameRate(stream: Stream, { pts, isVariableRate }: PacketIndex): Rational {
  const counted = { num: (pts.length - 1) * stream.timeBase.den, den: (pts.at(-1)! - pts[0]) * stream.timeBase.num };
  const said = stream.avgFrameRate;
  const rate = (isVariableRate || !(said.num > 0 && said.den > 0)) && counted.den > 0 ? counted : said;
  const value = toNumber(rate);
  const standard = RATES.find((candidate) => Math.abs(toNumber(candidate) / value - 1) < 2e-4);
  const divisor = greatestDivisor(rate.num, rate.den) || 1;
  return standard ?? { num: rate.num / divisor, den: rate.den / divisor || 1 };
}

function greatestDivisor(x: number, y: number): number {
  return y === 0 ? x : greatestDivisor(y, x % y);
}

/** MOV says it on its streams, MXF and Matroska in the header. */
function findTimecode({ context, stream }: ClipInput): string | null {
  const places = [stream.metadata, ...context.streams.map((other) => other.metadata), context.metadata];
  for (const metadata of places) {
    const said = metadata?.get('timecode') ?? metadata?.get('TIMECODE');
    if (said) return said.replace('.', ';');
  }
  return null;
}
