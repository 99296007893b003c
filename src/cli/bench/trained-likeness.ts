// The likeness that `dorian bench fidelity --train` measures: taught here and now from a synthetic performer's career, by the
// commands that a person would type, in a production that stays, so that a training that was stopped goes on.

import path from 'node:path';
import { sha256OfFile } from '../../adapters/node/files.ts';
import type { StoredLikeness } from '../../adapters/node/likeness-files.ts';
import { likenessesIn } from '../../adapters/node/likeness-files.ts';
import type { PerformerFolder } from '../../adapters/node/performer-folder.ts';
import { performerFolderIn } from '../../adapters/node/production.ts';
import type { Consented } from '../../core/index.ts';
import { CodedError } from '../../core/index.ts';
import { runOwnCommand } from '../own-command.ts';
import { priorFile } from '../project.ts';
import type { ChosenLikeness } from '../reage/likeness.ts';
import { likenessFiles } from '../reage/likeness.ts';
import type { BenchProduction } from './bench-production.ts';
import { benchProduction, photosSpread } from './bench-production.ts';
import type { LikenessesFor } from './fidelity.ts';
import { underManifest } from './fidelity.ts';

export interface BenchTraining {
  /** Of work, all runs together. */
  readonly minutes: number;
  /** So many, spread over the ages; all when left out. */
  readonly photos?: number;
  /** Holds the productions of such trainings, or nothing. */
  readonly workFolder: string;
  readonly isQuiet: boolean;
}

/** The word for a likeness that was taught for the bench. */
const TRAINED = 'trained';

/** What is chosen, and behind it the one that is taught. */
export function andTrained(chosen: LikenessesFor, training: BenchTraining): LikenessesFor {
  return async (folder) => [...(await chosen(folder)), await trainedLikeness(folder, training)];
}

/**
 * Teaches it, goes on with what an earlier run began, or takes what one has finished.
 *
 * @throws {CodedError} `command/...`, `bench/not-trained`, what `benchProduction` throws
 */
export async function trainedLikeness(
  of: PerformerFolder,
  { minutes, photos, workFolder, isQuiet }: BenchTraining,
): Promise<Consented<ChosenLikeness>> {
  const place = (name: string): string =>
    path.join(workFolder, `${of.performer}-${of.manifestSha256.slice(0, 8)}`, name);
  const all = await benchProduction(place('all-photos'), of, isQuiet);
  const production =
    photos === undefined
      ? all
      : await benchProduction(place(`${photos}-photos`), of, isQuiet, photosSpread(all, photos));
  const begun = await newest(production);
  if (!begun || !isEnough(begun, minutes)) {
    const how = ['--minutes', String(minutes), ...(begun ? ['--resume'] : [])];
    await runOwnCommand(['train', production.performer.name, ...how, '--production', production.folder], isQuiet);
  }
  const taught = await newest(production);
  if (!taught || !isEnough(taught, minutes)) throw notTrained(production.folder);
  return underManifest({ ...(await likenessFiles(taught)), name: TRAINED }, of);
}

/** null also where the newest was begun with another prior than the one that ships now. */
async function newest({ folder, performer }: BenchProduction): Promise<StoredLikeness | null> {
  const found = (await likenessesIn(performerFolderIn(folder, performer.slug))).at(-1);
  return found?.record.priorSha256 === (await sha256OfFile(priorFile)) ? found : null;
}

function isEnough({ record }: StoredLikeness, minutes: number): boolean {
  return record.state === 'finished' && record.minutes >= minutes;
}

function notTrained(folder: string): CodedError {
  return new CodedError('bench/not-trained', `the training in ${folder} has not come to its end`, {
    hint: 'Run the same command again: it goes on where it stopped.',
    retry: true,
  });
}
