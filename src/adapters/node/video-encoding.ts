// What each codec is asked for: the form of its pixels for a plate, and the settings of its encoder. Settings that would
// let the number of cores into the picture are fixed.

import type { FFEncoderCodec } from 'node-av/constants';
import { FF_ENCODER_FFV1, FF_ENCODER_LIBX264, FF_ENCODER_PRORES_KS } from 'node-av/constants';
import type { PlateLayout, SampleDepth } from '../../core/index.ts';
import { CodedError } from '../../core/index.ts';
import type { VideoCodec } from '../../finals/index.ts';

export interface StoredForm {
  readonly layout: PlateLayout;
  readonly depth: SampleDepth;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

function isEven({ width, height }: Size): boolean {
  return width % 2 === 0 && height % 2 === 0;
}

/**
 * How a codec holds plates of a form: as they are where it can, else in the nearest form that players know.
 *
 * @throws {CodedError} `media/unsupported` for float plates in a delivery codec: they need a view transform first.
 */
export function storedForm(codec: VideoCodec, { layout, depth, ...size }: StoredForm & Size): StoredForm {
  if (codec === 'ffv1') return { layout, depth };
  if (depth === 'half' || depth === 'float') {
    throw new CodedError('media/unsupported', `${codec} cannot hold float pictures`, {
      hint: 'Write float plates as ffv1.',
    });
  }
  // H.264 shares chroma between pixels only in pictures of even size
  const halved = isEven(size) ? 'yuv420' : 'yuv444';
  const h264Layout = layout === 'rgb' ? halved : isEven(size) ? layout : 'yuv444';
  if (codec === 'h264') return { layout: h264Layout, depth: depth === 8 ? 8 : 10 };
  return { layout: layout === 'yuv444' || layout === 'rgb' ? 'yuv444' : 'yuv422', depth: 10 };
}

/** FFmpeg's pixel format in the file. FFV1 holds 8-bit RGB only packed. */
export function storedFormatName({ layout, depth }: StoredForm, planarName: string): string {
  return layout === 'rgb' && depth === 8 ? 'bgr0' : planarName;
}

export interface EncoderSettings {
  readonly name: FFEncoderCodec;
  /** 0: as many as there are cores, where the bytes do not depend on it. */
  readonly threads: number;
  /** Fixed quantiser, where the codec is driven by one. */
  readonly quantiser: number | null;
  readonly options: Readonly<Record<string, string>>;
}

/** x264 makes other choices with other numbers of threads: one number for all machines keeps the bytes the same. */
const H264_THREADS = 4;

/** Visually lossless at any size that faces are judged at. */
const DEFAULT_QUALITY = 16;

/**
 * ProRes by a fixed quantiser: 90 CPU-ms a frame of 1080p instead of the 380 of its rate control, and even quality. 6
 * gives 220 Mb/s on grainy 1080p24 (HQ's nominal rate is 176), and less on clean pictures.
 */
const PRORES_QUANTISER = 6;

const AS_IS = { threads: 0, quantiser: null };

export function encoderSettings(
  codec: VideoCodec,
  form: StoredForm & Size,
  quality: number | undefined,
): EncoderSettings {
  if (codec === 'h264') {
    const crf = String(quality ?? DEFAULT_QUALITY);
    // without mbtree: its AVX-512 code gives other bytes from run to run (x264 in FFmpeg 8.1), and its rounding differs
    // between processors. On grain veryfast is smaller at the same PSNR than fast, at half the time
    const options = { preset: 'veryfast', crf, 'x264-params': 'mbtree=0:sliced-threads=0' };
    return { ...AS_IS, name: FF_ENCODER_LIBX264, threads: H264_THREADS, options };
  }
  if (codec === 'prores') {
    const options = { profile: form.layout === 'yuv444' ? '4444' : 'hq', vendor: 'apl0' };
    return { ...AS_IS, name: FF_ENCODER_PRORES_KS, quantiser: PRORES_QUANTISER, options };
  }
  // every frame by itself and checksummed; four slices let cores share a frame. Float needs version 4, not yet final
  const isFloat = form.depth === 'half' || form.depth === 'float';
  const version: Record<string, string> = isFloat ? { level: '4', strict: 'experimental' } : { level: '3' };
  const slices = isEven(form) && form.width >= 32 && form.height >= 32 ? '4' : '1';
  const options = { ...version, coder: '1', context: '0', g: '1', slices, slicecrc: '1' };
  return { ...AS_IS, name: FF_ENCODER_FFV1, options };
}
