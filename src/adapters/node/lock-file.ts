// A file that says that one process works in a folder: the others see it and keep out. One whose holder was killed is taken
// over, where that can be known.

import { open, readFile, rm } from 'node:fs/promises';
import { hostname } from 'node:os';

/**
 * Makes the file; the folder must be there. The holder lets go with `releaseLock`.
 *
 * @param isTaken - The error to throw where another process holds it, on this machine or on another.
 * @throws the system's error where the file cannot be written
 */
export async function takeLock(lock: string, isTaken: () => Error): Promise<void> {
  for (let tries = 0; tries < 2; tries++) {
    try {
      const handle = await open(lock, 'wx');
      await handle.writeFile(`${hostname()} ${process.pid}\n`);
      await handle.close();
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const text = await readFile(lock, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    });
    const [host, pid] = text.trim().split(' ');
    if (host !== '' && (host !== hostname() || (pid !== undefined && isAlive(Number(pid))))) break;
    // its holder was killed
    await rm(lock, { force: true });
  }
  throw isTaken();
}

export async function releaseLock(lock: string): Promise<void> {
  await rm(lock, { force: true });
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
