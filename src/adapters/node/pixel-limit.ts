// How large a picture may be that somebody gave: asked of its header before anything is decoded, since a small file can
// promise more than the memory holds. What the user allows stands in the environment, where threads see it too.

import { CodedError } from '../../core/index.ts';
import { printableName } from './files.ts';

/** Megapixels: a print scanned at 1200 dpi passes, a decompression bomb does not. */
export const STILL_MEGAPIXELS = 120;
/** Megapixels: 6K camera pictures pass, 8K needs the limit raised. */
export const CLIP_MEGAPIXELS = 24;

/** The variable that replaces both limits; the option `--max-megapixels` sets it. */
export const MAX_MEGAPIXELS = 'DORIAN_MAX_MEGAPIXELS';

/** Pixels. @throws {RangeError} when the user's limit is no number. */
export function stillPixelLimit(): number {
  return (allowed() ?? STILL_MEGAPIXELS) * 1e6;
}

/** Pixels of one frame. @throws {RangeError} when the user's limit is no number. */
export function clipPixelLimit(): number {
  return (allowed() ?? CLIP_MEGAPIXELS) * 1e6;
}

function allowed(): number | null {
  const text = process.env[MAX_MEGAPIXELS];
  if (text === undefined || text === '') return null;
  const value = Number(text);
  if (!(value > 0)) throw new RangeError(`${MAX_MEGAPIXELS} is "${text}", not a number of megapixels`);
  return value;
}

/** `media/too-large`, with the limit that would let the picture pass. */
export function tooLarge(file: string, width: number, height: number, maxPixels: number): CodedError {
  const needed = Math.ceil((width * height) / 1e6);
  return new CodedError(
    'media/too-large',
    `${printableName(file)} has ${width} x ${height} pixels; the limit is ${maxPixels}`,
    {
      hint: `Scale it down, or, if you trust the file and the machine has the memory, run again with --max-megapixels ${needed}.`,
    },
  );
}
