// `npm run train-prior -- OUT`: teaches the prior from the synthetic people that ship with the project, and nothing else.
// Hours on a laptop; stop it when you like (Ctrl-C) and run it again: it goes on from its last checkpoint. OUT is a folder:
// checkpoint.bin, prior.onnx, second-look.onnx, preview.png, log.csv.

import { appendFile, readFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { Command } from 'commander';
import { BatchWorker } from '../src/adapters/node/batch-worker.ts';
import { writeFileAtomic } from '../src/adapters/node/files.ts';
import { readNetworkWeights } from '../src/adapters/node/network-weights.ts';
import { openNetwork } from '../src/adapters/node/onnx.ts';
import { callerPath } from '../src/cli/command.ts';
import { countingNumber, positiveNumber, wholeNumber } from '../src/cli/numbers.ts';
import { peopleFolder, priorFile, secondLookFile } from '../src/cli/project.ts';
import { reportError } from '../src/cli/report-error.ts';
import type { ShapedPairBatch, PairMarks, PairRecipe } from '../src/likeness/index.ts';
import {
  OWN_PHOTOS,
  examinePairs,
  exportChange,
  pairTraining,
  secondLookOf,
  shapedFeeds,
} from '../src/likeness/index.ts';
import type { TrainingProgram, TrainingState, Weights } from '../src/model/index.ts';
import { exportWeights, readCheckpoint, weightsIn, weightsOf } from '../src/model/index.ts';
import { PreviewSheet, trainingFiles } from './train-prior/preview.ts';
import type { Course } from './train-prior/sitting.ts';
import { aloneIn, beginning, sit } from './train-prior/sitting.ts';

const SIZE_PX = 256;
/** Pairs of people kept aside, a batch of them. */
const EXAM_BATCH = 8;
const EXAM_SEED = 20_261;
const PREVIEW_ROWS = 6;

interface Options {
  readonly minutes: number;
  readonly from: string;
  readonly withoutPhotos?: boolean;
  readonly rate: number;
  readonly batch: number;
  readonly threads: number;
  readonly seed: number;
  readonly examMinutes: number;
  readonly examBatches: number;
}

const command = new Command('train-prior')
  .argument('[folder]', 'where it is kept', 'prior-training')
  .option('--minutes <number>', 'how long, all sittings together', positiveNumber, 600)
  .option('--from <weights>', 'what it begins with: scratch, prior, or a file of weights', 'scratch')
  .option('--without-photos', 'a network that is shown no own photos')
  .option('--rate <number>', 'highest learning rate', positiveNumber, 4e-4)
  .option('--batch <number>', 'pairs in a step', countingNumber, 8)
  .option('--threads <number>', 'of all work together', countingNumber, 2)
  .option('--seed <number>', 'another draw of weights and batches', wholeNumber, 1)
  .option('--exam-minutes <number>', 'minutes between checkpoints', positiveNumber, 10)
  .option('--exam-batches <number>', `so many times ${EXAM_BATCH} pairs are looked at`, countingNumber, 6)
  .parse();
const options = command.opts<Options>();
const course: Course = { seed: options.seed, batch: options.batch, rate: options.rate };

const files = trainingFiles(callerPath(command.processedArgs[0] as string));
const recipe: PairRecipe = {
  count: options.batch,
  sizePx: SIZE_PX,
  ownPhotos: options.withoutPhotos ? 0 : OWN_PHOTOS,
  zoom: 1,
};

async function knownWeights(): Promise<Weights> {
  if (options.from === 'scratch') return new Map();
  if (options.from === 'prior') {
    const shipped = options.withoutPhotos ? [priorFile] : [priorFile, secondLookFile];
    return new Map((await Promise.all(shipped.map(readNetworkWeights))).flatMap((weights) => [...weights]));
  }
  const file = callerPath(options.from);
  if (file.endsWith('.bin')) return weightsIn(readCheckpoint(new Uint8Array(await readFile(file)), file));
  return readNetworkWeights(file);
}

async function examBatches(): Promise<ShapedPairBatch[]> {
  const worker = new BatchWorker({
    peopleFolder,
    people: 'aside',
    recipe: { ...recipe, count: EXAM_BATCH },
    seed: EXAM_SEED,
  });
  try {
    const batches: ShapedPairBatch[] = [];
    for (let index = 0; index < options.examBatches; index++) batches.push(await worker.batch(index));
    return batches;
  } finally {
    await worker.close();
  }
}

/** Runs the averaged weights over people kept aside; writes the preview and a line of the log. */
async function examine(
  program: TrainingProgram,
  state: TrainingState,
  batches: readonly ShapedPairBatch[],
): Promise<string> {
  const weights = weightsOf(program.groups, state);
  const network = await openNetwork(exportChange(weights, recipe, {}, 'changed'), { threads: options.threads });
  try {
    const sheet = new PreviewSheet(PREVIEW_ROWS);
    const marks = await examinePairs(network, batches, true, (pair) => sheet.add(pair));
    const bare = recipe.ownPhotos > 0 ? await examinePairs(network, batches, false) : null;
    await sheet.write(files.preview);
    const cells = [marks, bare].flatMap((one) => (one === null ? [] : marksCells(one)));
    const line = [state.step, (state.trainedSeconds / 60).toFixed(1), state.smoothedLoss?.toFixed(4) ?? '', ...cells];
    await appendFile(files.log, `${line.join(',')}\n`);
    return `${describe(marks)}${bare === null ? '' : `; without photos ${describe(bare)}`}`;
  } finally {
    await network.close();
  }
}

function marksCells({ gapPixel, gapDetail, energy, gapShape, meanChange }: PairMarks): string[] {
  return [gapPixel, gapDetail, energy, gapShape, meanChange ?? Number.NaN].map((value) => value.toFixed(4));
}

function describe({ gapPixel, gapDetail, energy, gapShape }: PairMarks): string {
  const figures = { gapPixel, gapDetail, energy, gapShape };
  return Object.entries(figures)
    .map(([name, value]) => `${name} ${value.toFixed(3)}`)
    .join(' ');
}

async function writeNetwork(program: TrainingProgram, state: TrainingState): Promise<void> {
  const metadata = { name: 'dorian prior', step: String(state.step), seed: String(options.seed), from: options.from };
  const weights = weightsOf(program.groups, state);
  await writeFileAtomic(files.network, exportChange(weights, recipe, metadata));
  if (!options.withoutPhotos)
    await writeFileAtomic(files.secondLook, exportWeights('second look', secondLookOf(weights), metadata));
}

async function main(): Promise<void> {
  const program = pairTraining(recipe);
  const { seed } = course;
  const state = await beginning(program, files.checkpoint, course, knownWeights);
  const batches = await examBatches();
  const worker = new BatchWorker({ peopleFolder, people: 'learn', recipe, seed });
  try {
    const isDone = await sit({
      name: 'prior',
      program,
      state,
      checkpoint: files.checkpoint,
      threads: options.threads,
      course,
      minutes: options.minutes,
      examMinutes: options.examMinutes,
      feeds: async (index) => shapedFeeds(await worker.batch(index)),
      examine: async (now) => {
        await writeNetwork(program, now);
        return examine(program, now, batches);
      },
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
