// The thread behind BatchWorker.

import { parentPort, workerData } from 'node:worker_threads';
import { PairSampler, splitPeople } from '../../likeness/index.ts';
import type { BatchRequest, PairSource } from './batch-worker.ts';
import { readPeople, readPeopleFile } from './people-folder.ts';
import type { CallPort } from './thread-calls.ts';
import { answerCalls } from './thread-calls.ts';

const { peopleFolder, people, recipe, seed } = workerData as PairSource;

async function open(): Promise<PairSampler> {
  const { people: all } = await readPeopleFile(peopleFolder);
  const wanted = new Set(splitPeople(all)[people].map(({ id }) => id));
  return new PairSampler(await readPeople(peopleFolder, ({ id }) => wanted.has(id)), recipe);
}

const sampler = open();
// where it fails, every call is answered with why
sampler.catch(() => {});

answerCalls(
  parentPort as CallPort,
  async (request) => (await sampler).batch(seed, (request as BatchRequest).index),
  async () => {},
);
