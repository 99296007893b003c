// What a picture file says about when, and by what, it was made: EXIF and IPTC strings exactly as they stand in the
// file. Nothing is turned into a Date, since a Date would lose the offset and guess a time zone; the library judges.

import { access } from 'node:fs/promises';
import exifr from 'exifr';
import sharp from 'sharp';
import { notFound } from './files.ts';

export interface PictureDates {
  /** `YYYY:MM:DD HH:MM:SS`, the moment of exposure; of a scan, the moment of scanning. */
  readonly dateTimeOriginal: string | null;
  /** The same form: when the file was digitised. */
  readonly createDate: string | null;
  /** The same form: when the file was last changed. */
  readonly modifyDate: string | null;
  /** `+02:00`, belonging to the three dates above. */
  readonly offsetTimeOriginal: string | null;
  readonly offsetTimeDigitized: string | null;
  readonly offsetTime: string | null;
  /** IPTC 2:55 `YYYYMMDD`: the date that a picture archive gave, which for a scan is often the true one. */
  readonly iptcDateCreated: string | null;
  /** Program that wrote the file: how scanning software is recognised. */
  readonly software: string | null;
  readonly make: string | null;
  readonly model: string | null;
}

// exifr is CommonJS: Node finds its functions on the default export only
// oxlint-disable-next-line import/no-named-as-default-member
const { parse: parseExif } = exifr;

// numeric and raw: reviveValues false keeps '1984:03:14 12:00:00' a string, translateValues false keeps codes codes
const EXIF_OPTIONS = {
  tiff: true,
  exif: true,
  gps: false,
  iptc: true,
  interop: false,
  ifd1: false,
  mergeOutput: true,
  reviveValues: false,
  translateValues: false,
} as const;

type RawTags = Readonly<Record<string, unknown>>;

/**
 * Reads the dates of a JPEG, PNG, TIFF, WebP, AVIF or HEIC file from its header. A picture without such tags, or with
 * damaged ones, gives nulls: whether the picture itself is sound is found by whoever decodes it.
 *
 * @throws {CodedError} `file/not-found`
 */
export async function readPictureDates(file: string): Promise<PictureDates> {
  await access(file).catch((cause: unknown) => {
    throw notFound(file, cause);
  });
  const block = await exifBlock(file);
  const fromBlock = block ? await parseTags(block) : {};
  const fromFile = await parseTags(file);
  const tags: RawTags = { ...fromBlock, ...fromFile };
  return {
    dateTimeOriginal: text(tags.DateTimeOriginal),
    createDate: text(tags.CreateDate),
    modifyDate: text(tags.ModifyDate),
    offsetTimeOriginal: text(tags.OffsetTimeOriginal),
    offsetTimeDigitized: text(tags.OffsetTimeDigitized),
    offsetTime: text(tags.OffsetTime),
    iptcDateCreated: text(tags.DateCreated),
    software: text(tags.Software),
    make: text(tags.Make),
    model: text(tags.Model),
  };
}

/** The EXIF block without its `Exif\0\0` mark; this is how WebP and AVIF are read, which exifr does not know. */
async function exifBlock(file: string): Promise<Uint8Array | null> {
  try {
    const { exif } = await sharp(file, { limitInputPixels: false }).metadata();
    if (!exif) return null;
    return exif.subarray(0, 4).toString('latin1') === 'Exif' ? exif.subarray(6) : exif;
  } catch {
    return null;
  }
}

async function parseTags(source: string | Uint8Array): Promise<RawTags> {
  try {
    const tags = ((await parseExif(source, EXIF_OPTIONS)) ?? {}) as RawTags;
    return Object.fromEntries(Object.entries(tags).filter(([, value]) => value !== undefined && value !== null));
  } catch {
    return {};
  }
}

/** Cameras without a clock write blanks or zeros; both say nothing. */
function text(value: unknown): string | null {
  const bytes = value instanceof Uint8Array ? new TextDecoder('latin1').decode(value) : value;
  if (typeof bytes !== 'string') return null;
  const trimmed = bytes.replace(/\0+$/, '').trim();
  return trimmed === '' || /^[0:\s]+$/.test(trimmed) ? null : trimmed;
}
