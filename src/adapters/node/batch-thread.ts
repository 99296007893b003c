// The thread behind BatchWorker.

import { parentPort, workerData } from 'node:worker_threads';
import { CareerSampler, PairSampler, splitPeople } from '../../likeness/index.ts';
import type { BatchRequest, CareerSource, PairSource } from './batch-worker.ts';
import { readPeople, readPeopleFile } from './people-folder.ts';
import type { CallPort } from './thread-calls.ts';
import { answerCalls } from './thread-calls.ts';

const source = workerData as PairSource | CareerSource;

async function open(): Promise<PairSampler | CareerSampler> {
  if ('subjects' in source) return new CareerSampler(source.subjects, source.archive, source.recipe);
  const { people: all } = await readPeopleFile(source.peopleFolder);
  const wanted = new Set(splitPeople(all)[source.people].map(({ id }) => id));
  return new PairSampler(await readPeople(source.peopleFolder, ({ id }) => wanted.has(id)), source.recipe);
}

const sampler = open();
// where it fails, every call is answered with why
sampler.catch(() => {});

answerCalls(
  parentPort as CallPort,
  async (request) => (await sampler).batch(source.seed, (request as BatchRequest).index),
  async () => {},
);
