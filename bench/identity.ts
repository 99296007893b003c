// How well the performer is found across a career that is mixed with pictures of other people. Writes
// bench/results/identity-<machine>.json, and with --fixture the descriptors that test/golden/identity.test.ts works on.
// `node bench/identity.ts OTHERS FOLDER [--fixture FILE]`; the folder is laid out as bench/observed-people.ts says.

import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { commitName, machineFacts } from '../src/cli/bench/machine.ts';
import { demoPerformerFolder, projectFolder } from '../src/cli/project.ts';
import type { CandidateFace } from '../src/library/index.ts';
import { selectPerformer } from '../src/library/index.ts';
import type { ObservedPicture } from './observed-people.ts';
import { listPeople, observeAll, readCareer } from './observed-people.ts';

const OTHERS = 200;

const { positionals, values } = parseArgs({ allowPositionals: true, options: { fixture: { type: 'string' } } });
if (positionals.length !== 1) throw new RangeError('give the folder with pictures of other people');
const othersFolder = path.resolve(positionals[0]);

const career = await observeAll(demoPerformerFolder, await readCareer(demoPerformerFolder));
const people = await observeAll(othersFolder, await listPeople(othersFolder));

function facesOf(pictures: readonly ObservedPicture[]): CandidateFace[] {
  return pictures.flatMap(({ file, age, faces }) =>
    faces.map(({ descriptor, pose }) => ({ photo: file, age, descriptor, yaw: pose.yaw })),
  );
}

interface Mixed {
  readonly others: string;
  readonly careerPhotos: number;
  readonly otherPictures: number;
  /** Career photos that were set aside. */
  readonly lost: readonly string[];
  /** Pictures of others that were taken for the performer. */
  readonly admitted: readonly string[];
}

function mix(others: string, picked: readonly ObservedPicture[]): Mixed {
  const faces = facesOf([...career, ...picked]);
  const { isPerformer } = selectPerformer(faces);
  const chosen = new Set(faces.filter((_, i) => isPerformer[i]).map((face) => face.photo));
  return {
    others,
    careerPhotos: career.length,
    otherPictures: picked.length,
    lost: career.filter(({ file }) => !chosen.has(file)).map(({ file }) => file),
    admitted: picked.filter(({ file }) => chosen.has(file)).map(({ file }) => file),
  };
}

/** Every n-th picture, from a start; all people come up about equally. */
function spread(start: number): ObservedPicture[] {
  const step = people.length / OTHERS;
  return Array.from({ length: OTHERS }, (_, i) => people[Math.floor(i * step + start * (step / 5)) % people.length]);
}

const rows = [
  ...[0, 1, 2, 3, 4].map((start) => mix(`${OTHERS} spread over all people, start ${start}`, spread(start))),
  mix(`the first ${OTHERS}: few people, many pictures of each`, people.slice(0, OTHERS)),
  mix(`the last ${OTHERS}`, people.slice(-OTHERS)),
  mix('all', people),
];
const report = {
  schema: 'dorian/bench-identity',
  version: 1,
  machine: machineFacts(),
  commit: await commitName(),
  rows,
};
const file = path.join(projectFolder, `bench/results/identity-${report.machine.machine}.json`);
await writeFile(file, `${JSON.stringify(report, null, 2)}\n`);
for (const { others, lost, admitted } of rows)
  process.stdout.write(`${others}: ${lost.length} lost, ${admitted.length} admitted\n`);

function shorten(faces: readonly CandidateFace[], isPerformer: boolean): object[] {
  return faces.map(({ photo, age, yaw, descriptor }) => ({
    photo,
    age,
    yaw: Math.round(yaw),
    isPerformer,
    descriptor: Buffer.from(Float16Array.from(descriptor).buffer).toString('base64'),
  }));
}

if (values.fixture !== undefined) {
  const faces = [...shorten(facesOf(career), true), ...shorten(facesOf(spread(0)), false)];
  const origin = 'descriptors of synthetic people (CC0), by bench/identity.ts; float16, base64';
  await writeFile(path.resolve(values.fixture), `${JSON.stringify({ origin, faces }, null, 1)}\n`);
}
