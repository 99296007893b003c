// `dorian bench fidelity|speed`: the measures of docs/measures.md, on this machine.

import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { callerPath, printJson } from './command.ts';
import { Progress } from './progress.ts';
import { demoPerformerFolder } from './project.ts';

interface FidelityOptions {
  readonly performerDir?: string;
  readonly frames?: number;
  readonly json?: boolean;
  readonly save?: boolean;
  readonly likeness?: string;
  readonly production?: string;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('give a whole number of at least 1');
  return value;
}

async function fidelity(options: FidelityOptions): Promise<void> {
  const { FIDELITY_REPORT, fidelityTable, noteEvaluation, runFidelity, saveFidelity } =
    await import('./bench/fidelity.ts');
  const { likenessInProduction } = await import('./bench/library-likeness.ts');
  const folder = options.performerDir ? callerPath(options.performerDir) : demoPerformerFolder;
  const isQuiet = Boolean(options.json);
  let progress = new Progress('Frames measured', 0, isQuiet);
  const onProgress = (done: number, total: number): void => {
    if (done === 1) progress = new Progress('Frames measured', total, isQuiet);
    progress.update(done);
  };
  const run = { frames: options.frames, onProgress };
  const report = await runFidelity(folder, run, likenessInProduction(options.production, options.likeness));
  progress.finish();
  await noteEvaluation(report);
  const saved = options.save ? await saveFidelity(report) : null;
  if (options.json) printJson({ schema: FIDELITY_REPORT.name, version: FIDELITY_REPORT.version, ...report });
  else process.stdout.write(`${fidelityTable(report)}${saved ? `\nSaved as ${saved}\n` : ''}`);
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

/** @see CommandModule */
export function define(bench: Command): void {
  bench
    .command('fidelity')
    .description('how near the re-aged clip of a synthetic performer comes to the truth')
    .option('--performer-dir <folder>', 'a folder laid out as assets/performer', undefined)
    .option(
      '--likeness <version>',
      'v001 … out of the production, or prior; by default the newest finished one, if any',
    )
    .option('--production <folder>', 'where the performer has a likeness, if not the nearest one')
    .option('--frames <number>', 'measure so many frames, spread over the clip, instead of all', wholeNumber)
    .option('--save', 'keep the result as bench/results/fidelity-<machine>.json')
    .option('--json', 'one JSON object on standard output')
    .action(fidelity);
  bench
    .command('speed')
    .description('what a 1080p frame costs on this machine (about eight minutes)')
    .option('--frames <number>', 'frames timed in each case', wholeNumber, 120)
    .option('--render-frames <number>', 'frames of the whole render, whose memory is watched', wholeNumber, 2000)
    .option('--save', 'keep the result as bench/results/speed-<machine>.json')
    .option('--json', 'one JSON object on standard output')
    .action(speed);
}
