// Colour tags of a file: code points of ITU-T H.273 as FFmpeg hands them out, and what Dorian computes with. Codes are
// kept and written back as they were; only where a file says nothing is something assumed, and only for computing.

import type { ColorTags, PlateLayout, Primaries, SampleDepth, Transfer } from '../../core/index.ts';
import type { ColorCodes } from '../../finals/index.ts';

const UNSPECIFIED = 2;

const PRIMARIES: Readonly<Record<number, Primaries>> = {
  1: 'bt709',
  5: 'bt601-625',
  6: 'bt601-525',
  7: 'bt601-525',
  9: 'bt2020',
  11: 'p3',
  12: 'p3',
};

/** Curves that are not listed (plain gamma, logarithmic) are taken as display-referred, which is how they are viewed. */
const TRANSFERS: Readonly<Record<number, Transfer>> = {
  1: 'bt709',
  6: 'bt709',
  8: 'linear',
  13: 'srgb',
  14: 'bt709',
  15: 'bt709',
  16: 'pq',
  18: 'hlg',
};

const MATRICES: Readonly<Record<number, ColorTags['matrix']>> = {
  1: 'bt709',
  4: 'bt601',
  5: 'bt601',
  6: 'bt601',
  7: 'bt709',
  9: 'bt2020',
  10: 'bt2020',
};

export interface TaggedPicture {
  readonly layout: PlateLayout;
  readonly depth: SampleDepth;
  readonly width: number;
  readonly height: number;
}

/** What the codes mean. Untagged YUV is BT.601 up to 1279 x 576 and BT.709 above, as players assume. */
export function colorTags(codes: ColorCodes, picture: TaggedPicture): ColorTags {
  const isRgb = picture.layout === 'rgb';
  const isFloat = picture.depth === 'half' || picture.depth === 'float';
  const isSmall = picture.width < 1280 && picture.height <= 576;
  return {
    matrix: MATRICES[codes.matrix] ?? (isRgb || !isSmall ? 'bt709' : 'bt601'),
    transfer: TRANSFERS[codes.transfer] ?? (isFloat ? 'linear' : isRgb ? 'srgb' : 'bt709'),
    primaries: PRIMARIES[codes.primaries] ?? 'bt709',
    range: codes.range === 2 || isRgb ? 'full' : 'limited',
  };
}

const CODE_OF_PRIMARIES: Record<Primaries, number> = { bt709: 1, 'bt601-625': 5, 'bt601-525': 6, bt2020: 9, p3: 12 };
const CODE_OF_TRANSFER: Record<Transfer, number> = { bt709: 1, linear: 8, srgb: 13, pq: 16, hlg: 18 };
const CODE_OF_MATRIX: Record<ColorTags['matrix'], number> = { bt709: 1, bt601: 6, bt2020: 9 };

/** The codes that say what the tags say: for pictures that Dorian makes itself. */
export function colorCodes(color: ColorTags, layout: PlateLayout): ColorCodes {
  return {
    primaries: CODE_OF_PRIMARIES[color.primaries],
    transfer: CODE_OF_TRANSFER[color.transfer],
    matrix: layout === 'rgb' ? 0 : CODE_OF_MATRIX[color.matrix],
    range: color.range === 'full' ? 2 : 1,
    chromaLocation: layout === 'yuv420' || layout === 'yuv422' ? 1 : 0,
  };
}

/**
 * Codes for a file whose layout is not that of the plates: RGB that becomes YUV gets a matrix and limited range, as
 * players expect; everything else stays.
 */
export function codesForLayout(codes: ColorCodes, color: ColorTags, from: PlateLayout, to: PlateLayout): ColorCodes {
  if (from === to || from !== 'rgb') return codes;
  const matrix = color.primaries === 'bt2020' ? CODE_OF_MATRIX.bt2020 : CODE_OF_MATRIX.bt709;
  return { ...codes, matrix, range: 1, chromaLocation: to === 'yuv444' ? 0 : 1 };
}

/** Chroma sited left becomes sited at the top when the picture is turned by a quarter; the rest has no other name. */
export function turnedChromaLocation(location: number, isTransposed: boolean): number {
  if (!isTransposed) return location;
  return location === 1 ? 4 : location === 4 ? 1 : location;
}

/** All codes unsaid. */
export const UNTAGGED: ColorCodes = {
  primaries: UNSPECIFIED,
  transfer: UNSPECIFIED,
  matrix: UNSPECIFIED,
  range: 0,
  chromaLocation: 0,
};
