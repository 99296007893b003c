// Where a training begins: a new version with the shipped network's weights, or the newest one's checkpoint.

import path from 'node:path';
import { CodedError } from '../../core/index.ts';
import type { Performer } from '../../library/index.ts';
import type { LikenessBeginning, LikenessCareer, LikenessRecipe, LikenessRecord } from '../../likeness/index.ts';
import { photosUsed, refuseOtherCareer } from '../../likeness/index.ts';
import type { Checkpoint, Weights } from '../../model/index.ts';
import { readCheckpoint } from '../../model/index.ts';
import { checkpointFile } from '../../adapters/node/checkpoint-file.ts';
import { sha256OfFile } from '../../adapters/node/files.ts';
import { LIKENESS_FILES, addLikeness, likenessesIn } from '../../adapters/node/likeness-files.ts';
import { readNetworkWeights } from '../../adapters/node/network-weights.ts';
import type { Production } from '../../adapters/node/production.ts';
import { priorFile, secondLookFile } from '../project.ts';

export interface Beginning {
  readonly folder: string;
  readonly record: LikenessRecord;
  readonly prior: Weights;
  readonly checkpoint: Checkpoint | null;
}

/** Whichever comes first. */
export interface AskedEnd {
  readonly steps?: number;
  readonly minutes?: number;
}

export interface NewLikeness {
  readonly asked: LikenessRecord['asked'];
  readonly from: LikenessBeginning;
  readonly seed: number;
  readonly recipe: LikenessRecipe;
  /** The one that is to be made again. */
  readonly again: Pick<LikenessRecord, 'name' | 'photos' | 'priorSha256'> | null;
  readonly consentId: string;
}

/**
 * Makes the next version's folder.
 *
 * @throws {CodedError} `likeness/prior-changed`, `likeness/career-changed` where a likeness cannot be made again; `file/...`
 */
export async function beginNew(
  production: Production,
  performer: Performer,
  { photos }: LikenessCareer,
  { asked, from, seed, recipe, again, consentId }: NewLikeness,
): Promise<Beginning> {
  const priorSha256 = await sha256OfFile(priorFile);
  if (again && again.priorSha256 !== priorSha256) throw priorChanged(again);
  if (again) refuseOtherCareer(again, photos);
  const prior = await priorWeights();
  const folder = await addLikeness(production.performerFolder(performer.slug));
  const record: LikenessRecord = {
    name: path.basename(folder),
    performer: performer.name,
    state: 'training',
    begunAt: new Date().toISOString(),
    finishedAt: null,
    consentId,
    from,
    priorSha256,
    seed,
    // what has learned nothing yet is taught all
    recipe: from === 'scratch' ? { ...recipe, taught: 'all' } : recipe,
    asked,
    photos: photosUsed(photos),
    step: 0,
    minutes: 0,
    marks: [],
    network: null,
    identity: null,
  };
  return { folder, record, prior, checkpoint: null };
}

/** Where a training ends, out of what was asked for. */
export function endOf({ steps, minutes }: AskedEnd): LikenessRecord['asked'] {
  return { steps: steps ?? null, minutes: minutes ?? null };
}

/**
 * Takes up the newest likeness that has a checkpoint.
 *
 * @throws {CodedError} `likeness/nothing-to-resume`, `likeness/prior-changed`, `model/checkpoint-damaged`,
 *   `file/newer-version`, what `likenessesIn` throws
 */
export async function goOn(production: Production, performer: Performer, asked: AskedEnd): Promise<Beginning> {
  const newest = (await likenessesIn(production.performerFolder(performer.slug))).at(-1);
  if (!newest) throw nothing(`No likeness of ${performer.name} has been begun.`);
  const { folder, record } = newest;
  const file = path.join(folder, LIKENESS_FILES.checkpoint);
  const bytes = await checkpointFile(file).read();
  const isNewGoal = asked.steps !== undefined || asked.minutes !== undefined;
  const goal = isNewGoal ? endOf(asked) : record.asked;
  if (bytes === null && record.state === 'finished')
    throw nothing(`${record.name} of ${performer.name} was finished elsewhere, and came without its checkpoint.`);
  if (record.priorSha256 !== (await sha256OfFile(priorFile))) throw priorChanged(record);
  const checkpoint = bytes === null ? null : readCheckpoint(bytes, file);
  if (checkpoint && isReached(goal, checkpoint))
    throw nothing(`${record.name} of ${performer.name} has reached ${describeGoal(goal)}.`);
  return { folder, record: { ...record, asked: goal }, prior: await priorWeights(), checkpoint };
}

function isReached({ steps, minutes }: LikenessRecord['asked'], { state }: Checkpoint): boolean {
  return (steps !== null && state.step >= steps) || (minutes !== null && state.trainedSeconds >= 60 * minutes);
}

function describeGoal({ steps, minutes }: LikenessRecord['asked']): string {
  return steps === null ? `its ${minutes} minutes` : `its ${steps} steps`;
}

function nothing(message: string): CodedError {
  return new CodedError('likeness/nothing-to-resume', message, {
    hint: 'Begin a new one without --resume, or give more --minutes or --steps in all than it has had.',
  });
}

function priorChanged({ name }: Pick<LikenessRecord, 'name'>): CodedError {
  return new CodedError(
    'likeness/prior-changed',
    `${name} was begun with another network than the one that ships now.`,
    {
      hint: 'Begin a new likeness without --resume; the old one can still be rendered with.',
    },
  );
}

/** What every likeness begins with: the prior, and a second look that has seen other people's photos. */
async function priorWeights(): Promise<Weights> {
  const [prior, secondLook] = await Promise.all([priorFile, secondLookFile].map(readNetworkWeights));
  return new Map([...prior, ...secondLook]);
}
