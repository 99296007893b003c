// The likenesses of a performer on disk: performers/<slug>/likenesses/v001 … Making the next one, finding the newest, and
// taking one up to be trained or to render with.

import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { CodedError, parseFile } from '../../core/index.ts';
import type { LikenessRecord } from '../../likeness/index.ts';
import { LIKENESS } from '../../likeness/index.ts';
import { asFileError, notFound, sha256OfFile } from './files.ts';
import { releaseLock, takeLock } from './lock-file.ts';

/** Files of a likeness. */
export const LIKENESS_FILES = {
  record: 'likeness.json',
  network: 'network.onnx',
  checkpoint: 'checkpoint.bin',
  preview: 'preview.png',
  log: 'log.csv',
  /** A folder; see career-mean-file.ts. */
  mean: 'career-mean',
} as const;

const VERSION = /^v\d{3,}$/;
/** Of a training that runs: in the folder of likenesses. */
const LOCK = 'lock';

export interface StoredLikeness {
  /** Absolute. */
  readonly folder: string;
  readonly record: LikenessRecord;
}

/**
 * All likenesses of a performer, oldest first; one that was begun and killed before its first file is passed over.
 *
 * @param performerFolder - `Production.performerFolder`.
 * @throws {CodedError} `file/...` where one cannot be read
 */
export async function likenessesIn(performerFolder: string): Promise<StoredLikeness[]> {
  const found: StoredLikeness[] = [];
  for (const name of await versionsIn(performerFolder)) {
    const likeness = await likenessAt(path.join(likenessesFolder(performerFolder), name));
    if (likeness) found.push(likeness);
  }
  return found;
}

/** The newest that is finished, which is what renders use; null where there is none. @throws as `likenessesIn` */
export async function newestFinished(performerFolder: string): Promise<StoredLikeness | null> {
  return (await likenessesIn(performerFolder)).findLast(({ record }) => record.state === 'finished') ?? null;
}

/**
 * The likeness of a name, finished or not.
 *
 * @throws {CodedError} `likeness/unknown-version`; as `likenessesIn`
 */
export async function likenessNamed(performerFolder: string, performer: string, name: string): Promise<StoredLikeness> {
  const all = await likenessesIn(performerFolder);
  const found = all.find(({ record }) => record.name === name && record.network !== null);
  if (found) return found;
  const there = all.map(({ record }) => record.name).join(', ');
  throw new CodedError('likeness/unknown-version', `${performer} has no likeness "${name}".`, {
    hint: there
      ? `There are: ${there}; or give --likeness prior.`
      : 'There is none yet: run `dorian train`, or give --likeness prior.',
  });
}

/**
 * Path of the network, after it was held against its description.
 *
 * @throws {CodedError} `likeness/damaged`
 */
export async function soundNetwork({ folder, record }: StoredLikeness): Promise<string> {
  const file = path.join(folder, LIKENESS_FILES.network);
  const sha256 = await sha256OfFile(file).catch(() => null);
  if (sha256 !== null && sha256 === record.network?.sha256) return file;
  throw new CodedError(
    'likeness/damaged',
    `The network of ${record.performer} ${record.name} is not the one described.`,
    {
      hint: 'Go on training it (`dorian train NAME --resume`), restore its folder from a copy, or use another version.',
    },
  );
}

/** Makes the folder of the next version. @returns its absolute path. @throws {CodedError} `file/...` */
export async function addLikeness(performerFolder: string): Promise<string> {
  const versions = await versionsIn(performerFolder);
  const last = versions.length === 0 ? 0 : Number(versions[versions.length - 1].slice(1));
  const folder = path.join(likenessesFolder(performerFolder), `v${String(last + 1).padStart(3, '0')}`);
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw asFileError(error, folder);
  }
  return folder;
}

/**
 * Keeps other trainings of the performer out until the work is done.
 *
 * @throws {CodedError} `likeness/already-training`, `file/...`; what `work` throws
 */
export async function whileTraining<T>(performerFolder: string, work: () => Promise<T>): Promise<T> {
  const folder = likenessesFolder(performerFolder);
  const lock = path.join(folder, LOCK);
  try {
    await mkdir(folder, { recursive: true });
    await takeLock(lock, () => alreadyTraining(lock));
  } catch (error) {
    throw asFileError(error, folder);
  }
  try {
    return await work();
  } finally {
    await releaseLock(lock);
  }
}

/**
 * Keeps trainings out of a performer's folder while it is deleted. Where there is no folder of likenesses none is running,
 * and none is made.
 *
 * @throws {CodedError} as `whileTraining`
 */
export async function whileNoneTrains<T>(performerFolder: string, work: () => Promise<T>): Promise<T> {
  return existsSync(likenessesFolder(performerFolder)) ? whileTraining(performerFolder, work) : work();
}

function alreadyTraining(lock: string): CodedError {
  return new CodedError('likeness/already-training', 'Another process teaches a likeness of this performer.', {
    hint: `Wait for it, or stop it with Ctrl-C. If none is running (on any machine), delete ${lock}.`,
    retry: true,
  });
}

function likenessesFolder(performerFolder: string): string {
  return path.join(performerFolder, 'likenesses');
}

/** By number. */
async function versionsIn(performerFolder: string): Promise<string[]> {
  const entries = await readdir(likenessesFolder(performerFolder)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw asFileError(error, likenessesFolder(performerFolder));
  });
  return entries.filter((name) => VERSION.test(name)).toSorted((a, b) => Number(a.slice(1)) - Number(b.slice(1)));
}

/** The likeness in a folder; null where there is none. @throws {CodedError} `file/...` where it cannot be read */
export async function likenessAt(folder: string): Promise<StoredLikeness | null> {
  const file = path.join(folder, LIKENESS_FILES.record);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw notFound(file, error);
  });
  return text === null ? null : { folder, record: parseFile(LIKENESS, text, file) };
}
