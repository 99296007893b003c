// Memory that stays level over a long render. glibc, left alone, begins to keep freed pictures in its heaps after the first
// few, where the small things between them hold them apart: 2,000 frames of 1080p end with 300 MiB more than they began.

import process from 'node:process';

/** Bytes from which a piece of memory goes back to the system when it is freed; as a setting it stays where it is put. */
const THRESHOLD = { MALLOC_MMAP_THRESHOLD_: '1000000' };

/** MiB. Left alone, the room for new objects grows to 60 MiB in every thread in the course of an hour, and gains nothing. */
const NEW_OBJECTS = '--max-semi-space-size=8';

/**
 * Begins the program over, in the same process, with settings of memory that only a new program takes. Does nothing the
 * second time, where the user has settings of their own, and on systems that do not know them.
 */
export function restartForSteadyMemory(): void {
  const isTold = Object.keys(process.env).some((name) => name.startsWith('MALLOC_') || name === 'GLIBC_TUNABLES');
  if (process.platform !== 'linux' || isTold) return;
  const again = [process.execPath, ...process.execArgv, NEW_OBJECTS, ...process.argv.slice(1)];
  process.execve?.(process.execPath, again, { ...process.env, ...THRESHOLD });
}
