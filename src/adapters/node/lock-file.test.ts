import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { releaseLock, takeLock } from './lock-file.ts';

let folder: string;
let lock: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'dorian-lock-'));
  lock = path.join(folder, 'lock');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const ROUNDS = 10;
const isTaken = (): Error => new Error('taken');

/** How many of some that try at once come in. */
async function comeIn(): Promise<number> {
  const tries = Array.from({ length: 12 }, () =>
    takeLock(lock, isTaken).then(
      () => 1,
      (error: Error) => {
        if (error.message !== 'taken') throw error;
        return 0;
      },
    ),
  );
  return (await Promise.all<number>(tries)).reduce((sum, one) => sum + one, 0);
}

it('lets one in of many that come at once, and leaves nothing beside', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    expect(await comeIn()).toBe(1);
    expect(await readdir(folder)).toEqual(['lock']);
    await releaseLock(lock);
  }
});

it('lets one in of many that find a killed holder', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    await writeFile(lock, `${hostname()} 999999999\n`);
    expect(await comeIn()).toBe(1);
    await releaseLock(lock);
  }
});

it('goes past what one left who was killed while removing', async () => {
  for (const name of [lock, `${lock}.turn`]) await writeFile(name, `${hostname()} 999999999\n`);
  await takeLock(lock, isTaken);
  await expect(takeLock(lock, isTaken)).rejects.toThrow('taken');
  expect(await readdir(folder)).toEqual(['lock']);
});

it('waits for the name of a holder, but not forever', async () => {
  await writeFile(lock, '');
  await expect(takeLock(lock, isTaken)).rejects.toThrow('taken');
  await utimes(lock, new Date(0), new Date(0));
  await takeLock(lock, isTaken);
});

it('says where the folder is gone', async () => {
  await expect(takeLock(path.join(folder, 'gone/lock'), isTaken)).rejects.toMatchObject({ code: 'ENOENT' });
});
