// `npm run train-prior -- OUT`: teaches the prior from the synthetic people that ship with the project, and nothing else.
// Hours on a laptop; stop it when you like (Ctrl-C) and run it again: it goes on from its last checkpoint. OUT is a folder:
// checkpoint.bin, prior.onnx, preview.png, log.csv.

import { appendFile, readFile } from 'node:fs/promises';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { BatchWorker } from '../src/adapters/node/batch-worker.ts';
import { writeFileAtomic } from '../src/adapters/node/files.ts';
import { openNetwork } from '../src/adapters/node/onnx.ts';
import { callerPath } from '../src/cli/command.ts';
import { peopleFolder, priorFile } from '../src/cli/project.ts';
import { reportError } from '../src/cli/report-error.ts';
import type { ShapedPairBatch, PairMarks, PairRecipe } from '../src/likeness/index.ts';
import { OWN_PHOTOS, examinePairs, exportChange, shapedFeeds, pairTraining } from '../src/likeness/index.ts';
import type { TrainingProgram, TrainingState, Weights } from '../src/model/index.ts';
import { readCheckpoint, weightsIn, weightsOf } from '../src/model/index.ts';
import { readStoredTensors } from '../src/onnx/index.ts';
import { PreviewSheet, trainingFiles } from './train-prior/preview.ts';
import { beginning, sit } from './train-prior/sitting.ts';

const SIZE_PX = 256;
/** Pairs of people kept aside that each examination looks at. */
const EXAM_BATCHES = 6;
const EXAM_BATCH = 8;
const EXAM_SEED = 20_261;
const PREVIEW_ROWS = 6;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: 'string', default: '600' },
    from: { type: 'string', default: 'scratch' },
    'without-photos': { type: 'boolean', default: false },
    rate: { type: 'string', default: '4e-4' },
    batch: { type: 'string', default: '8' },
    threads: { type: 'string', default: '2' },
    seed: { type: 'string', default: '1' },
    'exam-minutes': { type: 'string', default: '10' },
  },
});

const files = trainingFiles(callerPath(positionals[0] ?? 'prior-training'));
const recipe: PairRecipe = {
  count: Number(values.batch),
  sizePx: SIZE_PX,
  ownPhotos: values['without-photos'] ? 0 : OWN_PHOTOS,
  zoom: 1,
};

async function knownWeights(): Promise<Weights> {
  if (values.from === 'scratch') return new Map();
  const file = values.from === 'prior' ? priorFile : callerPath(values.from);
  if (file.endsWith('.bin')) return weightsIn(readCheckpoint(new Uint8Array(await readFile(file)), file));
  // torch put the module's name before the weights of the first prior
  return new Map([...readStoredTensors(await readFile(file))].map(([name, data]) => [name.replace(/^n\./, ''), data]));
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
    for (let index = 0; index < EXAM_BATCHES; index++) batches.push(await worker.batch(index));
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
  const network = await openNetwork(exportChange(weights, recipe, {}, 'changed'), { threads: Number(values.threads) });
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
  const metadata = { name: 'dorian prior', step: String(state.step), seed: values.seed, from: values.from };
  await writeFileAtomic(files.network, exportChange(weightsOf(program.groups, state), recipe, metadata));
}

async function main(): Promise<void> {
  const program = pairTraining(recipe);
  const seed = Number(values.seed);
  const state = await beginning(program, files.checkpoint, seed, knownWeights);
  const batches = await examBatches();
  const worker = new BatchWorker({ peopleFolder, people: 'learn', recipe, seed });
  try {
    const isDone = await sit({
      name: 'prior',
      program,
      state,
      checkpoint: files.checkpoint,
      threads: Number(values.threads),
      rate: Number(values.rate),
      minutes: Number(values.minutes),
      examMinutes: Number(values['exam-minutes']),
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
  await main();
} catch (error) {
  reportError(error, false);
}
