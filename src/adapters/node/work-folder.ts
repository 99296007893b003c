// The work folder of a render on disk, held by one process at a time.

import { mkdir, readdir, readFile, rm, rmdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { CodedError } from '../../core/index.ts';
import type { WorkFolder } from '../../finals/index.ts';
import { asFileError, writeFileAtomic } from './files.ts';
import { isBesideLock, releaseLock, takeLock } from './lock-file.ts';

const LOCK = 'lock';

/** A work folder that this process holds; whoever opened it lets it go. */
export interface HeldWorkFolder extends WorkFolder {
  /** Lets go; an empty folder is deleted. */
  release(): Promise<void>;
}

/**
 * Makes the folder, or takes up the one that is there.
 *
 * @throws {CodedError} `finals/already-rendering`, `file/not-writable`, `file/disk-full`
 */
export async function holdWorkFolder(folder: string): Promise<HeldWorkFolder> {
  const inFolder = (name: string): string => path.join(folder, name);
  try {
    await mkdir(folder, { recursive: true });
    await takeLock(inFolder(LOCK), () => alreadyRendering(folder, inFolder(LOCK)));
  } catch (error) {
    throw asFileError(error, folder);
  }
  return {
    pathOf: inFolder,
    list: async () => (await readdir(folder)).filter((name) => name !== LOCK && !isBesideLock(name, LOCK)),
    readText: (name) => orNull(readFile(inFolder(name), 'utf8')),
    sizeOf: async (name) => (await orNull(stat(inFolder(name))))?.size ?? null,
    writeText: (name, text) => writeFileAtomic(inFolder(name), text),
    async remove(names) {
      for (const name of names) await rm(inFolder(name), { force: true });
    },
    async release() {
      await releaseLock(inFolder(LOCK));
      // what is unfinished stays for the next run
      await rmdir(folder).catch(() => {});
    },
  };
}

/**
 * Deletes what a render left that was killed after all was done but the tidying. A folder that is not there is fine.
 *
 * @throws {CodedError} as `holdWorkFolder`
 */
export async function clearWorkFolder(folder: string): Promise<void> {
  if ((await orNull(stat(folder))) === null) return;
  const work = await holdWorkFolder(folder);
  try {
    await work.remove(await work.list());
  } finally {
    await work.release();
  }
}

function alreadyRendering(folder: string, lock: string): CodedError {
  return new CodedError('finals/already-rendering', `another render works in ${folder}`, {
    hint: `Wait for it, or give another output. If no render is running (on any machine), delete ${lock}.`,
    retry: true,
  });
}

async function orNull<T>(promise: Promise<T>): Promise<T | null> {
  return promise.catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
}
