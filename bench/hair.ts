// `node bench/hair.ts [--network FILE] [--sheet FOLDER]`: hair through the whole frame path on people kept aside from learning,
// in pictures whose truth is known: the gap that is closed, what is changed where there is no hair, what it costs.

import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { loadFaceNetworks } from '../src/adapters/node/face-networks.ts';
import { openNetwork } from '../src/adapters/node/onnx.ts';
import { openHair } from '../src/adapters/node/open-hair.ts';
import { readPeople, readPeopleFile } from '../src/adapters/node/people-folder.ts';
import { cpuMs } from '../src/cli/bench/timing.ts';
import { callerPath } from '../src/cli/command.ts';
import { hairFile, modelsFolder, peopleFolder, priorFile } from '../src/cli/project.ts';
import type { Plate, TrackedFace } from '../src/core/index.ts';
import { copyPlate, packedRgb } from '../src/core/index.ts';
import { StillFinder } from '../src/face/index.ts';
import type { Person } from '../src/likeness/index.ts';
import { splitPeople } from '../src/likeness/index.ts';
import type { Picture } from '../src/measure/index.ts';
import {
  MATERIALS,
  ageingRegion,
  countNumbers,
  gapClosed,
  hairRegion,
  pictureOfRgb,
  sumAbsoluteDifference,
} from '../src/measure/index.ts';
import { FramePath, lookAt, networkPredictor, plainLook } from '../src/reage/index.ts';
import { PreviewSheet } from '../scripts/train-prior/preview.ts';

const { values } = parseArgs({ options: { network: { type: 'string' }, sheet: { type: 'string' } } });
/** Which of the four ages becomes which. */
const WAYS = [
  [2, 0],
  [3, 1],
  [0, 2],
  [1, 3],
] as const;

const faces = await loadFaceNetworks(modelsFolder);
const prior = await openNetwork(priorFile);
const hair = await openHair(values.network === undefined ? hairFile : callerPath(values.network));
const finder = new StillFinder(faces.networks, faces.tables);
const framePath = new FramePath({ person: faces.networks.person ?? null, hair: hair.predictor, clock: cpuMs });
const predictor = networkPredictor(prior);

interface Made {
  readonly picture: Picture;
  readonly matte: Float32Array;
  /** CPU milliseconds, all stages. */
  readonly ms: number;
}

async function reaged(
  plate: Plate,
  face: TrackedFace,
  ages: readonly [number, number],
  strength: 0 | 1,
): Promise<Made> {
  const [sourceAge, targetAge] = ages;
  const out = copyPlate(plate);
  const matte = new Float32Array(plate.width * plate.height);
  const look = lookAt({ ...plainLook(targetAge), strengths: { hair: strength } }, 0);
  const [{ ms }] = await framePath.reage(out, [{ face, sourceAge, look, predictor }], { matteOut: matte });
  return { picture: pictureOfRgb(out), matte, ms: ms.crop + ms.predict + ms.matte + ms.apply };
}

/** [3, side, side]. */
function planesOfPicture({ data, width, height }: Picture): Float32Array {
  const plane = width * height;
  return Float32Array.from({ length: 3 * plane }, (_, i) => data[(i % plane) * 3 + Math.floor(i / plane)]);
}

const gaps = { younger: { near: 0, far: 0 }, older: { near: 0, far: 0 } };
const beside = { background: { sum: 0, count: 0 }, face: { sum: 0, count: 0 } };
const costs: number[] = [];

async function measure(person: Person, [source, target]: readonly [number, number]): Promise<Float32Array[] | null> {
  const [from, to] = [person.scene[source], person.scene[target]];
  const { samples, width, height } = from.picture;
  const plate = packedRgb(samples, width, height, 3, 8);
  const [face] = await finder.find(plate);
  if (!face) return null;
  const ages = [person.ages[source], person.ages[target]] as const;
  const [made, without] = [await reaged(plate, face, ages, 1), await reaged(plate, face, ages, 0)];
  const [before, truth] = [plate, packedRgb(to.picture.samples, width, height, 3, 8)].map(pictureOfRgb);
  const region = hairRegion(from.materials, to.materials);
  const gap = target < source ? gaps.younger : gaps.older;
  gap.near += sumAbsoluteDifference(made.picture, truth, region);
  gap.far += sumAbsoluteDifference(before, truth, region);
  const nobody = from.materials.map((a, i) => (a === MATERIALS.background && to.materials[i] === a ? 1 : 0));
  const skin = ageingRegion(from.materials, to.materials).map((inside, i) => inside & (1 - region[i]));
  for (const [sums, where] of [
    [beside.background, nobody],
    [beside.face, skin],
  ] as const) {
    sums.sum += sumAbsoluteDifference(made.picture, without.picture, where);
    sums.count += countNumbers(where);
  }
  costs.push(made.ms - without.ms);
  const matte = { ...made.picture, data: made.picture.data.map((_, i) => made.matte[Math.floor(i / 3)]) };
  return [before, without.picture, made.picture, truth, matte].map(planesOfPicture);
}

const { aside } = splitPeople((await readPeopleFile(peopleFolder)).people);
const ids = new Set(aside.map(({ id }) => id));
for (const person of await readPeople(peopleFolder, ({ id }) => ids.has(id))) {
  const sheet = new PreviewSheet(WAYS.length);
  for (const way of WAYS) {
    const row = await measure(person, way);
    if (row) sheet.addCells(row, person.scene[0].picture.width);
  }
  if (values.sheet === undefined) continue;
  await mkdir(callerPath(values.sheet), { recursive: true });
  await sheet.write(path.join(callerPath(values.sheet), `${person.id}.png`));
}
await Promise.all([hair.close(), prior.close(), faces.close()]);
const per255 = ({ sum, count }: { sum: number; count: number }): number => Number(((255 * sum) / count).toFixed(3));
const figures = {
  gapHairYounger: gapClosed(gaps.younger.near, gaps.younger.far),
  gapHairOlder: gapClosed(gaps.older.near, gaps.older.far),
  changedBackground: per255(beside.background),
  changedFace: per255(beside.face),
  pictures: costs.length,
  extraCpuMs: costs.toSorted((a, b) => a - b)[Math.floor(costs.length / 2)],
};
process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
