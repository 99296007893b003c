// A file that says that one process works in a folder: the others see it and keep out. One whose holder was killed is taken
// over, where that can be known.

import { randomBytes } from 'node:crypto';
import { link, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';

/** The holder was killed before the lock said whose it is: so old, it will not come. */
const NAMELESS_MS = 10_000;
/** A system that has no second names for files: some memory cards and network drives. */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

/**
 * Makes the file; the folder must be there. The holder lets go with `releaseLock`.
 *
 * @param isTaken - The error to throw where another process holds it, on this machine or on another.
 * @throws the system's error where the file cannot be written
 */
export async function takeLock(lock: string, isTaken: () => Error): Promise<void> {
  // a killed holder's is removed first, and before that what one left behind who was killed at that
  for (let tries = 0; tries < 3; tries++) {
    if (await claim(lock)) return;
    const holder = await holderOf(lock);
    if (holder === 'alive') break;
    if (holder === 'killed') await removeAbandoned(lock);
  }
  throw isTaken();
}

export async function releaseLock(lock: string): Promise<void> {
  await rm(lock, { force: true });
}

/** What stands beside a lock while it is taken. @param name - Of a file in the folder of `lock`. */
export function isBesideLock(name: string, lock: string): boolean {
  return name.startsWith(`${lock}.`);
}

/** Whole or absent: nobody sees a lock that does not say yet whose it is. @returns Whether it is this process's now. */
async function claim(lock: string): Promise<boolean> {
  const written = `${lock}.${randomBytes(6).toString('hex')}`;
  const name = `${hostname()} ${process.pid}\n`;
  try {
    await writeFile(written, name, { flag: 'wx' });
    await link(written, lock).catch((error: NodeJS.ErrnoException) => {
      if (!NO_LINKS.has(error.code ?? '')) throw error;
      return writeFile(lock, name, { flag: 'wx' });
    });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(written, { force: true });
  }
}

/** One at a time looks and removes: else it would be another's, taken since, that the second removes. */
async function removeAbandoned(lock: string): Promise<void> {
  const turn = `${lock}.turn`;
  if (await claim(turn)) {
    try {
      if ((await holderOf(lock)) === 'killed') await rm(lock, { force: true });
    } finally {
      await rm(turn, { force: true });
    }
  } else if ((await holderOf(turn)) === 'killed') {
    await rm(turn, { force: true });
  }
}

async function holderOf(lock: string): Promise<'alive' | 'killed' | 'none'> {
  try {
    const [host, pid] = (await readFile(lock, 'utf8')).trim().split(' ');
    if (host === '') return Date.now() - (await stat(lock)).mtimeMs < NAMELESS_MS ? 'alive' : 'killed';
    return host !== hostname() || (pid !== undefined && isAlive(Number(pid))) ? 'alive' : 'killed';
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'none';
    throw error;
  }
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
