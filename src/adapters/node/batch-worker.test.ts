// Batches out of the thread are those that the sampler makes here, in any order.

import { afterAll, expect, it } from 'vitest';
import { PairSampler, splitPeople } from '../../likeness/index.ts';
import type { PairRecipe } from '../../likeness/index.ts';
import { peopleFolder } from '../../../test/project-folders.ts';
import { BatchWorker } from './batch-worker.ts';
import { readPeople, readPeopleFile } from './people-folder.ts';

const RECIPE: PairRecipe = { count: 2, sizePx: 64, ownPhotos: 1, zoom: 1 };
const worker = new BatchWorker({ peopleFolder, people: 'aside', recipe: RECIPE, seed: 7 });
afterAll(() => worker.close());

it('gives the batch of a number whatever was asked before', async () => {
  const { aside } = splitPeople((await readPeopleFile(peopleFolder)).people);
  const ids = new Set(aside.map(({ id }) => id));
  const sampler = new PairSampler(await readPeople(peopleFolder, ({ id }) => ids.has(id)), RECIPE);
  for (const index of [3, 4, 0, 3]) expect(await worker.batch(index)).toEqual(sampler.batch(7, index));
});

it('says what is wrong with the folder', async () => {
  const lost = new BatchWorker({ peopleFolder: '/nowhere', people: 'learn', recipe: RECIPE, seed: 1 });
  await expect(lost.batch(0)).rejects.toMatchObject({ code: 'file/not-found' });
  await lost.close();
});
