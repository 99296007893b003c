// Stills as plates: JPEG, PNG, TIFF, WebP and AVIF through sharp, upright, in sRGB, 8 or 16 bit, with alpha kept aside;
// and plates as PNG, JPEG or TIFF that say that they are re-aged. Clips and EXR are not its business.

import { stat } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import type { Metadata, Sharp } from 'sharp';
import type { Plate } from '../../core/index.ts';
import { CodedError, packedRgb } from '../../core/index.ts';
import { notFound, printableName, writeFileAtomic } from './files.ts';
import { heicAsTiff } from './heic.ts';
import { stillPixelLimit, tooLarge } from './pixel-limit.ts';
import { findNote, noteExif, noteXmp } from './re-aged-note.ts';

/** What sharp opens but Dorian does not: SVG reads other files, GIF and PDF are no photographs. */
const FORMATS: ReadonlySet<string> = new Set(['jpeg', 'png', 'tiff', 'webp', 'heif']);

export interface ImageInfo {
  /** `jpeg`, `png`, `tiff`, `webp`, `avif` or `heic`, from the content; the name of the file has no say. */
  readonly format: string;
  /** Pixels of the upright picture. */
  readonly width: number;
  readonly height: number;
  readonly depth: 8 | 16;
  readonly hasAlpha: boolean;
}

export interface Image {
  readonly info: ImageInfo;
  /** Upright, packed RGB, sRGB. Owned by the receiver. */
  readonly plate: Plate;
  /** Coverage, one sample a pixel in the plate's depth, not premultiplied; null for an opaque format. */
  readonly alpha: Uint8Array | Uint16Array | null;
}

export interface ReadImageOptions {
  /** Larger pictures are refused from the header, before anything is decoded. Default: `stillPixelLimit`. */
  readonly maxPixels?: number;
}

/**
 * What the header of a picture says; nothing is decoded.
 *
 * @throws {CodedError} as `readImage`
 */
export async function readImageInfo(file: string, options: ReadImageOptions = {}): Promise<ImageInfo> {
  const metadata = await readHeader(file);
  return describe(file, metadata, options.maxPixels ?? stillPixelLimit());
}

/**
 * Reads a still: orientation applied, any embedded profile (CMYK too) converted to sRGB, 16 bit kept.
 *
 * @throws {CodedError} `file/not-found`, `media/empty`, `media/unreadable`, `media/unsupported`, `media/too-large`
 *   (before decoding), `media/damaged`, `media/heic`
 */
export async function readImage(file: string, options: ReadImageOptions = {}): Promise<Image> {
  const maxPixels = options.maxPixels ?? stillPixelLimit();
  const header = await readHeader(file);
  const info = describe(file, header, maxPixels);
  const source = info.format === 'heic' ? await heicAsTiff(file, maxPixels) : file;
  const metadata = source === file ? header : await open(source).metadata();
  const pipeline = inSrgb(open(source).autoOrient(), metadata, info.depth);
  const { data, info: raw } = await pipeline.toBuffer({ resolveWithObject: true }).catch((cause: unknown) => {
    throw new CodedError('media/damaged', `${printableName(file)} is cut short or damaged`, {
      hint: 'Copy the picture from its source again, or leave it out.',
      cause,
    });
  });
  const samples = info.depth === 16 ? new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2) : data;
  const channels = raw.channels === 4 ? 4 : 3;
  return {
    info: { ...info, width: raw.width, height: raw.height },
    plate: packedRgb(samples, raw.width, raw.height, channels, info.depth),
    alpha: channels === 4 ? fourthChannel(samples) : null,
  };
}

function open(file: string | Buffer): Sharp {
  // the limit is ours, checked from the header with a better message
  return sharp(file, { failOn: 'error', limitInputPixels: false, sequentialRead: true });
}

async function readHeader(file: string): Promise<Metadata> {
  const size = await stat(file).then(
    (found) => found.size,
    (cause: unknown) => {
      throw notFound(file, cause);
    },
  );
  if (size === 0) {
    throw new CodedError('media/empty', `${printableName(file)} has no content (0 bytes)`, {
      hint: 'Copy the file from its source again, or leave it out.',
    });
  }
  return open(file)
    .metadata()
    .catch((cause: unknown) => {
      throw new CodedError('media/unreadable', `${printableName(file)} is no picture that can be read`, {
        hint: 'Give a JPEG, PNG, TIFF, WebP or AVIF file; if this is one, it is damaged: copy it from its source again.',
        cause,
      });
    });
}

function describe(file: string, metadata: Metadata, maxPixels: number): ImageInfo {
  const { format, width, height, depth } = metadata;
  if (width * height > maxPixels) throw tooLarge(file, width, height, maxPixels);
  if (!FORMATS.has(format) || (depth !== 'uchar' && depth !== 'ushort')) {
    throw new CodedError('media/unsupported', `${printableName(file)} is a ${format} of ${depth} samples`, {
      hint: 'Convert it to JPEG, or to PNG or TIFF of 8 or 16 bit.',
    });
  }
  const isTurned = (metadata.orientation ?? 1) >= 5;
  // sharp would make 8 bit of a HEIC picture of 10; it is not the one that decodes it
  const isDeep = depth === 'ushort' || (metadata.compression === 'hevc' && (metadata.bitsPerSample ?? 8) > 8);
  return {
    format: format === 'heif' ? (metadata.compression === 'av1' ? 'avif' : 'heic') : format,
    width: isTurned ? height : width,
    height: isTurned ? width : height,
    depth: isDeep && metadata.space !== 'cmyk' ? 16 : 8,
    hasAlpha: metadata.hasAlpha,
  };
}

