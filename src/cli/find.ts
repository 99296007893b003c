// `dorian find FRAME`: the archive pictures nearest to a frame in pose, light and expression, around an age.

import path from 'node:path';
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import type { Plate } from '../core/index.ts';
import { CodedError, PlatePyramid } from '../core/index.ts';
import type { FoundPicture, Likeness, ObservedFace, PerformerFile } from '../library/index.ts';
import {
  FaceObserver,
  FacesetCropper,
  LIKENESSES,
  careerOf,
  findNearest,
  identifyPerformer,
  performerOf,
} from '../library/index.ts';
import { loadFaceNetworks } from '../adapters/node/face-networks.ts';
import { printableName } from '../adapters/node/files.ts';
import { readImage } from '../adapters/node/images.ts';
import type { Production } from '../adapters/node/production.ts';
import { writeStrip } from '../adapters/node/strip-picture.ts';
import { callerPath, printJson } from './command.ts';
import { openCallersProduction } from './production.ts';
import { modelsFolder } from './project.ts';

interface FindOptions {
  readonly performer: string;
  readonly age?: number;
  readonly near: readonly Likeness[];
  readonly count: number;
  readonly output?: string;
  readonly production?: string;
  readonly json?: boolean;
}

async function find(frame: string, options: FindOptions): Promise<void> {
  const production = openCallersProduction(options.production);
  try {
    const performer = performerOf(production.catalogue, options.performer);
    const career = careerOf(production.catalogue, performer.slug);
    if (career.length === 0) {
      throw new CodedError('library/empty', `No photo of ${performer.name} is in use.`, {
        hint: 'Run `dorian ingest` with dated photos first.',
      });
    }
    const { face, crop } = await faceOn(callerPath(frame), performer);
    const age = options.age ?? null;
    const found = findNearest(face, career, { age, near: options.near, count: options.count });
    if (options.output) await drawStrip(production, performer, found, crop, options);
    if (options.json) printJson(findJson(performer, found, options));
    else process.stdout.write(sayFound(performer, found, options));
  } finally {
    production.close();
  }
}

/** The performer's face on the frame; of one that the library does not know, the largest. */
async function faceOn(file: string, performer: PerformerFile): Promise<{ face: ObservedFace; crop: Plate }> {
  const { plate } = await readImage(file);
  const networks = await loadFaceNetworks(modelsFolder, { without: ['person'] });
  try {
    const observer = new FaceObserver(networks.networks, networks.tables);
    const pyramid = new PlatePyramid(plate);
    const faces = await observer.observe(pyramid);
    const enrolled = [{ performer: performer.name, references: performer.references }];
    const face = faces.find((one) => identifyPerformer(one.descriptor, enrolled)) ?? faces[0];
    if (!face) {
      throw new CodedError('library/no-face', `No face was found on ${printableName(file)}.`, {
        hint: 'Give a frame on which the face is larger, sharper, or less turned away.',
      });
    }
    return { face, crop: new FacesetCropper().alignedCrop(pyramid, face.landmarks) };
  } finally {
    await networks.close();
  }
}

async function drawStrip(
  production: Production,
  performer: PerformerFile,
  found: readonly FoundPicture[],
  crop: Plate,
  options: FindOptions,
): Promise<void> {
  const pictures = found.map(({ picture, distance }) => ({
    crop: picture.crop,
    lines: [`age ${picture.ageAtPhoto.toFixed(1)}`, `${shortName(picture.photo.givenName)}  ${distance.toFixed(2)}`],
  }));
  const faceset = path.join(production.performerFolder(performer.slug), 'faceset');
  const file = callerPath(options.output ?? '');
  await writeStrip(crop, 'the frame', pictures, faceset, file.toLowerCase().endsWith('.png') ? file : `${file}.png`);
}

function shortName(name: string): string {
  const printable = printableName(name);
  return printable.length > 22 ? `${printable.slice(0, 21)}…` : printable;
}

function sayFound(performer: PerformerFile, found: readonly FoundPicture[], options: FindOptions): string {
  const what = `${options.near.join(', ')}${options.age === undefined ? '' : `, around age ${options.age}`}`;
  const lines = found.map(({ picture, distance, parts }, i) => {
    const each = Object.entries(parts).flatMap(([name, part]) => (part === null ? [] : `${name} ${part.toFixed(2)}`));
    return `${String(i + 1).padStart(2)}. age ${picture.ageAtPhoto.toFixed(1)}  ${printableName(picture.photo.givenName)}  ${distance.toFixed(2)} (${each.join(', ')})`;
  });
  const strip = options.output ? `\nStrip: ${callerPath(options.output)}` : '';
  return `Nearest of ${performer.name} in ${what}; 0 is the same, 1 a difference plainly seen:\n${lines.join('\n')}${strip}\n`;
}

function findJson(performer: PerformerFile, found: readonly FoundPicture[], options: FindOptions): object {
  return {
    schema: 'dorian/found',
    version: 1,
    performer: performer.name,
    age: options.age ?? null,
    near: options.near,
    found: found.map(({ picture, distance, parts }) => ({
      file: picture.photo.givenName,
      sha256: picture.photo.sha256,
      ageAtPhoto: picture.ageAtPhoto,
      distance,
      parts,
    })),
  };
}

function readNear(text: string): Likeness[] {
  const wanted = text.split(',').map((word) => word.trim().toLowerCase());
  const known = LIKENESSES.filter((one) => wanted.includes(one));
  if (known.length !== wanted.length) throw new InvalidArgumentError(`give some of ${LIKENESSES.join(',')}`);
  return known;
}

function readNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0)) throw new InvalidArgumentError('give a number');
  return value;
}

function readCount(text: string): number {
  const value = readNumber(text);
  if (!Number.isInteger(value) || value < 1 || value > 50) throw new InvalidArgumentError('give a number from 1 to 50');
  return value;
}

/** @see CommandModule */
export function define(command: Command): void {
  command
    .argument('<frame>', 'a still with the face to find pictures for')
    .requiredOption('--performer <name>', 'whose archive')
    .option('--age <years>', 'around this age; without it any age', readNumber)
    .option('--near <kinds>', 'pose, light, expression, or some of them', readNear, [...LIKENESSES])
    .option('--count <number>', 'how many pictures', readCount, 8)
    .option('-o, --output <file>', 'a strip of them as PNG')
    .option('--production <folder>', 'the production, if not the nearest one')
    .option('--json', 'one JSON object on standard output')
    .action(find);
}
