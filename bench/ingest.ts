// What a photo costs to take in: small ones, and pictures of 12 megapixels that are made for it out of the synthetic
// performer's career. Writes bench/results/ingest-<machine>.json. `node bench/ingest.ts`

import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import sharp from 'sharp';
import { findGivenFiles } from '../src/adapters/node/given-files.ts';
import { photoFiles } from '../src/adapters/node/photo-files.ts';
import { createProduction, openProduction } from '../src/adapters/node/production.ts';
import { WorkerViewing } from '../src/adapters/node/viewing-worker.ts';
import { commitName, machineFacts } from '../src/cli/bench/machine.ts';
import { demoPerformerFolder, modelsFolder, projectFolder } from '../src/cli/project.ts';
import { parseFile } from '../src/core/index.ts';
import type { Consented } from '../src/core/index.ts';
import type { IngestRequest, Performer } from '../src/library/index.ts';
import { ingest, performerToBe } from '../src/library/index.ts';
import { CONSENT_RECORD, requireConsent } from '../src/trust/index.ts';
import { readCareer } from './observed-people.ts';

const SCENE = { width: 4032, height: 3024, channels: 3 } as const;
/** Side of the performer's picture in the scene, by turns: a portrait, half a figure, a figure. */
const SIDES = [2600, 1500, 800];
/** Not counted: by then the threads have their networks open, and the code is compiled. */
const WARM_UP = 16;
const TODAY = '2026-01-01';

function grainyScene(): Promise<Buffer> {
  const noise = { type: 'gaussian', mean: 120, sigma: 25 } as const;
  return sharp({ create: { ...SCENE, background: '#777', noise } })
    .raw()
    .toBuffer();
}

/** The performer's picture enlarged and laid into a scene. */
async function writeLarge(scene: Buffer, picture: string, turn: number, file: string): Promise<void> {
  const side = SIDES[turn % SIDES.length];
  const face = await sharp(picture).resize(side, side, { kernel: 'lanczos3' }).toBuffer();
  const [left, top] = [(turn * 331) % (SCENE.width - side), (turn * 173) % (SCENE.height - side)];
  await sharp(scene, { raw: SCENE })
    .composite([{ input: face, left, top }])
    .removeAlpha()
    .jpeg({ quality: 92 })
    .toFile(file);
}

async function consented(performer: Performer, production: string): Promise<Consented<Performer>> {
  const file = path.join(demoPerformerFolder, 'consent.json');
  const record = parseFile(CONSENT_RECORD, await readFile(file, 'utf8'), file);
  return requireConsent(performer, record, { kind: 'ingest', performer: performer.name, production, on: TODAY });
}

interface Row {
  readonly photos: string;
  readonly count: number;
  readonly threads: number;
  /** By the clock, with `threads` at work. */
  readonly secondsPerPhoto: number;
  /** Of all threads together. */
  readonly cpuSecondsPerPhoto: number;
  readonly minutesPer1000: number;
}

async function measure(photos: string, given: string, root: string): Promise<Row> {
  const production = openProduction(await createProduction(root, 'Dorian demo'));
  const found = await findGivenFiles([given]);
  const viewing = new WorkerViewing({ modelsFolder, productionFolder: production.folder }, found.length);
  try {
    const { catalogue } = production;
    const performer = performerToBe(catalogue, 'Actor A', '1964-01-01');
    catalogue.addPerformer(performer);
    const request: IngestRequest = {
      performer: await consented(performer, production.title),
      found,
      dates: null,
      portraits: new Set(),
      minorsAllowed: false,
      today: TODAY,
    };
    let begun = { ms: 0, cpu: process.cpuUsage() };
    const onProgress = (done: number): void => {
      if (done === WARM_UP) begun = { ms: performance.now(), cpu: process.cpuUsage() };
    };
    const { judgements } = await ingest(
      request,
      { catalogue, files: photoFiles(production.performerFolder), viewing },
      { onProgress },
    );
    const seconds = (performance.now() - begun.ms) / 1000;
    const { user, system } = process.cpuUsage(begun.cpu);
    const count = found.length - WARM_UP;
    const faces = judgements.filter((one) => one.code !== 'library/no-face').length;
    process.stderr.write(`${photos}: a face found on ${faces} of ${judgements.length}\n`);
    return {
      photos,
      count,
      threads: viewing.atOnce - 1,
      secondsPerPhoto: rounded(seconds / count),
      cpuSecondsPerPhoto: rounded((user + system) / 1e6 / count),
      minutesPer1000: rounded((seconds / count) * (1000 / 60)),
    };
  } finally {
    await viewing.close();
    production.close();
  }
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

const folder = await mkdtemp(path.join(tmpdir(), 'dorian-bench-ingest-'));
try {
  const machine = machineFacts();
  const [small, large] = [path.join(folder, 'small'), path.join(folder, 'large')];
  await mkdir(small);
  await mkdir(large);
  const scene = await grainyScene();
  for (const [i, { file, age }] of (await readCareer(demoPerformerFolder)).entries()) {
    const [picture, name] = [path.join(demoPerformerFolder, file), `${Math.floor(age)}_${i}.jpg`];
    await copyFile(picture, path.join(small, name));
    await writeLarge(scene, picture, i, path.join(large, name));
  }
  const rows = [
    await measure('512 x 512', small, path.join(folder, 'a')),
    await measure(`${SCENE.width} x ${SCENE.height}, one face`, large, path.join(folder, 'b')),
  ];
  const report = { schema: 'dorian/bench-ingest', version: 1, machine, commit: await commitName(), rows };
  await writeFile(
    path.join(projectFolder, `bench/results/ingest-${machine.machine}.json`),
    `${JSON.stringify(report, null, 2)}\n`,
  );
  for (const { photos, secondsPerPhoto, cpuSecondsPerPhoto, minutesPer1000 } of rows)
    process.stdout.write(
      `${photos}: ${secondsPerPhoto} s a photo, ${cpuSecondsPerPhoto} s CPU; 1,000 in ${minutesPer1000} min\n`,
    );
} finally {
  await rm(folder, { recursive: true, force: true });
}
