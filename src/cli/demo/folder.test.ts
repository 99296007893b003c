import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDemoFolder } from './folder.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'dorian-demo-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('it is made once and taken up again; fresh begins anew', async () => {
  await openDemoFolder(folder, false);
  const left = path.join(folder, 'finals/left.mp4');
  await writeFile(left, 'x');
  await openDemoFolder(folder, false);
  expect(existsSync(left)).toBe(true);
  await openDemoFolder(folder, true);
  expect(existsSync(left)).toBe(false);
  expect(existsSync(path.join(folder, 'dorian.db'))).toBe(true);
});

test('a folder of somebody else is left alone, also with fresh', async () => {
  const theirs = path.join(folder, 'thesis.txt');
  await writeFile(theirs, 'x');
  for (const isFresh of [false, true])
    await expect(openDemoFolder(folder, isFresh)).rejects.toMatchObject({ code: 'demo/not-a-demo-folder' });
  expect(existsSync(theirs)).toBe(true);
});
