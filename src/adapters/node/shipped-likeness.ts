// A likeness that ships in a synthetic performer's folder, as `dorian train` left it but for its checkpoint: likeness.json,
// network.onnx, career-mean/, log.csv, preview.png. It is taken into a production as a version of its own.

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Consented } from '../../core/index.ts';
import { formatFile, isCodedError } from '../../core/index.ts';
import { LIKENESS } from '../../likeness/index.ts';
import { openCareerArchive } from './career-mean-file.ts';
import { writeFileAtomic } from './files.ts';
import type { StoredLikeness } from './likeness-files.ts';
import {
  LIKENESS_FILES,
  addLikeness,
  likenessAt,
  likenessesIn,
  soundNetwork,
  whileTraining,
} from './likeness-files.ts';
import { filesUnder } from './production.ts';

/** In a performer's folder. */
const SHIPPED = 'likeness';

/** @returns null where none ships with the performer. @throws {CodedError} `likeness/damaged`, `likeness/mean-damaged`, `file/...` */
export async function shippedLikeness(performerFolder: string): Promise<StoredLikeness | null> {
  const shipped = await likenessAt(path.join(performerFolder, SHIPPED));
  if (shipped) await refuseDamaged(shipped);
  return shipped;
}

/**
 * Makes it the next version of the performer in a production, unless it is there already. What was copied is held against
 * its description before it counts.
 *
 * @param shipped - Under a consent to learn.
 * @param performerFolder - `Production.performerFolder`.
 * @throws {CodedError} `likeness/already-training`, `likeness/damaged`, `likeness/mean-damaged`, `file/...`
 */
export async function takeInLikeness(
  shipped: Consented<StoredLikeness>,
  performerFolder: string,
): Promise<StoredLikeness> {
  const sha256 = shipped.record.network?.sha256;
  for (const known of await likenessesIn(performerFolder))
    if (known.record.network?.sha256 === sha256 && (await isSound(known))) return known;
  return whileTraining(performerFolder, async () => {
    const folder = await addLikeness(performerFolder);
    for (const name of await filesUnder(shipped.folder)) {
      if (name === LIKENESS_FILES.record) continue;
      await writeFileAtomic(path.join(folder, name), await readFile(path.join(shipped.folder, name)));
    }
    const taken = { folder, record: { ...shipped.record, name: path.basename(folder) } };
    await refuseDamaged(taken);
    // comes last: a version without it is passed over
    await writeFileAtomic(path.join(folder, LIKENESS_FILES.record), formatFile(LIKENESS, taken.record));
    return taken;
  });
}

async function refuseDamaged(stored: StoredLikeness): Promise<void> {
  await soundNetwork(stored);
  await openCareerArchive(path.join(stored.folder, LIKENESS_FILES.mean));
}

async function isSound(stored: StoredLikeness): Promise<boolean> {
  try {
    await refuseDamaged(stored);
    return true;
  } catch (error) {
    if (isCodedError(error)) return false;
    throw error;
  }
}
