// A likeness that ships with a performer: taken into a production once, whole, and only as what it says that it is.

import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Consented } from '../../core/index.ts';
import { parseFile } from '../../core/index.ts';
import { LIKENESS } from '../../likeness/index.ts';
import { CONSENT_RECORD, requireConsent } from '../../trust/index.ts';
import { demoPerformerFolder } from '../../../test/project-folders.ts';
import type { StoredLikeness } from './likeness-files.ts';
import { addLikeness, likenessesIn, soundNetwork } from './likeness-files.ts';
import { likenessFolder } from './likeness-folder.ts';
import { shippedLikeness, takeInLikeness } from './shipped-likeness.ts';

const SAMPLE = path.resolve(import.meta.dirname, '../../../test/golden/files/likeness.1.json');

let folder: string;
/** A performer's folder that a likeness ships in, and their folder in a production. */
let giver: string;
let taker: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'dorian-shipped-'));
  [giver, taker] = [path.join(folder, 'giver'), path.join(folder, 'taker')];
  const files = likenessFolder(path.join(giver, 'likeness'));
  const sha256 = await files.writeNetwork(Buffer.from('weights'));
  const sample = parseFile(LIKENESS, await readFile(SAMPLE, 'utf8'), SAMPLE);
  await files.writeRecord({ ...sample, name: 'v001', state: 'finished', network: { sha256, step: 4, loss: 0.3 } });
  await files.beginLog(['step', 'loss'], 0);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function shipped(): Promise<Consented<StoredLikeness>> {
  const found = await shippedLikeness(giver);
  const file = path.join(demoPerformerFolder, 'consent.json');
  const record = parseFile(CONSENT_RECORD, await readFile(file, 'utf8'), file);
  if (!found) throw new Error('nothing ships');
  return requireConsent(found, record, { kind: 'learn', production: 'Dorian demo', on: '2026-11-28' });
}

it('is none where there is none', async () => {
  expect(await shippedLikeness(taker)).toBeNull();
});

it('becomes the next version, with all its files, and not twice', async () => {
  await addLikeness(taker);
  const taken = await takeInLikeness(await shipped(), taker);
  expect(taken.record.name).toBe('v002');
  expect(await readFile(await soundNetwork(taken), 'utf8')).toBe('weights');
  expect((await readdir(taken.folder)).toSorted()).toEqual(['likeness.json', 'log.csv', 'network.onnx']);
  expect((await takeInLikeness(await shipped(), taker)).folder).toBe(taken.folder);
  expect((await likenessesIn(taker)).map(({ record }) => record.name)).toEqual(['v002']);
});

it('is taken in again where the copy was damaged', async () => {
  const taken = await takeInLikeness(await shipped(), taker);
  await writeFile(path.join(taken.folder, 'network.onnx'), 'other weights');
  expect((await takeInLikeness(await shipped(), taker)).record.name).toBe('v002');
});

it('is refused where it is not what it says, and nothing is left of it that counts', async () => {
  const before = await shipped();
  await writeFile(path.join(giver, 'likeness/network.onnx'), 'other weights');
  await expect(shippedLikeness(giver)).rejects.toMatchObject({ code: 'likeness/damaged' });
  await expect(takeInLikeness(before, taker)).rejects.toMatchObject({ code: 'likeness/damaged' });
  expect(await likenessesIn(taker)).toEqual([]);
});
