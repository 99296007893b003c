// What a training says while it runs and at its end, and how Ctrl-C stops it.

import path from 'node:path';
import type { LikenessListeners, LikenessMark, LikenessRecord } from '../../likeness/index.ts';
import { isBehindPrior } from '../../likeness/index.ts';
import type { TrainingProgress } from '../../model/index.ts';
import { LIKENESS_FILES } from '../../adapters/node/likeness-files.ts';
import { formatSeconds } from '../progress.ts';
import type { Beginning } from './beginning.ts';

const REDRAW_MS = 200;
const PLAIN_LINE_MS = 5000;
const BAR_CELLS = 20;

export interface Telling {
  readonly listeners: LikenessListeners;
  /** Aborted by Ctrl-C, and where the sitting ends. */
  readonly signal: AbortSignal;
  end(record: LikenessRecord): void;
  /** Lets Ctrl-C end the process again. */
  close(): void;
}

/** @param stopAfter - So many steps of this sitting; none: no limit. */
export function tellTraining(
  { record, folder, checkpoint }: Beginning,
  { isQuiet, stopAfter = Infinity }: { readonly isQuiet: boolean; readonly stopAfter?: number },
): Telling {
  const stop = new AbortController();
  const say = (text: string): void => {
    if (!isQuiet) process.stderr.write(text);
  };
  const onInterrupt = (): void => {
    process.stderr.write('\nStopping after this step, with a checkpoint. Press Ctrl-C again to end at once.\n');
    stop.abort();
  };
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) process.once(signal, onInterrupt);
  say(opening(record, folder, checkpoint !== null));
  const bar = new TrainingBar(record.name, isQuiet);
  return {
    signal: stop.signal,
    listeners: {
      onPreparing: (what) => say(`  ${what}\n`),
      onProgress(progress) {
        bar.show(progress);
        if (progress.step - record.step >= stopAfter) stop.abort();
      },
      onSetback: ({ step, loss, backTo }) =>
        say(`\nThe loss was ${loss} at step ${step}: back to step ${backTo}, at half the rate, without that batch.\n`),
      onMove: ({ step, backTo }) =>
        say(`\nThe device could not run step ${step}: going on on the CPU, from step ${backTo}.\n`),
      onCheckpoint: (now, mark) => say(`${bar.isShown ? '\n' : ''}${checkpointLine(now, mark)}\n`),
    },
    end: (now) => say(ending(now, folder)),
    close() {
      for (const signal of signals) process.removeListener(signal, onInterrupt);
    },
  };
}

/** `v001 [######--------------] step 120, loss 0.1234, 3.4 photos/s, 12 min left` */
class TrainingBar {
  isShown = false;
  private readonly label: string;
  private readonly isQuiet: boolean;
  private lastMs = -Infinity;

  constructor(label: string, isQuiet: boolean) {
    this.label = label;
    this.isQuiet = isQuiet;
  }

  show({ step, fraction, smoothedLoss, samplesPerSecond, secondsLeft }: TrainingProgress): void {
    const now = performance.now();
    const isLast = fraction >= 1;
    if (this.isQuiet || (!isLast && now - this.lastMs < (process.stderr.isTTY ? REDRAW_MS : PLAIN_LINE_MS))) return;
    this.lastMs = now;
    this.isShown = true;
    const full = Math.round(BAR_CELLS * fraction);
    const bar = `${'#'.repeat(full)}${'-'.repeat(BAR_CELLS - full)}`;
    const parts = [
      `step ${step}`,
      `loss ${smoothedLoss.toFixed(4)}`,
      `${samplesPerSecond.toFixed(1)} pictures/s`,
      `${formatSeconds(secondsLeft)} left`,
    ];
    const line = `${this.label} [${bar}] ${parts.join(', ')}`;
    process.stderr.write(process.stderr.isTTY ? `\r\u001b[2K${line}` : `${line}\n`);
  }
}

function opening({ name, performer, photos, step }: LikenessRecord, folder: string, isResumed: boolean): string {
  const held = photos.filter(({ isHeldOut }) => isHeldOut).length;
  const ages = photos.map(({ age }) => age);
  const span = `${Math.min(...ages).toFixed(0)} to ${Math.max(...ages).toFixed(0)}`;
  const what = isResumed ? `goes on at step ${step}` : 'begins';
  return `${name} of ${performer} ${what}: ${photos.length - held} photos to learn from, ${held} held out, ages ${span}.\n  ${folder}\n`;
}

function checkpointLine({ step, network, minutes }: LikenessRecord, mark: LikenessMark | null): string {
  const when = step === 0 ? 'before the first step' : `step ${step}, ${formatSeconds(minutes * 60)} of work`;
  if (!mark) return `Checkpoint (${when}); no photo could be held out, so the last weights are kept.`;
  const best = network?.step === step ? 'the best so far' : `best: step ${network?.step}, ${network?.loss?.toFixed(4)}`;
  return `Held-out photos (${when}): ${describeMark(mark)}; ${best}`;
}

function describeMark({ loss, parts }: LikenessMark): string {
  const named = Object.entries(parts).map(([name, value]) => `${name} ${value.toFixed(4)}`);
  return `${loss.toFixed(4)} (${named.join(', ')})`;
}

function ending(record: LikenessRecord, folder: string): string {
  const { name, performer, state, network } = record;
  if (!network)
    return `${name} of ${performer} was stopped before its first step. dorian train "${performer}" --resume begins it.\n`;
  const best = network.loss === null ? '' : `, the best on held-out photos (${network.loss.toFixed(4)})`;
  const lines = [
    `${name} of ${performer} holds the averaged weights of step ${network.step}${best}.`,
    `  preview   ${path.join(folder, LIKENESS_FILES.preview)}`,
    ...besidePrior(record),
    ...identityLines(record),
    state === 'finished'
      ? isBehindPrior(record)
        ? `  render and photo go on with the prior; --likeness ${name} takes this one.`
        : `  It is what render and photo use from now on; --likeness prior is the way back.`
      : `  It is not finished: dorian train "${performer}" --resume goes on; --likeness ${name} renders with it as it is.`,
  ];
  return `${lines.join('\n')}\n`;
}

/** How much nearer held-out photos come to others of theirs, at the age of those. */
function identityLines({ identity }: LikenessRecord): string[] {
  if (!identity) return [];
  const { likeness, prior, pairs } = identity;
  return [
    `  identity  ${likeness.toFixed(3)} of the way to ${pairs} held-out photos of other ages; the prior ${prior.toFixed(3)}`,
  ];
}

/** The marks of what is kept and of the prior that it began with. */
function besidePrior({ from, marks, network }: LikenessRecord): string[] {
  const [first] = marks;
  const kept = marks.find(({ step }) => step === network?.step);
  if (from !== 'prior' || first?.step !== 0 || !kept) return [];
  if (kept === first) return ['  Nothing that it learned was better on held-out photos: it is the prior still.'];
  return [
    `  likeness  ${describeMark(kept)} on held-out photos`,
    `  prior     ${describeMark(first)}`,
    '  These losses say when to stop, not which is better.',
  ];
}
