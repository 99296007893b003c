// The thread behind BatchWorker.

import { parentPort, workerData } from 'node:worker_threads';
import type { Person } from '../../likeness/index.ts';
import { HairSampler, LikenessSampler, PairSampler, splitPeople } from '../../likeness/index.ts';
import type { AnySource, BatchRequest, PairSource } from './batch-worker.ts';
import { readPeople, readPeopleFile } from './people-folder.ts';
import type { CallPort } from './thread-calls.ts';
import { answerCalls } from './thread-calls.ts';

const source = workerData as AnySource;

async function open(): Promise<PairSampler | HairSampler | LikenessSampler> {
  if ('hair' in source) return new HairSampler(await peopleOf(source.people), source.hair);
  if (!('subjects' in source)) return new PairSampler(await peopleOf(source.people), source.recipe);
  const { subjects, archive, recipe } = source;
  const people = recipe.entries.pairs > 0 ? await peopleOf('learn', recipe.people) : [];
  return new LikenessSampler(people, subjects, archive, recipe);
}

async function peopleOf(which: PairSource['people'], most = Infinity): Promise<Person[]> {
  const { people: all } = await readPeopleFile(source.peopleFolder);
  const chosen = splitPeople(all)[which].slice(0, most);
  const wanted = new Set(chosen.map(({ id }) => id));
  return readPeople(source.peopleFolder, ({ id }) => wanted.has(id));
}

const sampler = open();
// where it fails, every call is answered with why
sampler.catch(() => {});

answerCalls(
  parentPort as CallPort,
  async (request) => (await sampler).batch(source.seed, (request as BatchRequest).index),
  async () => {},
);
