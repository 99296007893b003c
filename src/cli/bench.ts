// `dorian bench fidelity|speed|train`: the measures of docs/measures.md, on this machine.

import path from 'node:path';
import type { Command } from 'commander';
import type { LikenessesFor } from './bench/fidelity.ts';
import { callerPath, printJson } from './command.ts';
import { countingNumber, positiveNumber } from './numbers.ts';
import { Progress } from './progress.ts';
import { demoPerformerFolder, projectFolder } from './project.ts';

interface FidelityOptions {
  readonly performerDir?: string;
  readonly frames?: number;
  readonly json?: boolean;
  readonly save?: boolean;
  readonly likeness?: string;
  readonly production?: string;
  readonly train?: number;
  readonly photos?: number;
  readonly work?: string;
}

async function fidelity(options: FidelityOptions): Promise<void> {
  const { runFidelity } = await import('./bench/fidelity.ts');
  const { FIDELITY_REPORT, noteEvaluation, saveFidelity } = await import('./bench/fidelity-report.ts');
  const folder = options.performerDir ? callerPath(options.performerDir) : demoPerformerFolder;
  const isQuiet = Boolean(options.json);
  let progress = new Progress('Frames measured', 0, isQuiet);
  const onProgress = (done: number, total: number): void => {
    if (done === 1) progress = new Progress('Frames measured', total, isQuiet);
    progress.update(done);
  };
  const run = { frames: options.frames, onProgress, tiers: ['live', 'final'] as const };
  const report = await runFidelity(folder, run, await likenessesFor(options));
  progress.finish();
  await noteEvaluation(report);
  const saved = options.save ? await saveFidelity(report) : null;
  if (options.json) printJson({ schema: FIDELITY_REPORT.name, version: FIDELITY_REPORT.version, ...report });
  else {
    const { fidelityTable } = await import('./bench/fidelity-table.ts');
    process.stdout.write(`${fidelityTable(report)}${saved ? `\nSaved as ${saved}\n` : ''}`);
  }
}

async function likenessesFor(options: FidelityOptions): Promise<LikenessesFor> {
  const { likenessToMeasure } = await import('./bench/likeness-to-measure.ts');
  const { train: minutes, photos, work } = options;
  const chosen = likenessToMeasure(options.production, options.likeness);
  if (minutes === undefined) return chosen;
  const { andTrained } = await import('./bench/trained-likeness.ts');
  const workFolder = work ? callerPath(work) : path.join(projectFolder, '.cache/fidelity');
  return andTrained(chosen, { minutes, photos, workFolder, isQuiet: Boolean(options.json) });
}

interface SpeedFlags {
  readonly frames: number;
  readonly renderFrames: number;
  readonly json?: boolean;
  readonly save?: boolean;
}

async function speed(options: SpeedFlags): Promise<void> {
  const { SPEED_REPORT, runSpeed, saveSpeed, speedTable } = await import('./bench/speed.ts');
  const isQuiet = Boolean(options.json);
  let step = '';
  let progress = new Progress('', 0, true);
  const report = await runSpeed({
    frames: options.frames,
    renderFrames: options.renderFrames,
    isQuiet,
    onProgress(next, done, total) {
      if (next !== step) {
        if (step !== '') progress.finish();
        step = next;
        progress = new Progress(next, total, isQuiet);
      }
      progress.update(done);
    },
  });
  progress.finish();
  const saved = options.save ? await saveSpeed(report) : null;
  if (options.json) printJson({ schema: SPEED_REPORT.name, version: SPEED_REPORT.version, ...report });
  else process.stdout.write(`${speedTable(report)}${saved ? `\nSaved as ${saved}\n` : ''}`);
}

interface TrainFlags {
  readonly performerDir?: string;
  readonly steps: number;
  readonly json?: boolean;
}

async function trainAgain(options: TrainFlags): Promise<void> {
  const { sayAgain, trainedAgain } = await import('./bench/again.ts');
  const folder = options.performerDir ? callerPath(options.performerDir) : demoPerformerFolder;
  const again = await trainedAgain(folder, options.steps, Boolean(options.json));
  if (options.json) printJson({ schema: 'dorian/bench-train', version: 1, ...again });
  else process.stdout.write(sayAgain(again));
  process.exitCode = again.isSame ? 0 : 1;
}

/** @see CommandModule */
export function define(bench: Command): void {
  bench
    .command('fidelity')
    .description('how near the re-aged clip of a synthetic performer comes to the truth')
    .option('--performer-dir <folder>', 'a folder laid out as assets/performer', undefined)
    .option(
      '--likeness <version>',
      'v001 … out of the production, shipped, or prior; by default the newest finished one, else what ships',
    )
    .option('--production <folder>', 'where the performer has a likeness, if not the nearest one')
    .option('--frames <number>', 'measure so many frames, spread over the clip, instead of all', countingNumber)
    .option('--train <minutes>', "teach a likeness from the folder's career first, and measure it too", positiveNumber)
    .option('--photos <number>', 'with --train: so many photos, spread over the ages, instead of all', countingNumber)
    .option('--work <folder>', 'where such a training is kept, to go on with; by default in .cache')
    .option('--save', 'keep the result as bench/results/fidelity-<machine>.json')
    .option('--json', 'one JSON object on standard output')
    .action(fidelity);
  bench
    .command('speed')
    .description('what a 1080p frame costs on this machine (about eight minutes)')
    .option('--frames <number>', 'frames timed in each case', countingNumber, 120)
    .option('--render-frames <number>', 'frames of the whole render, whose memory is watched', countingNumber, 2000)
    .option('--save', 'keep the result as bench/results/speed-<machine>.json')
    .option('--json', 'one JSON object on standard output')
    .action(speed);
  bench
    .command('train')
    .description('teach the first steps of the likeness that ships again, and hold the losses against its own')
    .option('--performer-dir <folder>', 'a folder laid out as assets/performer', undefined)
    .option('--steps <number>', 'how many', countingNumber, 50)
    .option('--json', 'one JSON object on standard output')
    .action(trainAgain);
}