/**
 * sharp brings profiled 8-bit pictures to sRGB by itself. Profiled 16-bit ones it brings to Display P3 and leaves them
 * there unless an output profile is named (measured; sharp 0.35.5); unprofiled ones it would then take for P3.
 */
function inSrgb(picture: Sharp, metadata: Metadata, depth: 8 | 16): Sharp {
  if (depth === 8) return picture.toColourspace('srgb').raw({ depth: 'uchar' });
  const converted = metadata.hasProfile && metadata.space !== 'grey16' ? picture.withIccProfile('srgb') : picture;
  return converted.toColourspace('rgb16').raw({ depth: 'ushort' });
}

function fourthChannel(samples: Uint8Array | Uint16Array): Uint8Array | Uint16Array {
  const count = samples.length / 4;
  const alpha = samples instanceof Uint16Array ? new Uint16Array(count) : new Uint8Array(count);
  for (let i = 0; i < count; i++) alpha[i] = samples[i * 4 + 3];
  return alpha;
}

export interface WriteImageOptions {
  /** As `Image.alpha`; not for JPEG. */
  readonly alpha?: Uint8Array | Uint16Array | null;
  /** What the file says about having been re-aged, `Re-aged by Dorian: …`; left out for pictures that are not. */
  readonly reAged?: string;
  /** JPEG, 1 to 100. */
  readonly quality?: number;
}

/**
 * Writes an RGB plate of 8 or 16 bit (16 becomes 8 in JPEG) under the format of the name's extension: `.png`, `.jpg`,
 * `.jpeg`, `.tif` or `.tiff`. The file appears whole or not at all; missing folders are made.
 *
 * @throws {CodedError} `media/unsupported`, `file/disk-full`, `file/not-writable`
 */
export async function writeImage(plate: Plate, file: string, options: WriteImageOptions = {}): Promise<void> {
  const depth = plate.depth;
  if (plate.layout !== 'rgb' || (depth !== 8 && depth !== 16))
    throw new TypeError(`writeImage takes rgb plates of 8 or 16 bit, got ${plate.layout} of ${depth}`);
  const alpha = options.alpha ?? null;
  if (alpha && alpha.length !== plate.width * plate.height)
    throw new RangeError(`alpha needs ${plate.width * plate.height} samples, got ${alpha.length}`);
  const samples = packed(plate, alpha);
  const raw = { width: plate.width, height: plate.height, channels: alpha ? (4 as const) : (3 as const) };
  const picture = sharp(samples, { raw, limitInputPixels: false });
  const encoded = encodeAs(file, depth === 16 ? picture.toColourspace('rgb16') : picture, options.quality ?? 95);
  if (options.reAged !== undefined) encoded.withXmp(noteXmp(options.reAged)).withExif(noteExif(options.reAged));
  // through memory, so that a full disk is told apart from a picture that cannot be encoded
  await writeFileAtomic(file, await encoded.toBuffer());
}

function encodeAs(file: string, picture: Sharp, quality: number): Sharp {
  switch (path.extname(file).toLowerCase()) {
    case '.png':
      return picture.png();
    case '.jpg':
    case '.jpeg':
      return picture.toColourspace('srgb').jpeg({ quality, chromaSubsampling: '4:4:4' });
    case '.tif':
    case '.tiff':
      return picture.tiff({ compression: 'deflate', predictor: 'horizontal' });
    default:
      throw new CodedError('media/unsupported', `${printableName(file)} names no picture format that Dorian writes`, {
        hint: 'Let the name end in .png, .jpg or .tif.',
      });
  }
}

function packed(plate: Plate, alpha: Uint8Array | Uint16Array | null): Uint8Array | Uint16Array {
  const { width, height, planes } = plate;
  const channels = alpha ? 4 : 3;
  const out =
    plate.depth === 16 ? new Uint16Array(width * height * channels) : new Uint8Array(width * height * channels);
  planes.forEach(({ samples, stride, step }, channel) => {
    for (let y = 0; y < height; y++) {
      let to = y * width * channels + channel;
      let from = y * stride;
      for (let x = 0; x < width; x++, from += step, to += channels) out[to] = samples[from];
    }
  });
  if (alpha) for (let i = 0; i < alpha.length; i++) out[i * 4 + 3] = alpha[i];
  return out;
}

/**
 * What a still says about having been re-aged, as `writeImage` noted it; null for one that says nothing.
 * A library asks this, so that no re-aged picture is learned from as a photo.
 *
 * @throws {CodedError} as `readImage`
 */
export async function readReAgedNote(file: string): Promise<string | null> {
  const { xmp, exif } = await readHeader(file);
  return findNote(xmp) ?? findNote(exif);
}
