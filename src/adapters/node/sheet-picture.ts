// Paints a career sheet: crops scaled and laid down, boxes and letters over them. Letters come from the machine's fonts
// where there are any, else from the dot letters that finals burn in.

import path from 'node:path';
import sharp from 'sharp';
import { packedRgb } from '../../core/index.ts';
import { drawText } from '../../finals/index.ts';
import type { Sheet, SheetText } from '../../library/index.ts';
import { makeWhole } from './files.ts';

/** Laid down in bands of so many crops: sharp holds all pictures of one composition at once. */
const BAND = 100;

/**
 * Writes the sheet as PNG.
 *
 * @param facesetFolder - Where the crops of the tiles lie.
 * @throws {CodedError} `file/disk-full`, `file/not-writable`
 */
export async function writeSheet(sheet: Sheet, facesetFolder: string, file: string): Promise<void> {
  const { width, height } = sheet;
  const samples = await paintSheet(sheet, facesetFolder);
  await makeWhole(file, async (temporary) => {
    await sharp(samples, { raw: { width, height, channels: 3 } })
      .png()
      .toFile(temporary);
  });
}

/** @returns RGB, 8 bit, row by row. */
export async function paintSheet(sheet: Sheet, facesetFolder: string): Promise<Uint8Array> {
  const { width, height } = sheet;
  const hasFonts = await machineHasFonts();
  const drawing = svg(sheet, hasFonts ? sheet.texts : []);
  let samples = await sharp({ create: { width, height, channels: 3, background: sheet.background } })
    .composite([{ input: Buffer.from(drawing), left: 0, top: 0 }])
    .removeAlpha()
    .raw()
    .toBuffer();
  for (let from = 0; from < sheet.tiles.length; from += BAND) {
    const layers = await Promise.all(
      sheet.tiles.slice(from, from + BAND).map(async ({ crop, left, top, side }) => ({
        input: await sharp(path.join(facesetFolder, crop)).resize(side, side).png().toBuffer(),
        left,
        top,
      })),
    );
    const band = sharp(samples, { raw: { width, height, channels: 3 } }).composite(layers);
    samples = await band.removeAlpha().raw().toBuffer();
  }
  if (!hasFonts) drawDots(samples, sheet);
  return samples;
}

/** Small JPEGs of crops, in base64, for the page. */
export async function cropThumbnails(
  crops: readonly string[],
  facesetFolder: string,
  side: number,
): Promise<Map<string, string>> {
  const pictures = new Map<string, string>();
  for (const crop of crops) {
    const bytes = await sharp(path.join(facesetFolder, crop)).resize(side, side).jpeg({ quality: 82 }).toBuffer();
    pictures.set(crop, bytes.toString('base64'));
  }
  return pictures;
}

function svg({ width, height, boxes }: Sheet, texts: readonly SheetText[]): string {
  const shapes = boxes.map(
    (box) => `<rect x="${box.left}" y="${box.top}" width="${box.width}" height="${box.height}" fill="${box.color}"/>`,
  );
  const letters = texts.map(
    ({ text, left, baseline, size, color }) =>
      `<text x="${left}" y="${baseline}" font-size="${size}" fill="${color}">${escapeXml(text)}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="DejaVu Sans, Noto Sans, Arial, Helvetica, sans-serif">${shapes.join('')}${letters.join('')}</svg>`;
}

function escapeXml(text: string): string {
  return (
    text
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      // control characters make the whole drawing invalid
      .replaceAll(/\p{Cc}/gu, '?')
  );
}

/** Without fonts every letter is painted as the same empty box. */
async function machineHasFonts(): Promise<boolean> {
  return (await inkOf('M')) !== (await inkOf('i'));
}

async function inkOf(letter: string): Promise<number> {
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><text x="4" y="30" font-family="DejaVu Sans, sans-serif" font-size="24">${letter}</text></svg>`;
  const alpha = await sharp(Buffer.from(drawing)).ensureAlpha().extractChannel(3).raw().toBuffer();
  return alpha.reduce((sum, value) => sum + value, 0);
}

function drawDots(samples: Uint8Array, { width, height, texts }: Sheet): void {
  const plate = packedRgb(samples, width, height, 3, 8);
  for (const { text, left, baseline, size, color } of texts) {
    const dot = Math.max(1, Math.round(size / 10));
    const codes = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
    drawText(plate, text, left, baseline - 7 * dot, dot, [codes[0], codes[1], codes[2]]);
  }
}
