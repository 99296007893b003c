// The work folder of a render on disk, held by one process at a time.

import { mkdir, open, readdir, readFile, rm, rmdir, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { CodedError } from '../../core/index.ts';
import type { WorkFolder } from '../../finals/index.ts';
import { asFileError, writeFileAtomic } from './files.ts';

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
    await takeLock(inFolder(LOCK), folder);
  } catch (error) {
    throw asFileError(error, folder);
  }
  return {
    pathOf: inFolder,
    list: async () => (await readdir(folder)).filter((name) => name !== LOCK),
    readText: (name) => orNull(readFile(inFolder(name), 'utf8')),
    sizeOf: async (name) => (await orNull(stat(inFolder(name))))?.size ?? null,
    writeText: (name, text) => writeFileAtomic(inFolder(name), text),
    async remove(names) {
      for (const name of names) await rm(inFolder(name), { force: true });
    },
    async release() {
      await rm(inFolder(LOCK), { force: true });
      // what is unfinished stays for the next run
      await rmdir(folder).catch(() => {});
    },
  };
}

async function takeLock(lock: string, folder: string): Promise<void> {
  for (let tries = 0; tries < 2; tries++) {
    try {
      const handle = await open(lock, 'wx');
      await handle.writeFile(`${hostname()} ${process.pid}\n`);
      await handle.close();
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const [host, pid] = ((await orNull(readFile(lock, 'utf8'))) ?? '').trim().split(' ');
    if (host !== '' && (host !== hostname() || (pid !== undefined && isAlive(Number(pid))))) break;
    // its holder was killed
    await rm(lock, { force: true });
  }
  throw new CodedError('finals/already-rendering', `another render works in ${folder}`, {
    hint: `Wait for it, or give another output. If no render is running (on any machine), delete ${lock}.`,
    retry: true,
  });
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function orNull<T>(promise: Promise<T>): Promise<T | null> {
  return promise.catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
}
