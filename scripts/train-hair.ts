// `npm run train-hair -- OUT`: teaches the hair network from the synthetic people that ship with the project. Stop it when
// you like (Ctrl-C) and run it again: it goes on from its last checkpoint. OUT is a folder, as of `train-prior`; hair.onnx
// is what `assets/prior/` holds.

import { appendFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { Command } from 'commander';
import { BatchWorker } from '../src/adapters/node/batch-worker.ts';
import type { HairSource } from '../src/adapters/node/batch-worker.ts';
import { writeFileAtomic } from '../src/adapters/node/files.ts';
import { openNetwork } from '../src/adapters/node/onnx.ts';
import { callerPath } from '../src/cli/command.ts';
import { countingNumber, positiveNumber, wholeNumber } from '../src/cli/numbers.ts';
import { peopleFolder } from '../src/cli/project.ts';
import { reportError } from '../src/cli/report-error.ts';
import { HAIR_CROP_PX } from '../src/face/index.ts';
import type { ExaminedHair, HairBatch } from '../src/likeness/index.ts';
import { examineHair, exportHair, hairFeeds, hairTraining, planesOf } from '../src/likeness/index.ts';
import type { TrainingProgram, TrainingState } from '../src/model/index.ts';
import { weightsOf } from '../src/model/index.ts';
import { PreviewSheet, trainingFiles } from './train-prior/preview.ts';
import type { Course } from './train-prior/sitting.ts';
import { aloneIn, beginning, sit } from './train-prior/sitting.ts';

/** Pairs of people kept aside, a batch of them. */
const EXAM_BATCH = 8;
const EXAM_SEED = 20_261;
const PREVIEW_ROWS = 12;

interface Options {
  readonly minutes: number;
  readonly rate: number;
  readonly batch: number;
  readonly threads: number;
  readonly seed: number;
  readonly examMinutes: number;
  readonly examBatches: number;
}

const command = new Command('train-hair')
  .argument('[folder]', 'where it is kept', 'hair-training')
  .option('--minutes <number>', 'how long, all sittings together', positiveNumber, 15)
  .option('--rate <number>', 'highest learning rate', positiveNumber, 2e-3)
  .option('--batch <number>', 'pairs in a step', countingNumber, 16)
  .option('--threads <number>', 'of all work together', countingNumber, 2)
  .option('--seed <number>', 'another draw of weights and batches', wholeNumber, 1)
  .option('--exam-minutes <number>', 'minutes between checkpoints', positiveNumber, 3)
  .option('--exam-batches <number>', `so many times ${EXAM_BATCH} pairs are looked at`, countingNumber, 12)
  .parse();
const options = command.opts<Options>();
const course: Course = { seed: options.seed, batch: options.batch, rate: options.rate };

const folder = callerPath(command.processedArgs[0] as string);
const files = { ...trainingFiles(folder), network: path.join(folder, 'hair.onnx') };
const recipe = { count: options.batch, sizePx: HAIR_CROP_PX };

async function examBatches(): Promise<HairBatch[]> {
  const hair = { ...recipe, count: EXAM_BATCH };
  const worker = new BatchWorker<HairSource>({ peopleFolder, people: 'aside', hair, seed: EXAM_SEED });
  try {
    const batches: HairBatch[] = [];
    for (let index = 0; index < options.examBatches; index++) batches.push(await worker.batch(index));
    return batches;
  } finally {
    await worker.close();
  }
}

/** Writes the network; runs it over people kept aside; writes the preview and a line of the log. */
async function examine(program: TrainingProgram, state: TrainingState, batches: readonly HairBatch[]): Promise<string> {
  const metadata = { name: 'dorian hair', step: String(state.step), seed: String(options.seed) };
  await writeFileAtomic(files.network, exportHair(weightsOf(program.groups, state), recipe.sizePx, metadata));
  const network = await openNetwork(files.network, { threads: options.threads });
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
  const { seed } = course;
  const state = await beginning(program, files.checkpoint, course);
  const batches = await examBatches();
  const worker = new BatchWorker<HairSource>({ peopleFolder, people: 'learn', hair: recipe, seed });
  try {
    const isDone = await sit({
      name: 'hair',
      program,
      state,
      checkpoint: files.checkpoint,
      threads: options.threads,
      course,
      minutes: options.minutes,
      examMinutes: options.examMinutes,
      feeds: async (index) => hairFeeds(await worker.batch(index)),
      examine: (now) => examine(program, now, batches),
    });
    process.stderr.write(`\n${isDone ? 'Done' : 'Stopped; run the same command to go on'}: ${files.network}\n`);
  } finally {
    await worker.close();
  }
}

try {
  await aloneIn(path.dirname(files.checkpoint), main);
} catch (error) {
  reportError(error, false);
}
