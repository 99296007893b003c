// `npm run train-hair -- OUT`: teaches the hair network from the synthetic people that ship with the project. Stop it when
// you like (Ctrl-C) and run it again: it goes on from its last checkpoint. OUT is a folder, as of `train-prior`; hair.onnx
// is what `assets/prior/` holds.

import { appendFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { BatchWorker } from '../src/adapters/node/batch-worker.ts';
import type { HairSource } from '../src/adapters/node/batch-worker.ts';
import { writeFileAtomic } from '../src/adapters/node/files.ts';
import { openNetwork } from '../src/adapters/node/onnx.ts';
import { callerPath } from '../src/cli/command.ts';
import { peopleFolder } from '../src/cli/project.ts';
import { reportError } from '../src/cli/report-error.ts';
import { HAIR_CROP_PX } from '../src/face/index.ts';
import type { ExaminedHair, HairBatch } from '../src/likeness/index.ts';
import { examineHair, exportHair, hairFeeds, hairTraining, planesOf } from '../src/likeness/index.ts';
import type { TrainingProgram, TrainingState } from '../src/model/index.ts';
import { weightsOf } from '../src/model/index.ts';
import { PreviewSheet, trainingFiles } from './train-prior/preview.ts';
import { beginning, sit } from './train-prior/sitting.ts';

/** Pairs of people kept aside that each examination looks at. */
const EXAM_BATCHES = 12;
const EXAM_BATCH = 8;
const EXAM_SEED = 20_261;
const PREVIEW_ROWS = 12;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: 'string', default: '15' },
    rate: { type: 'string', default: '2e-3' },
    batch: { type: 'string', default: '16' },
    threads: { type: 'string', default: '2' },
    seed: { type: 'string', default: '1' },
    'exam-minutes': { type: 'string', default: '3' },
  },
});

const folder = callerPath(positionals[0] ?? 'hair-training');
const files = { ...trainingFiles(folder), network: path.join(folder, 'hair.onnx') };
const recipe = { count: Number(values.batch), sizePx: HAIR_CROP_PX };

async function examBatches(): Promise<HairBatch[]> {
  const hair = { ...recipe, count: EXAM_BATCH };
  const worker = new BatchWorker<HairSource>({ peopleFolder, people: 'aside', hair, seed: EXAM_SEED });
  try {
    const batches: HairBatch[] = [];
    for (let index = 0; index < EXAM_BATCHES; index++) batches.push(await worker.batch(index));
    return batches;
  } finally {
    await worker.close();
  }
}

/** Writes the network; runs it over people kept aside; writes the preview and a line of the log. */
async function examine(program: TrainingProgram, state: TrainingState, batches: readonly HairBatch[]): Promise<string> {
  const metadata = { name: 'dorian hair', step: String(state.step), seed: values.seed };
  await writeFileAtomic(files.network, exportHair(weightsOf(program.groups, state), recipe.sizePx, metadata));
  const network = await openNetwork(files.network, { threads: Number(values.threads) });
  try {
    const sheet = new PreviewSheet(PREVIEW_ROWS);
    const marks = Object.entries(await examineHair(network, batches, (pair) => drawRow(sheet, pair)));
    await sheet.write(files.preview);
    const cells = [state.step, (state.trainedSeconds / 60).toFixed(1), ...marks.map(([, value]) => value.toFixed(4))];
    await appendFile(files.log, `${cells.join(',')}\n`);
    return marks.map(([name, value]) => `${name} ${value.toFixed(3)}`).join(' ');
  } finally {
    await network.close();
  }
}

/** Plate, made, truth, matte. */
function drawRow(sheet: PreviewSheet, { batch, k, made, matte }: ExaminedHair): void {
  const [plate, truth] = [batch.source, batch.target].map((planes) => planesOf(planes, batch.sizePx, 3, k));
  const grey = new Float32Array(3 * matte.length);
  for (let c = 0; c < 3; c++) grey.set(matte, c * matte.length);
  sheet.addCells([plate, made, truth, grey], batch.sizePx);
}

async function main(): Promise<void> {
  const program = hairTraining(recipe);
  const seed = Number(values.seed);
  const state = await beginning(program, files.checkpoint, seed);
  const batches = await examBatches();
  const worker = new BatchWorker<HairSource>({ peopleFolder, people: 'learn', hair: recipe, seed });
  try {
    const isDone = await sit({
      name: 'hair',
      program,
      state,
      checkpoint: files.checkpoint,
      threads: Number(values.threads),
      rate: Number(values.rate),
      minutes: Number(values.minutes),
      examMinutes: Number(values['exam-minutes']),
      feeds: async (index) => hairFeeds(await worker.batch(index)),
      examine: (now) => examine(program, now, batches),
    });
    process.stderr.write(`\n${isDone ? 'Done' : 'Stopped; run the same command to go on'}: ${files.network}\n`);
  } finally {
    await worker.close();
  }
}

try {
  await main();
} catch (error) {
  reportError(error, false);
}
