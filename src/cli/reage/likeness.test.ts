// What a performer is re-aged with where nobody asks for a version: the newest likeness, if its mark is better than the prior's.

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { addLikeness } from '../../adapters/node/likeness-files.ts';
import { likenessFolder } from '../../adapters/node/likeness-folder.ts';
import type { Production } from '../../adapters/node/production.ts';
import { createProduction, openProduction } from '../../adapters/node/production.ts';
import { parseFile } from '../../core/index.ts';
import type { LikenessRecord } from '../../likeness/index.ts';
import { LIKENESS } from '../../likeness/index.ts';
import { chooseLikenesses } from './likeness.ts';

const SAMPLE = path.resolve(import.meta.dirname, '../../../test/golden/files/likeness.1.json');
const WHO = 'Actor A';

let folder: string;
let production: Production;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'dorian-choice-'));
  production = openProduction(await createProduction(folder, 'Choice'));
  production.catalogue.addPerformer({ slug: 'actor-a', name: WHO, born: '1964-01-01' });
});
afterEach(async () => {
  production.close();
  await rm(folder, { recursive: true, force: true });
});

async function finish(identity: LikenessRecord['identity'], step = 4): Promise<void> {
  const sample = parseFile(LIKENESS, await readFile(SAMPLE, 'utf8'), SAMPLE);
  const made = await addLikeness(production.performerFolder('actor-a'));
  const files = likenessFolder(made);
  const sha256 = await files.writeNetwork(Buffer.from(made));
  const network = { sha256, step, loss: 0.3 };
  await files.writeRecord({ ...sample, name: path.basename(made), state: 'finished', network, identity });
}

it('the newest, where nothing speaks against it', async () => {
  await finish(null);
  await finish({ prior: 0.08, likeness: 0.12, pairs: 24 });
  const { of, notes } = await chooseLikenesses(undefined, production, [WHO]);
  expect(of(WHO).name).toBe('v002');
  expect(notes).toEqual([]);
});

it('one that could not be judged, with a sentence that says so, unless it learned nothing better', async () => {
  await finish(null);
  const taken = await chooseLikenesses(undefined, production, [WHO]);
  expect(taken.of(WHO).name).toBe('v001');
  expect(taken.notes).toEqual([expect.stringContaining('was not held against the prior')]);
  await finish(null, 0);
  const left = await chooseLikenesses(undefined, production, [WHO]);
  expect(left.of(WHO).name).toBe('prior');
  expect(left.notes).toEqual([expect.stringContaining('so the prior is taken; --likeness v002')]);
});

it('the prior, where the likeness is behind it, and a sentence that says so', async () => {
  await finish({ prior: 0.08, likeness: 0.07, pairs: 24 });
  const { of, all, notes } = await chooseLikenesses(undefined, production, [WHO]);
  expect([of(WHO).name, all.length]).toEqual(['prior', 1]);
  expect(notes).toEqual([expect.stringContaining('(0.070 against 0.080), so the prior is taken; --likeness v001')]);
  const asked = await chooseLikenesses('v001', production, [WHO]);
  expect([asked.of(WHO).name, asked.notes]).toEqual(['v001', []]);
});
