// HEIC stills, which sharp's own build does not decode: FFmpeg decodes the tiles, and the picture goes on to sharp inside
// an uncompressed TIFF, so that turning and colour take the same way as for every other still.

import { readFile } from 'node:fs/promises';
import {
  AV_CODEC_ID_HEVC,
  AVCOL_RANGE_JPEG,
  AVCOL_RANGE_UNSPECIFIED,
  AVCOL_SPC_RGB,
  AVCOL_SPC_SMPTE170M,
  AVCOL_SPC_UNSPECIFIED,
} from 'node-av/constants';
import { CodedError } from '../../core/index.ts';
import { printableName } from './files.ts';
import type { HeifPicture } from './heif-container.ts';
import { parseHeif } from './heif-container.ts';
import { tooLarge } from './pixel-limit.ts';

/** A picture as sharp takes it. */
export type HeicTiff = Buffer;

/**
 * @param maxPixels - Checked against the picture's own header, whatever its tiles hold.
 * @returns the decoded picture as a TIFF of 8 or 16 bit RGB with the orientation and the profile of the original
 * @throws {CodedError} `media/too-large`, `media/damaged`, `media/heic` for forms that cannot be decoded
 */
export async function heicAsTiff(file: string, maxPixels: number): Promise<HeicTiff> {
  const picture = parse(file, await readFile(file));
  const { width, height, columns, rows } = picture;
  if (width * height > maxPixels) throw tooLarge(file, width, height, maxPixels);
  const tiles = await decodeTiles(file, picture, maxPixels);
  const [{ width: tileWidth, height: tileHeight, bytes }] = tiles;
  if (tileWidth * columns < width || tileHeight * rows < height) throw undecodable(file, 'its tiles are too small');
  const pixels = Buffer.alloc(width * height * 3 * bytes);
  tiles.forEach((tile, k) =>
    lay(tile, pixels, picture, (k % columns) * tileWidth, Math.floor(k / columns) * tileHeight),
  );
  return tiff(pixels, picture, bytes);
}

