// `dorian library NAME`: the career as a timeline of crops, what it covers, and what would help most.

import path from 'node:path';
import type { Command } from 'commander';
import type { CareerPhoto, Coverage, Judgement, NotInUse, Performer, Photo } from '../library/index.ts';
import {
  LIGHT_NAMES,
  YAW_NAMES,
  careerOf,
  careerPage,
  careerSheet,
  coverageOf,
  findPerformer,
  headline,
  rowName,
} from '../library/index.ts';
import { printableName, writeFileAtomic } from '../adapters/node/files.ts';
import type { Production } from '../adapters/node/production.ts';
import { cropThumbnails, writeSheet } from '../adapters/node/sheet-picture.ts';
import { callerPath, printJson } from './command.ts';
import { openCallersProduction } from './production.ts';

interface LibraryOptions {
  readonly output?: string;
  readonly production?: string;
  readonly json?: boolean;
}

/** Side of a picture on the page, pixels; twice what is shown, for dense screens. */
const THUMBNAIL_PX = 192;

async function library(name: string, options: LibraryOptions): Promise<void> {
  const production = openCallersProduction(options.production);
  try {
    const performer = findPerformer(production.catalogue, name);
    const career = careerOf(production.catalogue, performer.slug);
    const coverage = coverageOf(career, performer.born);
    const notInUse = listNotInUse(
      production.catalogue.judgements(performer.slug),
      production.catalogue.photos(performer.slug),
    );
    const folder = options.output ? callerPath(options.output) : production.performerFolder(performer.slug);
    const files = await writeLibrary(production, performer, career, coverage, notInUse, folder);
    if (options.json) printJson(libraryJson(performer, career, coverage, notInUse, files));
    else process.stdout.write(sayLibrary(performer, career, coverage, notInUse, files));
  } finally {
    production.close();
  }
}

interface SheetFiles {
  readonly picture: string;
  readonly page: string;
}

async function writeLibrary(
  production: Production,
  performer: Performer,
  career: readonly CareerPhoto[],
  coverage: Coverage,
  notInUse: readonly NotInUse[],
  folder: string,
): Promise<SheetFiles> {
  const faceset = path.join(production.performerFolder(performer.slug), 'faceset');
  const files = {
    picture: path.join(folder, `${performer.slug}-career.png`),
    page: path.join(folder, `${performer.slug}-career.html`),
  };
  await writeSheet(careerSheet(performer, career, coverage, countReasons(notInUse)), faceset, files.picture);
  const crops = career.map((one) => one.crop);
  const page = careerPage(performer, career, coverage, notInUse, await cropThumbnails(crops, faceset, THUMBNAIL_PX));
  await writeFileAtomic(files.page, page);
  return files;
}

function listNotInUse(judgements: readonly Judgement[], photos: readonly Photo[]): NotInUse[] {
  const names = new Map(photos.map((photo) => [photo.sha256, printableName(photo.givenName)]));
  return judgements
    .filter((one) => one.state !== 'used')
    .map((one) => ({ name: names.get(one.photo) ?? one.photo, reason: one.reason }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function countReasons(notInUse: readonly NotInUse[]): string[] {
  const counts = new Map<string, number>();
  for (const { reason } of notInUse) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].map(([reason, count]) => `${count} ${count === 1 ? 'photo' : 'photos'}: ${reason}.`);
}

function sayLibrary(
  performer: Performer,
  career: readonly CareerPhoto[],
  coverage: Coverage,
  notInUse: readonly NotInUse[],
  files: SheetFiles,
): string {
  const columns = [...YAW_NAMES, ...LIGHT_NAMES];
  const head = ['age', 'photos', ...columns];
  const rows = coverage.rows.map((row) => [rowName(row, performer.born), row.photos, ...row.yaw, ...row.light]);
  const advice = coverage.advice.length > 0 ? coverage.advice : ['Nothing is missing.'];
  const reasons = countReasons(notInUse);
  return `${performer.name}, ${headline(performer, career)}\n\n${tableText([head, ...rows.map((row) => row.map(String))])}\n\nWhat would help most:\n${indent(advice)}\n${reasons.length > 0 ? `\nNot in use:\n${indent(reasons)}\n` : ''}\nTimeline: ${files.picture}\nPage: ${files.page}\n`;
}

function indent(lines: readonly string[]): string {
  return lines.map((line) => `  ${line}`).join('\n');
}

function tableText(rows: readonly (readonly string[])[]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map((row) => row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  '))
    .join('\n');
}

function libraryJson(
  performer: Performer,
  career: readonly CareerPhoto[],
  coverage: Coverage,
  notInUse: readonly NotInUse[],
  files: SheetFiles,
): object {
  return {
    schema: 'dorian/library',
    version: 1,
    performer: performer.name,
    slug: performer.slug,
    born: performer.born,
    photos: career.map(({ photo, face, judgement, ageAtPhoto, crop }) => ({
      file: photo.givenName,
      sha256: photo.sha256,
      crop,
      ageAtPhoto,
      takenOn: judgement.takenOn,
      ageSource: judgement.ageSource,
      said: judgement.said,
      flagged: judgement.flagged,
      contradictions: judgement.contradictions,
      pose: face.pose,
      light: face.light,
      expression: face.expression,
      sharpness: face.sharpness,
      eyeDistancePx: face.eyeDistancePx,
      apparentAge: face.apparentAge,
    })),
    coverage: { yawNames: YAW_NAMES, lightNames: LIGHT_NAMES, rows: coverage.rows },
    advice: coverage.advice,
    notInUse,
    files,
  };
}

/** @see CommandModule */
export function define(command: Command): void {
  command
    .argument('<name>', 'the performer')
    .option('-o, --output <folder>', "where the timeline and the page go; by default the performer's folder")
    .option('--production <folder>', 'the production, if not the nearest one')
    .option('--json', 'one JSON object on standard output')
    .action(library);
}
