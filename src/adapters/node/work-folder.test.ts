import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { holdWorkFolder } from './work-folder.ts';

let root: string;
let folder: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'dorian-work-'));
  folder = path.join(root, 'out.mp4.dorian-work');
});
afterEach(() => rm(root, { recursive: true, force: true }));

it('keeps what is unfinished and goes when it is empty', async () => {
  const work = await holdWorkFolder(folder);
  await work.writeText('job.json', 'text');
  expect(await work.list()).toEqual(['job.json']);
  expect(await work.readText('job.json')).toBe('text');
  expect(await work.sizeOf('job.json')).toBe(4);
  expect(await work.readText('other.json')).toBeNull();
  expect(await work.sizeOf('other.json')).toBeNull();
  await work.release();
  expect(existsSync(folder)).toBe(true);
  const again = await holdWorkFolder(folder);
  await again.remove(['job.json', 'never-there.json']);
  await again.release();
  expect(existsSync(folder)).toBe(false);
});

it('belongs to one process, until that is gone', async () => {
  const work = await holdWorkFolder(folder);
  await expect(holdWorkFolder(folder)).rejects.toMatchObject({ code: 'finals/already-rendering' });
  await work.release();
  const held = await holdWorkFolder(folder);
  // what a process leaves behind that was killed
  await writeFile(path.join(folder, 'lock'), `${hostname()} 999999999\n`);
  await expect(holdWorkFolder(folder)).resolves.toBeDefined();
  await writeFile(path.join(folder, 'lock'), 'another-machine 1\n');
  await expect(holdWorkFolder(folder)).rejects.toMatchObject({ code: 'finals/already-rendering' });
  await held.release();
});
