// How fast a training step of the change network (its first stage, without own photos) is at 256 px, and how much memory
// it takes: in lanes, as trainings run, and in one graph with as many threads. Writes bench/results/training-<machine>.json.
// `node bench/training.ts [--torch PYTHON]`; with a Python that has PyTorch, the same step runs there too
// (bench/training-torch.py), in turns, so that all see the same load.

import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { parseArgs, promisify } from 'node:util';
import { openProgramSession } from '../src/adapters/node/program-session.ts';
import { openTrainingSession } from '../src/adapters/node/training-session.ts';
import { commitName, machineFacts } from '../src/cli/bench/machine.ts';
import { projectFolder } from '../src/cli/project.ts';
import { FLOW_ALONE, buildChange, flowRoughness } from '../src/likeness/index.ts';
import {
  LANES,
  SeededRandom,
  Tape,
  TrainedParameters,
  applyChange,
  combine,
  compileLanes,
  compileTraining,
  initialState,
  pyramidLoss,
  subtract,
  train,
} from '../src/model/index.ts';
import type { ProgramOptions, Tensors, TrainingProgram } from '../src/model/index.ts';

const SIZE = 256;
/** Multiply-adds of the network forward, counted at 2 each; a step counts as three times that. */
const GFLOP_PER_SAMPLE = 3 * 2 * 2.6;
const THREADS = 2;
const STEPS = 8;
const ROUNDS = 3;
const BATCHES = [4, 8];

interface Run {
  readonly wallSeconds: readonly number[];
  readonly cpuSeconds: readonly number[];
  readonly losses: readonly number[];
  readonly peakMemoryGiB: number;
}

function program(n: number): TrainingProgram {
  const [whole, lane] = [record(n), record(n / LANES)];
  return compileTraining(whole.tape, { ...whole.options, lanes: compileLanes(lane.tape, lane.options) });
}

function record(n: number): { tape: Tape; options: ProgramOptions } {
  const tape = new Tape('bench');
  const parameters = new TrainedParameters(tape, 'net');
  const picture = tape.input('picture', [n, 3, SIZE, SIZE]);
  const wanted = tape.input('wanted', [n, 3, SIZE, SIZE]);
  const mask = tape.input('mask', [n, 1, SIZE, SIZE]);
  const [sourceAge, targetAge] = ['sourceAge', 'targetAge'].map((name) => tape.input(name, [n, 1, SIZE / 2, SIZE / 2]));
  const change = buildChange(parameters, { image: picture, sourceAge, targetAge });
  const { changed, warped } = applyChange(picture, change);
  const loss = combine([
    [1, pyramidLoss(subtract(changed, wanted), mask)],
    [FLOW_ALONE, pyramidLoss(subtract(warped, wanted), mask)],
    [1, flowRoughness(change)],
  ]);
  return { tape, options: { objectives: [{ parameters, loss }], metrics: { loss }, batchSize: n } };
}

function batch(n: number): Tensors {
  const random = new SeededRandom(1);
  const drawn = (shape: readonly number[]): { data: Float32Array; shape: readonly number[] } => {
    const size = shape.reduce((product, k) => product * k, 1);
    return { shape, data: Float32Array.from({ length: size }, () => random.uniform()) };
  };
  return {
    picture: drawn([n, 3, SIZE, SIZE]),
    wanted: drawn([n, 3, SIZE, SIZE]),
    mask: drawn([n, 1, SIZE, SIZE]),
    sourceAge: drawn([n, 1, SIZE / 2, SIZE / 2]),
    targetAge: drawn([n, 1, SIZE / 2, SIZE / 2]),
  };
}

/** In a process of its own, so that the peak of memory is this run's. */
async function measureHere(n: number, isInLanes: boolean): Promise<Run> {
  const compiled = program(n);
  const options = { provider: 'cpu', threads: THREADS };
  const session = await (isInLanes
    ? openProgramSession(compiled, options)
    : openTrainingSession(compiled.graph, options));
  const same = batch(n);
  const run = { wallSeconds: [] as number[], cpuSeconds: [] as number[], losses: [] as number[] };
  let usage = process.cpuUsage();
  let start = performance.now();
  await train({
    program: compiled,
    session,
    state: initialState(compiled, 1),
    source: { batch: async () => same },
    rate: () => 6e-4,
    steps: STEPS,
    onProgress: ({ metrics }) => {
      const { user, system } = process.cpuUsage(usage);
      run.wallSeconds.push((performance.now() - start) / 1000);
      run.cpuSeconds.push((user + system) / 1e6);
      run.losses.push(metrics.loss);
      [usage, start] = [process.cpuUsage(), performance.now()];
    },
  });
  await session.close();
  return { ...run, peakMemoryGiB: process.resourceUsage().maxRSS / 2 ** 20 };
}

async function measure(command: string, args: readonly string[]): Promise<Run> {
  const { stdout } = await promisify(execFile)(command, args, { maxBuffer: 2 ** 24 });
  return JSON.parse(stdout) as Run;
}

/** The first step of each run warms up and does not count. */
function warmed(lists: readonly (readonly number[])[]): number[] {
  return lists.flatMap((list) => list.slice(1)).sort((a, b) => a - b);
}

function median(sorted: readonly number[]): number {
  return sorted[Math.floor(sorted.length / 2)];
}

function rounded(x: number): number {
  return Number(x.toPrecision(3));
}

function summary(n: number, runs: readonly Run[]): Record<string, number> {
  const wall = warmed(runs.map(({ wallSeconds }) => wallSeconds));
  const cpu = warmed(runs.map(({ cpuSeconds }) => cpuSeconds));
  return {
    samplesPerSecond: rounded(n / median(wall)),
    bestSamplesPerSecond: rounded(n / wall[0]),
    bestGflopPerSecond: rounded((n * GFLOP_PER_SAMPLE) / wall[0]),
    cpuSecondsPerSample: rounded(median(cpu) / n),
    leastCpuSecondsPerSample: rounded(cpu[0] / n),
    peakMemoryGiB: rounded(Math.max(...runs.map(({ peakMemoryGiB }) => peakMemoryGiB))),
  };
}

const { values } = parseArgs({
  options: { torch: { type: 'string' }, only: { type: 'string' }, 'one-graph': { type: 'boolean', default: false } },
});
if (values.only === undefined) {
  const machine = machineFacts();
  const rows = [];
  for (const n of BATCHES) {
    const here: Run[] = [];
    const oneGraph: Run[] = [];
    const torch: Run[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const own = [import.meta.filename, '--only', String(n)];
      here.push(await measure(process.execPath, own));
      oneGraph.push(await measure(process.execPath, [...own, '--one-graph']));
      if (values.torch === undefined) continue;
      const script = path.join(import.meta.dirname, 'training-torch.py');
      torch.push(await measure(values.torch, [script, String(n), String(STEPS), String(THREADS)]));
    }
    const ours = { batch: n, dorian: summary(n, here), oneGraph: summary(n, oneGraph) };
    const row = { ...ours, ...(torch.length > 0 ? { torch: summary(n, torch) } : {}) };
    process.stdout.write(`${JSON.stringify(row, null, 2)}\n`);
    rows.push(row);
  }
  const report = {
    schema: 'dorian/bench-training',
    version: 1,
    machine,
    commit: await commitName(),
    threads: THREADS,
    rows,
  };
  const file = path.join(projectFolder, 'bench/results', `training-${machine.machine}.json`);
  await writeFile(file, `${JSON.stringify(report, null, 2)}\n`);
} else {
  process.stdout.write(JSON.stringify(await measureHere(Number(values.only), !values['one-graph'])));
}
