// The demo's pictures, each part labelled: a contact sheet with the truth under each result, and plate, prior, likeness and
// truth side by side in motion.

import { stat } from 'node:fs/promises';
import path from 'node:path';
import { writeImage } from '../../adapters/node/images.ts';
import type { Plate } from '../../core/index.ts';
import { copyPlate } from '../../core/index.ts';
import type { VideoFiles } from '../../finals/index.ts';
import type { TruthClip } from '../../measure/index.ts';
import { spreadFrames } from '../../measure/index.ts';
import type { ComparisonPart } from './comparison-video.ts';
import { writeComparison } from './comparison-video.ts';
import type { SheetRow } from './contact-sheet.ts';
import { contactSheet } from './contact-sheet.ts';
import type { DemoFolder } from './folder.ts';

/** Moments on the contact sheet. */
const COLUMNS = 6;
const RE_AGED = 'Re-aged by Dorian: a synthetic performer, for comparison';

/** What the clip was re-aged with. */
export interface DemoVersion {
  /** `prior`, or a likeness by name. */
  readonly version: string;
  /** In a picture's corner. */
  readonly label: string;
}

export interface ShownClip {
  readonly truth: TruthClip;
  /** Where its videos lie, `age<A>.mkv` each. */
  readonly folder: string;
  /** Years that it was re-aged to. */
  readonly ages: readonly number[];
  readonly versions: readonly DemoVersion[];
}

/** Makes both, where they are not there or older than the clips they show. */
export async function makePictures(files: DemoFolder, shown: ShownClip, videos: VideoFiles): Promise<void> {
  const clips = shown.ages.flatMap((age) => shown.versions.map(({ version }) => files.clip(age, version)));
  if (!(await isNewer(files.contactSheet, clips))) {
    const sheet = contactSheet(await sheetRows(files, shown, videos));
    await writeImage(sheet, files.contactSheet, { reAged: RE_AGED });
  }
  if (!(await isNewer(files.comparison, clips)))
    await writeComparison(files.comparison, comparisonRows(files, shown), RE_AGED, videos);
}

/** A row for each age. */
function comparisonRows(files: DemoFolder, { truth, folder, ages, versions }: ShownClip): ComparisonPart[][] {
  const video = (age: number): string => path.join(folder, `age${age}.mkv`);
  return ages.map((age) => [
    { label: `PLATE, ${truth.sourceAge}`, file: video(truth.sourceAge) },
    ...versions.map(({ version, label }) => ({ label: `${label} TO ${age}`, file: files.clip(age, version) })),
    { label: `TRUTH AT ${age}`, file: video(age) },
  ]);
}

async function sheetRows(
  files: DemoFolder,
  { truth, ages, versions }: ShownClip,
  videos: VideoFiles,
): Promise<SheetRow[]> {
  const moments = spreadFrames(truth.frameCount, COLUMNS);
  const ofTruth = (age: number): Promise<Plate[]> => Promise.all(moments.map((i) => truth.plate(age, i)));
  const rows: SheetRow[] = [{ label: `PLATE, ${truth.sourceAge}`, plates: await ofTruth(truth.sourceAge) }];
  for (const age of ages) {
    for (const { version, label } of versions) {
      const plates = await framesOf(files.clip(age, version), moments, videos);
      rows.push({ label: `${label} TO ${age}`, plates });
    }
    rows.push({ label: `TRUTH AT ${age}`, plates: await ofTruth(age) });
  }
  return rows;
}

async function framesOf(file: string, moments: readonly number[], videos: VideoFiles): Promise<Plate[]> {
  const reader = await videos.open(file);
  const plates: Plate[] = [];
  try {
    for await (const frame of reader.frames()) {
      if (moments.includes(frame.index)) plates.push(copyPlate(frame.plate));
      frame.close();
    }
  } finally {
    await reader.close();
  }
  return plates;
}

async function isNewer(file: string, than: readonly string[]): Promise<boolean> {
  const made = await stat(file).catch(() => null);
  if (!made) return false;
  const others = await Promise.all(than.map((other) => stat(other)));
  return others.every((other) => other.mtimeMs <= made.mtimeMs);
}
