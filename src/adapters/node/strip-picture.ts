// A strip of found pictures: the frame first, then the archive's aligned crops, nearest first, each with its line of text.

import path from 'node:path';
import sharp from 'sharp';
import type { Plate } from '../../core/index.ts';
import type { Sheet } from '../../library/index.ts';
import { SHEET_COLORS } from '../../library/index.ts';
import { makeWhole } from './files.ts';
import { paintSheet } from './sheet-picture.ts';

export interface StripPicture {
  /** File name of an aligned crop. */
  readonly crop: string;
  /** Up to two lines under it. */
  readonly lines: readonly string[];
}

const SIDE = 240;
const GAP = 8;
const FOOT = 44;

/**
 * Writes the strip as PNG.
 *
 * @param frame - The aligned crop of the face that was asked for: RGB, 8 bit.
 * @throws {CodedError} `file/disk-full`, `file/not-writable`
 */
export async function writeStrip(
  frame: Plate,
  frameLine: string,
  pictures: readonly StripPicture[],
  facesetFolder: string,
  file: string,
): Promise<void> {
  const leftOf = (place: number): number => GAP + place * (SIDE + GAP) + (place > 0 ? GAP * 2 : 0);
  const sheet: Sheet = {
    width: leftOf(pictures.length) + SIDE + GAP,
    height: GAP + SIDE + FOOT,
    background: SHEET_COLORS.background,
    tiles: pictures.map(({ crop }, i) => ({ crop, left: leftOf(i + 1), top: GAP, side: SIDE })),
    boxes: [],
    texts: [[frameLine], ...pictures.map(({ lines }) => lines)].flatMap((lines, place) =>
      lines.map((text, line) => ({
        text,
        left: leftOf(place),
        baseline: GAP + SIDE + 17 + line * 17,
        size: 13,
        color: line === 0 ? SHEET_COLORS.text : SHEET_COLORS.dim,
      })),
    ),
  };
  const strip = await paintSheet(sheet, facesetFolder);
  const { width, height, planes } = frame;
  const raw = { width, height, channels: 3 } as const;
  const wanted = await sharp(planes[0].samples as Uint8Array, { raw })
    .resize(SIDE, SIDE)
    .png()
    .toBuffer();
  const size = { width: sheet.width, height: sheet.height, channels: 3 } as const;
  await makeWhole(path.resolve(file), async (temporary) => {
    await sharp(strip, { raw: size })
      .composite([{ input: wanted, left: leftOf(0), top: GAP }])
      .removeAlpha()
      .png()
      .toFile(temporary);
  });
}