function parse(file: string, bytes: Uint8Array): HeifPicture {
  try {
    return parseHeif(bytes);
  } catch (cause) {
    throw undecodable(file, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function undecodable(file: string, reason: string, cause?: unknown): CodedError {
  return new CodedError('media/heic', `${printableName(file)} is a HEIC picture that cannot be decoded (${reason})`, {
    hint: 'Export it as JPEG or PNG (Photos and Preview on a Mac do, or `heif-convert in.heic out.jpg`), then give that file.',
    cause,
  });
}

/** Packed RGB of one tile. */
interface Tile {
  readonly width: number;
  readonly height: number;
  /** Of a sample: 1 or 2. */
  readonly bytes: 1 | 2;
  readonly rowBytes: number;
  readonly data: Buffer;
}

async function decodeTiles(file: string, { tiles, configuration }: HeifPicture, maxPixels: number): Promise<Tile[]> {
  // loaded here, since few libraries hold such pictures
  const ffmpeg = await import('./ffmpeg-library.ts');
  const codec = ffmpeg.Codec.findDecoder(AV_CODEC_ID_HEVC);
  if (!codec) throw undecodable(file, 'no decoder');
  using decoder = new ffmpeg.CodecContext();
  decoder.allocContext3(codec);
  decoder.extraData = Buffer.from(configuration);
  decoder.threadCount = 1; // with more, frames come late, and each tile is asked for before the next is given
  using options = ffmpeg.Dictionary.fromObject({ max_pixels: maxPixels });
  if ((await decoder.open2(codec, options)) < 0) throw undecodable(file, 'its coding is not known');
  using packet = new ffmpeg.Packet();
  packet.alloc();
  using frame = new ffmpeg.Frame();
  frame.alloc();
  const decoded: Tile[] = [];
  const drain = async (): Promise<void> => {
    while ((await decoder.receiveFrame(frame)) >= 0) {
      const tile = await toRgb(ffmpeg, frame);
      if (tile) decoded.push(tile);
      frame.unref();
    }
  };
  for (const tile of tiles) {
    packet.data = Buffer.from(tile);
    packet.isKeyframe = true;
    await decoder.sendPacket(packet);
    packet.unref();
    await drain();
  }
  await decoder.sendPacket(null);
  await drain();
  if (decoded.length === tiles.length) return decoded;
  throw new CodedError('media/damaged', `${printableName(file)} is cut short or damaged`, {
    hint: 'Copy the picture from its source again, or leave it out.',
  });
}

type Ffmpeg = typeof import('./ffmpeg-library.ts');

async function toRgb(ffmpeg: Ffmpeg, frame: InstanceType<Ffmpeg['Frame']>): Promise<Tile | null> {
  const isDeep = /(?:10|12|16)le$/.test(ffmpeg.avGetPixFmtName(frame.format as never) ?? '');
  // HEIF: full range and BT.601 where nothing is said
  if (frame.colorRange === AVCOL_RANGE_UNSPECIFIED) frame.colorRange = AVCOL_RANGE_JPEG;
  if (frame.colorSpace === AVCOL_SPC_UNSPECIFIED) frame.colorSpace = AVCOL_SPC_SMPTE170M;
  using rgb = new ffmpeg.Frame();
  rgb.alloc();
  rgb.width = frame.width;
  rgb.height = frame.height;
  rgb.format = ffmpeg.avGetPixFmtFromName(isDeep ? 'rgb48le' : 'rgb24');
  rgb.allocBuffer();
  rgb.colorRange = AVCOL_RANGE_JPEG;
  rgb.colorSpace = AVCOL_SPC_RGB;
  using scaler = new ffmpeg.SoftwareScaleContext();
  scaler.allocContext();
  if ((await scaler.scaleFrame(rgb, frame)) < 0) return null;
  const { width, height, linesize, data } = rgb;
  // the frame's memory goes when the frame does
  return { width, height, bytes: isDeep ? 2 : 1, rowBytes: linesize[0], data: Buffer.from(data![0]) };
}

/** Copies what of the tile is inside the picture. */
function lay(tile: Tile, pixels: Buffer, picture: HeifPicture, left: number, top: number): void {
  const pixelBytes = 3 * tile.bytes;
  const columns = Math.min(tile.width, picture.width - left);
  const rows = Math.min(tile.height, picture.height - top);
  for (let y = 0; y < rows; y++) {
    const from = y * tile.rowBytes;
    tile.data.copy(
      pixels,
      ((top + y) * picture.width + left) * pixelBytes,
      from,
      from + Math.max(0, columns) * pixelBytes,
    );
  }
}

/** EXIF orientation of pictures turned against the clock by 0 to 3 quarters and then mirrored. */
const ORIENTATIONS: Readonly<Record<HeifPicture['mirror'], readonly number[]>> = {
  none: [1, 8, 3, 6],
  horizontal: [2, 7, 4, 5],
  vertical: [4, 5, 2, 7],
};

/** @see TIFF 6.0; tag 34675 holds the profile */
function tiff(pixels: Buffer, { width, height, turns, mirror, iccProfile }: HeifPicture, bytes: 1 | 2): HeicTiff {
  const icc = iccProfile ? Buffer.from(iccProfile) : null;
  const entries: [tag: number, type: 3 | 4 | 7, count: number, value: number][] = [
    [256, 4, 1, width],
    [257, 4, 1, height],
    [258, 3, 3, 0],
    [259, 3, 1, 1],
    [262, 3, 1, 2],
    [273, 4, 1, 0],
    [274, 3, 1, ORIENTATIONS[mirror][turns]],
    [277, 3, 1, 3],
    [278, 4, 1, height],
    [279, 4, 1, pixels.length],
  ];
  if (icc) entries.push([34675, 7, icc.length, 0]);
  const directoryEnd = 8 + 2 + entries.length * 12 + 4;
  const profileAt = directoryEnd + 6;
  const pixelsAt = profileAt + (icc ? icc.length + (icc.length & 1) : 0);
  const head = Buffer.alloc(pixelsAt);
  head.write('II*\0', 0, 'latin1');
  head.writeUInt32LE(8, 4);
  head.writeUInt16LE(entries.length, 8);
  entries.forEach(([tag, type, count, value], k) => {
    const at = 10 + k * 12;
    const place = tag === 258 ? directoryEnd : tag === 273 ? pixelsAt : tag === 34675 ? profileAt : value;
    head.writeUInt16LE(tag, at);
    head.writeUInt16LE(type, at + 2);
    head.writeUInt32LE(count, at + 4);
    head.writeUInt32LE(place, at + 8);
  });
  for (let k = 0; k < 3; k++) head.writeUInt16LE(bytes * 8, directoryEnd + k * 2);
  icc?.copy(head, profileAt);
  return Buffer.concat([head, pixels]);
}
