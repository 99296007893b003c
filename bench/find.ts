// How well `dorian find` finds: each photo of a synthetic performer is asked for among the others, and what comes back is
// held to the manifest. Writes bench/results/find-<machine>.json. `node bench/find.ts [PERFORMER FOLDER]`

import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { commitName, machineFacts } from '../src/cli/bench/machine.ts';
import { demoPerformerFolder, projectFolder } from '../src/cli/project.ts';
import type { CareerPhoto, Likeness } from '../src/library/index.ts';
import { findNearest } from '../src/library/index.ts';
import type { ManifestPhoto } from './observed-people.ts';
import { observeAll, readCareer } from './observed-people.ts';

const TOP = 5;

interface Known {
  readonly truth: ManifestPhoto;
  readonly photo: Pick<CareerPhoto, 'face' | 'crop' | 'ageAtPhoto'>;
}

/** Which of the others are right answers for a query. */
type Relevant = (query: ManifestPhoto, others: readonly Known[]) => readonly Known[];

/** Degrees as seen from the camera. */
function yawAndPitch({ pose_deg: pose, camera }: ManifestPhoto): [number, number] {
  return [pose[0] - camera.az, pose[1] + camera.el];
}

function turnBetween(a: ManifestPhoto, b: ManifestPhoto): number {
  const [from, to] = [yawAndPitch(a), yawAndPitch(b)];
  return Math.hypot(from[0] - to[0], from[1] - to[1]);
}

/** The five truly nearest in turn and nod, seen from the camera. */
const nearestInPose: Relevant = (query, others) =>
  others.toSorted((a, b) => turnBetween(query, a.truth) - turnBetween(query, b.truth)).slice(0, TOP);

const sameExpression: Relevant = (query, others) =>
  others.filter((other) => other.truth.expression === query.expression);

interface FindRow {
  readonly near: Likeness;
  readonly relevant: string;
  readonly queries: number;
  /** Right answers among the first five, over as many as there could be; mean over the queries. */
  readonly recallAt5: number;
  /** The same for five pictures picked blindly. */
  readonly randomAt5: number;
}

function measure(known: readonly Known[], near: Likeness, relevant: Relevant, words: string): FindRow {
  const rows = known.flatMap((query) => {
    const others = known.filter((other) => other !== query);
    const right = relevant(query.truth, others);
    if (right.length === 0) return [];
    const career = others.map((other) => other.photo) as CareerPhoto[];
    const found = findNearest(query.photo.face, career, { age: null, near: [near], count: TOP });
    const hits = found.filter((one) => right.some((answer) => answer.photo === one.picture)).length;
    const possible = Math.min(TOP, right.length);
    return [{ recall: hits / possible, random: (TOP * right.length) / others.length / possible }];
  });
  const mean = (of: (row: { recall: number; random: number }) => number): number =>
    Number((rows.reduce((sum, row) => sum + of(row), 0) / rows.length).toFixed(3));
  return {
    near,
    relevant: words,
    queries: rows.length,
    recallAt5: mean((row) => row.recall),
    randomAt5: mean((row) => row.random),
  };
}

const folder = path.resolve(process.argv[2] ?? demoPerformerFolder);
const career = await readCareer(folder);
const observed = await observeAll(folder, career);
const known: Known[] = career.flatMap((truth, i) => {
  const [face] = observed[i].faces;
  if (!face) return [];
  return [{ truth, photo: { face: { photo: truth.file, ...face }, crop: truth.file, ageAtPhoto: truth.age } }];
});
const report = {
  schema: 'dorian/bench-find',
  version: 1,
  machine: machineFacts(),
  commit: await commitName(),
  photos: career.length,
  withFace: known.length,
  rows: [
    measure(known, 'pose', nearestInPose, 'the five nearest in true yaw and pitch'),
    measure(known, 'expression', sameExpression, 'the same expression by name, of 11 names'),
  ],
};
const file = path.join(projectFolder, `bench/results/find-${report.machine.machine}.json`);
await writeFile(file, `${JSON.stringify(report, null, 2)}\n`);
process.stdout.write(`${JSON.stringify(report.rows, null, 2)}\n${file}\n`);
