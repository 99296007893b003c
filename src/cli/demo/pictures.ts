// The demo's pictures: a contact sheet with the truth under each result, and plate, 25 and 75 side by side in motion.

import { stat } from 'node:fs/promises';
import { writeImage } from '../../adapters/node/images.ts';
import type { Plate } from '../../core/index.ts';
import { copyPlate } from '../../core/index.ts';
import type { VideoFiles } from '../../finals/index.ts';
import type { TruthClip } from '../../measure/index.ts';
import { spreadFrames } from '../../measure/index.ts';
import { writeComparison } from './comparison-video.ts';
import type { SheetRow } from './contact-sheet.ts';
import { contactSheet } from './contact-sheet.ts';
import type { DemoFolder } from './folder.ts';

/** Moments on the contact sheet. */
const COLUMNS = 6;
const RE_AGED = 'Re-aged by Dorian: a synthetic performer, for comparison';

/** Makes both, where they are not there or older than the clips they show. */
export async function makePictures(
  files: DemoFolder,
  truth: TruthClip,
  clip: string,
  ages: readonly number[],
  videos: VideoFiles,
): Promise<void> {
  const clips = ages.map((age) => files.clip(age));
  if (!(await isNewer(files.contactSheet, clips))) {
    const sheet = contactSheet(await sheetRows(files, truth, ages, videos));
    await writeImage(sheet, files.contactSheet, { reAged: RE_AGED });
  }
  if (!(await isNewer(files.comparison, clips))) {
    const parts = [
      { label: `PLATE, ${truth.sourceAge}`, file: clip },
      ...ages.map((age) => ({ label: `RE-AGED TO ${age}`, file: files.clip(age) })),
    ];
    await writeComparison(files.comparison, parts, RE_AGED, videos);
  }
}

async function sheetRows(
  files: DemoFolder,
  truth: TruthClip,
  ages: readonly number[],
  videos: VideoFiles,
): Promise<SheetRow[]> {
  const moments = spreadFrames(truth.frameCount, COLUMNS);
  const ofTruth = (age: number): Promise<Plate[]> => Promise.all(moments.map((i) => truth.plate(age, i)));
  const rows: SheetRow[] = [{ label: `PLATE, ${truth.sourceAge}`, plates: await ofTruth(truth.sourceAge) }];
  for (const age of ages) {
    rows.push({ label: `RE-AGED TO ${age}`, plates: await framesOf(files.clip(age), moments, videos) });
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
