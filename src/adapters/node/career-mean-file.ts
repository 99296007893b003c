// A career mean as a folder: career-mean.json and one PNG for each knot. The JSON is written last, so that a folder with
// one is whole.

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import type { Rgb8 } from '../../core/index.ts';
import { CodedError, formatFile, parseFile } from '../../core/index.ts';
import { CARRY_POINTS } from '../../face/index.ts';
import type { CareerMean } from '../../likeness/index.ts';
import { CareerArchive, careerMeanFile, pixelsOf } from '../../likeness/index.ts';
import { notFound, writeFileAtomic } from './files.ts';

const DESCRIPTION = 'career-mean.json';

/**
 * Writes the files of a mean; the folder is made where it is missing.
 *
 * @returns the names of the files that were written.
 * @throws {CodedError} `file/disk-full`, `file/not-writable`
 */
export async function writeCareerMean(folder: string, mean: CareerMean): Promise<string[]> {
  const knots = [];
  for (const { age, picture, photos } of mean.knots) {
    const name = `age-${age}.png`;
    const { samples, width, height } = picture;
    const png = await sharp(samples, { raw: { width, height, channels: 3 } })
      .png()
      .toBuffer();
    await writeFileAtomic(path.join(folder, name), png);
    knots.push({ age, picture: name, pictureSha256: sha256Of(png), photos });
  }
  const description = {
    mesh: CARRY_POINTS,
    sizePx: mean.knots[0].picture.width,
    points: hundredths(mean.points),
    knots,
  };
  await writeFileAtomic(path.join(folder, DESCRIPTION), formatFile(careerMeanFile, description));
  return [...knots.map(({ picture }) => picture), DESCRIPTION];
}

/**
 * @returns null where the folder holds no mean.
 * @throws {CodedError} `file/...` for what is no description of a mean; `likeness/mean-damaged` where a picture is missing
 *   or not the one described; `likeness/mean-outdated` where its points are not those that faces are carried by
 */
export async function readCareerMean(folder: string): Promise<CareerMean | null> {
  const file = path.join(folder, DESCRIPTION);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw notFound(file, error);
  });
  if (text === null) return null;
  const { mesh, sizePx, points, knots } = parseFile(careerMeanFile, text, file);
  if (mesh.join() !== CARRY_POINTS.join()) throw outdated(file);
  return {
    points: pixelsOf(points),
    knots: await Promise.all(
      knots.map(async ({ age, picture, pictureSha256, photos }) => ({
        age,
        picture: await readPicture(path.join(folder, picture), pictureSha256, sizePx),
        photos,
      })),
    ),
  };
}

/** The mean in a folder, to be shown at any age; null where the folder holds none. @throws {CodedError} as `readCareerMean` */
export async function openCareerArchive(folder: string): Promise<CareerArchive | null> {
  const mean = await readCareerMean(folder);
  return mean && new CareerArchive(mean);
}

async function readPicture(file: string, sha256: string, sizePx: number): Promise<Rgb8> {
  const png = await readFile(file).catch((cause: unknown) => {
    throw damaged(file, 'is missing', cause);
  });
  if (sha256Of(png) !== sha256) throw damaged(file, 'is not the picture that was made');
  const { data, info } = await sharp(png).raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  if (info.channels !== 3 || info.width !== sizePx || info.height !== sizePx)
    throw damaged(file, `is not ${sizePx} pixels a side`);
  return { samples: new Uint8Array(data.buffer, data.byteOffset, data.byteLength), width: sizePx, height: sizePx };
}

function hundredths(pixels: Float32Array): number[] {
  return Array.from(pixels, (v) => Math.round(100 * v));
}

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function damaged(file: string, what: string, cause?: unknown): CodedError {
  return new CodedError('likeness/mean-damaged', `${file} ${what}`, {
    hint: 'Restore the folder of the likeness from a copy, or train the likeness again.',
    cause,
  });
}

function outdated(file: string): CodedError {
  return new CodedError('likeness/mean-outdated', `${file} was made for other points of the face`, {
    hint: 'Train the likeness again: this Dorian carries faces by other points than the one that made it.',
  });
}
