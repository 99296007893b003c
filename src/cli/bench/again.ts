// Whether the likeness that ships can be made again: its first steps are taught from the same photos, recipe and seed, by
// the commands that a person would type, and each loss is held against the one in the log that came with it.

import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { LIKENESS_FILES, likenessesIn } from '../../adapters/node/likeness-files.ts';
import { notFound } from '../../adapters/node/files.ts';
import { openPerformerFolder } from '../../adapters/node/performer-folder.ts';
import { performerFolderIn } from '../../adapters/node/production.ts';
import { shippedLikeness } from '../../adapters/node/shipped-likeness.ts';
import { loadVideoFiles } from '../../adapters/node/video-files.ts';
import { CodedError } from '../../core/index.ts';
import { runOwnCommand } from '../own-command.ts';
import { projectFolder } from '../project.ts';
import { benchProduction } from './bench-production.ts';

export interface AgainReport {
  /** Steps that were compared. */
  readonly steps: number;
  /** By column of the log: the largest difference, of the number itself where that is above 1. */
  readonly largest: Readonly<Record<string, number>>;
  /** No difference is above `MOST_DIFFERENCE`. */
  readonly isSame: boolean;
}

/** Losses further apart than this are of another training. */
const MOST_DIFFERENCE = 1e-3;

/**
 * @throws {CodedError} `bench/nothing-shipped`, `likeness/career-changed`, `likeness/prior-changed`, `command/...`
 */
export async function trainedAgain(performerFolder: string, steps: number, isQuiet: boolean): Promise<AgainReport> {
  const of = await openPerformerFolder(performerFolder, await loadVideoFiles());
  const shipped = await shippedLikeness(of.folder);
  if (!shipped) throw nothingShipped(performerFolder);
  const cache = path.join(projectFolder, '.cache');
  await mkdir(cache, { recursive: true });
  const scratch = await mkdtemp(path.join(cache, 'again-'));
  try {
    const { folder, performer } = await benchProduction(scratch, of, isQuiet);
    const record = path.join(shipped.folder, LIKENESS_FILES.record);
    const how = ['--again', record, '--stop-after', String(steps), '--production', folder];
    await runOwnCommand(['train', performer.name, ...how], isQuiet);
    const [made] = await likenessesIn(performerFolderIn(folder, performer.slug));
    return compareLogs(await readLog(made.folder), await readLog(shipped.folder), steps);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** The report as text. */
export function sayAgain({ steps, largest, isSame }: AgainReport): string {
  const columns = Object.entries(largest).map(([name, value]) => `  ${name.padEnd(14)}${value.toExponential(1)}`);
  const verdict = isSame ? 'The same training.' : 'This is another training than the one that ships.';
  return `Largest differences over ${steps} steps:\n${columns.join('\n')}\n${verdict}\n`;
}

/** A log as `dorian train` keeps it: rows of numbers by column, the step among them. */
export type LossLog = readonly Readonly<Record<string, number>>[];

/** @param steps - At most so many. @throws {CodedError} `bench/nothing-shipped` where the logs share no step */
export function compareLogs(made: LossLog, shipped: LossLog, steps: number): AgainReport {
  const expected = new Map(shipped.map((row) => [row.step, row]));
  const pairs = made
    .filter(({ step }) => step <= steps)
    .flatMap((row) => {
      const other = expected.get(row.step);
      return other ? [[row, other] as const] : [];
    });
  if (pairs.length === 0) throw nothingShipped('The log');
  const largest = Object.fromEntries(
    Object.keys(pairs[0][1])
      .filter((name) => name !== 'step')
      .map((name) => [name, Math.max(...pairs.map(([row, other]) => apart(row[name], other[name])))]),
  );
  return { steps: pairs.length, largest, isSame: Object.values(largest).every((value) => value <= MOST_DIFFERENCE) };
}

/** Infinite where one of them is missing or no number. */
function apart(value: number | undefined, expected: number): number {
  if (value === undefined || Number.isNaN(value) !== Number.isNaN(expected)) return Infinity;
  return Number.isNaN(expected) ? 0 : Math.abs(value - expected) / Math.max(1, Math.abs(expected));
}

async function readLog(folder: string): Promise<LossLog> {
  const file = path.join(folder, LIKENESS_FILES.log);
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw notFound(file, cause);
  });
  const [head, ...lines] = text.trim().split('\n');
  const columns = head.split(',');
  return lines.map((line) => {
    const cells = line.split(',');
    // an ingredient that is left out stays empty
    return Object.fromEntries(columns.map((name, i) => [name, cells[i] ? Number(cells[i]) : Number.NaN]));
  });
}

function nothingShipped(where: string): CodedError {
  return new CodedError('bench/nothing-shipped', `${where} holds no likeness whose training could be made again`, {
    hint: 'Give a performer folder with likeness/likeness.json and likeness/log.csv, as `dorian train` leaves them.',
  });
}
