// Which likeness each performer is re-aged with: the version that was asked for, else their newest finished one where it is
// better than the prior by its mark, else the prior.

import path from 'node:path';
import { CodedError } from '../../core/index.ts';
import { findPerformer } from '../../library/index.ts';
import type { LikenessRecord } from '../../likeness/index.ts';
import { isBehindPrior } from '../../likeness/index.ts';
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
  /** Whose likeness is there and not taken, and why, or taken without having been judged: a sentence each. */
  readonly notes: readonly string[];
}

/**
 * @param wanted - Of --likeness; undefined: what is newest, where it is better than the prior.
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
  const notes: string[] = [];
  if (wanted !== undefined && wanted !== PRIOR && names.length === 0) throw nobodysLikeness(wanted);
  for (const name of production && wanted !== PRIOR ? names : []) {
    const stored = await likenessOf(wanted, production as Production, name);
    if (!stored) continue;
    const { record } = stored;
    const isBehind = wanted === undefined && isBehindPrior(record);
    if (isBehind) notes.push(behindPrior(record));
    else chosen.set(record.performer, await likenessFiles(stored));
    if (wanted === undefined && !isBehind && record.identity === null) notes.push(notJudged(record));
  }
  const used: ChosenLikeness[] = [...(chosen.size < Math.max(1, names.length) ? [prior] : []), ...chosen.values()];
  const all = new Map(used.map((one) => [one.sha256, one]));
  return { of: (performer) => chosen.get(performer) ?? prior, all: [...all.values()], notes };
}

/** What Dorian comes with. */
export async function shippedPrior(): Promise<ChosenLikeness> {
  return { name: PRIOR, file: priorFile, sha256: await sha256OfFile(priorFile), photos: 0 };
}

async function likenessOf(
  wanted: string | undefined,
  production: Production,
  named: string,
): Promise<StoredLikeness | null> {
  const { slug, name } = findPerformer(production.catalogue, named);
  const folder = production.performerFolder(slug);
  return wanted === undefined ? newestFinished(folder) : likenessNamed(folder, name, wanted);
}

function behindPrior({ name, performer, identity }: LikenessRecord): string {
  if (identity === null)
    return `Nothing that ${name} of ${performer} learned was better on held-out photos, so the prior is taken; --likeness ${name} takes it all the same.`;
  const [own, prior] = [identity?.likeness, identity?.prior].map((mark) => mark?.toFixed(3));
  return `${name} of ${performer} is no nearer to held-out photos than the prior (${own} against ${prior}), so the prior is taken; --likeness ${name} takes it all the same.`;
}

function notJudged({ name, performer }: LikenessRecord): string {
  return `${name} of ${performer} was not held against the prior: too few of the photos could be held out. --likeness prior is the way back.`;
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
