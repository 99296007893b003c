// Which likeness each performer is re-aged with: the version that was asked for, else their newest finished one, else the
// prior.

import path from 'node:path';
import { CodedError } from '../../core/index.ts';
import { findPerformer } from '../../library/index.ts';
import { sha256OfFile } from '../../adapters/node/files.ts';
import type { StoredLikeness } from '../../adapters/node/likeness-files.ts';
import { LIKENESS_FILES, likenessNamed, newestFinished, soundNetwork } from '../../adapters/node/likeness-files.ts';
import type { Production } from '../../adapters/node/production.ts';
import type { LikenessFile } from '../../adapters/node/reage-worker.ts';
import { priorFile } from '../project.ts';

/** The word for no likeness. */
export const PRIOR = 'prior';

/** A likeness by name (`prior`, `v001`), with its files. */
export interface ChosenLikeness extends LikenessFile {
  readonly name: string;
  /** Photos that it was taught with. */
  readonly photos: number;
}

export interface LikenessChoice {
  /** The prior for whoever was not named. */
  of(performer: string): ChosenLikeness;
  /** Each once. */
  readonly all: readonly ChosenLikeness[];
}

/**
 * @param wanted - Of --likeness; undefined: what is newest.
 * @param names - Performers as they were named; all in the production's library.
 * @throws {CodedError} `likeness/unknown-version`, `likeness/damaged`, `library/unknown-performer`, `file/...`
 */
export async function chooseLikenesses(
  wanted: string | undefined,
  production: Production | null,
  names: readonly string[],
): Promise<LikenessChoice> {
  const prior = await shippedPrior();
  const chosen = new Map<string, ChosenLikeness>();
  if (wanted !== undefined && wanted !== PRIOR && names.length === 0) throw nobodysLikeness(wanted);
  for (const name of production && wanted !== PRIOR ? names : []) {
    const likeness = await likenessOf(wanted, production as Production, name);
    if (likeness) chosen.set(likeness.performer, likeness.chosen);
  }
  const used: ChosenLikeness[] = [...(chosen.size < Math.max(1, names.length) ? [prior] : []), ...chosen.values()];
  const all = new Map(used.map((one) => [one.sha256, one]));
  return { of: (performer) => chosen.get(performer) ?? prior, all: [...all.values()] };
}

/** What Dorian comes with. */
export async function shippedPrior(): Promise<ChosenLikeness> {
  return { name: PRIOR, file: priorFile, sha256: await sha256OfFile(priorFile), photos: 0 };
}

async function likenessOf(
  wanted: string | undefined,
  production: Production,
  named: string,
): Promise<{ performer: string; chosen: ChosenLikeness } | null> {
  const { slug, name } = findPerformer(production.catalogue, named);
  const folder = production.performerFolder(slug);
  const stored = wanted === undefined ? await newestFinished(folder) : await likenessNamed(folder, name, wanted);
  return stored && { performer: name, chosen: await likenessFiles(stored) };
}

/** A stored likeness as it is rendered with. @throws {CodedError} `likeness/damaged` */
export async function likenessFiles(stored: StoredLikeness): Promise<ChosenLikeness> {
  const { record, folder } = stored;
  return {
    name: record.name,
    file: await soundNetwork(stored),
    sha256: record.network?.sha256 ?? '',
    careerMeanFolder: path.join(folder, LIKENESS_FILES.mean),
    photos: record.photos.length,
  };
}

function nobodysLikeness(wanted: string): CodedError {
  return new CodedError('likeness/unknown-version', `"${wanted}" is a performer's, and none is named.`, {
    hint: 'Name the performer with --performer, or leave --likeness out.',
  });
}
