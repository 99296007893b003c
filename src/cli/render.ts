// `dorian render CLIP|FOLDER`: re-ages a clip, or every clip of a folder, with a report beside each.

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import { isCodedError, parseFile } from '../core/index.ts';
import type { Keyframes, RenderReport, VideoCodec } from '../finals/index.ts';
import { CHUNK_FRAMES, KEYFRAMES } from '../finals/index.ts';
import { notFound } from '../adapters/node/files.ts';
import type { Production } from '../adapters/node/production.ts';
import { callerPath, printJson } from './command.ts';
import { productionOfWork } from './production.ts';
import { ConsentGate } from './reage/consent.ts';
import type { ReageOptions } from './reage/options.ts';
import { countingNumber, wholeNumber } from './numbers.ts';
import { addReageOptions, checkReageOptions } from './reage/options.ts';
import { chooseLikenesses } from './reage/likeness.ts';
import { clipsAt } from './reage/output.ts';
import type { ClipOutcome } from './reage/render-one.ts';
import { renderOne } from './reage/render-one.ts';
import type { ClipTools } from './reage/toolbox.ts';
import { openClipTools } from './reage/toolbox.ts';
import { sayOutcome } from './reage/summary.ts';

export interface RenderOptions extends ReageOptions {
  readonly keyframes?: string;
  readonly fromFrame: number;
  readonly toFrame?: number;
  readonly compare?: boolean;
  readonly matte?: boolean;
  readonly burnIn?: boolean;
  readonly codec?: VideoCodec;
  readonly quality?: number;
  readonly chunkFrames: number;
}

/** What the clips of one command share. */
export interface RenderSession {
  readonly options: RenderOptions;
  readonly keyframes: Keyframes | null;
  readonly production: Production | null;
  readonly gate: ConsentGate;
  readonly toolbox: ClipTools;
  readonly signal: AbortSignal;
}

async function run(given: string, options: RenderOptions): Promise<void> {
  checkReageOptions(options);
  const { isFolder, clips } = await clipsAt(callerPath(given));
  const keyframes = options.keyframes === undefined ? null : await readKeyframes(callerPath(options.keyframes));
  const production = productionOfWork(options.production, options.performer.length, options.consent.length);
  const stop = new AbortController();
  const onInterrupt = (): void => {
    process.stderr.write('\nStopping; what is finished is kept. Press Ctrl-C again to end at once.\n');
    stop.abort();
  };
  process.once('SIGINT', onInterrupt);
  try {
    const names = options.performer.map(({ name }) => name);
    const choice = await chooseLikenesses(options.likeness, production, names);
    for (const note of choice.notes) process.stderr.write(`${note}\n`);
    const toolbox = await openClipTools(choice);
    const gate = new ConsentGate(production, options.consent);
    const session: RenderSession = { options, keyframes, production, gate, toolbox, signal: stop.signal };
    try {
      await renderAll(session, clips, isFolder);
    } finally {
      await toolbox.close();
    }
  } finally {
    process.removeListener('SIGINT', onInterrupt);
    production?.close();
  }
}

/** One clip fails the command; of a folder, a clip that fails does not stop the rest. */
async function renderAll(session: RenderSession, clips: readonly string[], isFolder: boolean): Promise<void> {
  const { options, signal } = session;
  const output = callerPath(options.output);
  const outcomes: ClipOutcome[] = [];
  for (const [i, clip] of clips.entries()) {
    try {
      const label = isFolder ? `${i + 1}/${clips.length} ${path.basename(clip)}` : path.basename(clip);
      const outcome = await renderOne(session, { clip, output, isFolder, label });
      outcomes.push(outcome);
      if (!options.json) process.stdout.write(sayOutcome(outcome));
    } catch (error) {
      if (!isCodedError(error) || (!isFolder && !signal.aborted)) throw error;
      outcomes.push({ clip, error });
      if (!options.json) process.stdout.write(sayOutcome({ clip, error }));
    }
    if (signal.aborted) break;
  }
  if (options.json) printJson({ schema: 'dorian/render-result', version: 1, clips: outcomes.map(forMachines) });
  process.exitCode = exitCodeOf(outcomes, clips.length);
}

function exitCodeOf(outcomes: readonly ClipOutcome[], asked: number): number {
  const reports = outcomes.flatMap((outcome) => ('report' in outcome ? [outcome.report] : []));
  if (reports.length === asked && reports.every((report) => !report.isPartial)) return 0;
  const isBegun = outcomes.some((outcome) => 'error' in outcome && outcome.error.code === 'finals/interrupted');
  return reports.length > 0 || isBegun ? 2 : 1;
}

function forMachines(outcome: ClipOutcome): object {
  if ('error' in outcome) {
    const { code, message, hint, retry } = outcome.error;
    return { input: outcome.clip, error: { code, message, hint, retry } };
  }
  const { report, output, wasFinished } = outcome;
  const { frames: _frames, ...rest }: RenderReport = report;
  return { input: outcome.clip, output, wasFinished, ...rest };
}

async function readKeyframes(file: string): Promise<Keyframes> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw notFound(file, cause);
  });
  return parseFile(KEYFRAMES, text, file);
}

/** @see CommandModule */
export function define(command: Command): void {
  addReageOptions(command.argument('<clip>', 'a clip, or a folder of clips'))
    .option('--keyframes <file>', 'ages and blends over the shot; see docs/keyframes.md')
    .option('--from-frame <number>', 'first frame, counted from 0', wholeNumber, 0)
    .option('--to-frame <number>', 'the frame after the last', wholeNumber)
    .option('--compare', 'also write plate | re-aged side by side')
    .option('--matte', 'also write the matte')
    .option('--burn-in', 'draw name, timecode and RE-AGED into the picture')
    .addOption(new Option('--codec <codec>', 'of the output').choices(['h264', 'prores', 'ffv1']))
    .option('--quality <number>', 'h264: 0 without loss, 16 by default, 51 worst', quality)
    .option(
      '--chunk-frames <number>',
      'frames finished together: a killed render loses at most so many',
      countingNumber,
      CHUNK_FRAMES,
    )
    .action(run);
}

function quality(text: string): number {
  const value = wholeNumber(text);
  if (value <= 51) return value;
  throw new InvalidArgumentError('give a whole number from 0 (without loss) to 51');
}
