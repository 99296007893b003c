// `dorian ingest PATHS…`: takes dated photos and footage into a performer's library.

import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { CodedError, parseFile } from '../core/index.ts';
import type { Catalogue, DatesFile, FoundFile, IngestReport } from '../library/index.ts';
import { ingest, parseDatesFile, performerToBe, recordInForce } from '../library/index.ts';
import type { ConsentRecord } from '../trust/index.ts';
import { CONSENT_RECORD, limitsToKeep, requireConsent } from '../trust/index.ts';
import { notFound } from '../adapters/node/files.ts';
import { findGivenFiles } from '../adapters/node/given-files.ts';
import { photoFiles } from '../adapters/node/photo-files.ts';
import type { Production } from '../adapters/node/production.ts';
import { WorkerViewing } from '../adapters/node/viewing-worker.ts';
import { callerPath, printJson } from './command.ts';
import { sayIngest, summarise } from './ingest/summary.ts';
import { openCallersProduction, today } from './production.ts';
import { Progress } from './progress.ts';
import { modelsFolder } from './project.ts';

interface IngestOptions {
  readonly performer: string;
  readonly born?: string;
  readonly consent?: string;
  readonly dates?: string;
  readonly portrait: readonly string[];
  readonly production?: string;
  readonly json?: boolean;
}

async function readText(given: string): Promise<string> {
  const file = callerPath(given);
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw notFound(file, cause);
  });
}

/** The record that was given, kept with the performer; without one, the record that is kept already. */
async function consentFor(
  catalogue: Catalogue,
  slug: string,
  given: string | undefined,
): Promise<ConsentRecord | null> {
  if (given === undefined) return recordInForce(catalogue.consents(slug));
  const record = parseFile(CONSENT_RECORD, await readText(given), given);
  const revocation = catalogue.revocationOf(record.id);
  return revocation ? { ...record, revocation } : record;
}

async function run(paths: readonly string[], options: IngestOptions): Promise<void> {
  const production = openCallersProduction(options.production);
  try {
    const dates = options.dates ? parseDatesFile(await readText(options.dates), options.dates) : null;
    const report = await ingestInto(production, paths, dates, options);
    const summary = summarise(report, production.catalogue.photos(report.performer.slug), dates?.unused() ?? []);
    if (options.json) printJson({ schema: 'dorian/ingest-report', version: 1, ...summary });
    else process.stdout.write(sayIngest(summary));
    process.exitCode = summary.exitCode;
  } finally {
    production.close();
  }
}

async function ingestInto(
  production: Production,
  paths: readonly string[],
  dates: DatesFile | null,
  options: IngestOptions,
): Promise<IngestReport> {
  const { catalogue, title } = production;
  const performer = performerToBe(catalogue, options.performer, options.born);
  const record = await consentFor(catalogue, performer.slug, options.consent);
  const use = { kind: 'ingest', performer: performer.name, production: title, on: today() } as const;
  const consented = requireConsent(performer, record, use);
  const found = await findGivenFiles(paths.map(callerPath));
  refuseNothing(found);
  const portraits = portraitsAmong(found, options.portrait);
  catalogue.addPerformer(performer);
  if (record) catalogue.addConsent(performer.slug, record);
  if (record && !options.json)
    for (const limit of limitsToKeep(record)) process.stderr.write(`Keep in mind: ${limit}\n`);
  const total = found.filter((file) => file.kind !== 'other').length;
  const progress = new Progress('files', total, Boolean(options.json));
  const viewing = new WorkerViewing({ modelsFolder, productionFolder: production.folder }, total);
  try {
    const request = {
      performer: consented,
      found,
      dates,
      portraits,
      minorsAllowed: record?.minors ?? false,
      today: today(),
    };
    const needs = { catalogue, files: photoFiles(production.performerFolder), viewing };
    const report = await untilInterrupted((signal) =>
      ingest(request, needs, { onProgress: (done) => progress.update(done), signal }),
    );
    progress.finish();
    return report;
  } finally {
    await viewing.close();
  }
}

function refuseNothing(found: readonly FoundFile[]): void {
  if (found.some((file) => file.kind !== 'other')) return;
  const what =
    found.length === 0 ? 'There are no files there' : `None of the ${found.length} files there is a picture or footage`;
  throw new CodedError('library/nothing-given', `${what}.`, {
    hint: 'Give photos (JPEG, PNG, TIFF, WebP, AVIF, HEIC), video files, or folders that hold some.',
  });
}

function portraitsAmong(found: readonly FoundFile[], named: readonly string[]): ReadonlySet<string> {
  const given = new Set(found.map((file) => file.path));
  const portraits = named.map(callerPath);
  const absent = portraits.find((file) => !given.has(file));
  if (absent === undefined) return new Set(portraits);
  throw new CodedError('library/portrait-not-given', `${absent} is none of the files that were given.`, {
    hint: 'Name with --portrait one of the photos that the paths lead to.',
  });
}

function addTo(file: string, before: readonly string[]): string[] {
  return [...before, file];
}

/** Ctrl-C ends the work between two files; a second one ends the process. */
async function untilInterrupted<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const onInterrupt = (): void => {
    process.stderr.write('\nStopping after this file…\n');
    stop.abort(
      new CodedError('library/interrupted', 'Stopped. What was done is kept.', {
        hint: 'Run the same command again to go on.',
        retry: true,
      }),
    );
  };
  process.once('SIGINT', onInterrupt);
  try {
    return await work(stop.signal);
  } finally {
    process.removeListener('SIGINT', onInterrupt);
  }
}

/** @see CommandModule */
export function define(command: Command): void {
  command
    .argument('<paths...>', 'photos, video files, folders')
    .requiredOption('--performer <name>', 'whose career it is')
    .option('--born <day>', 'YYYY-MM-DD; needed the first time')
    .option('--consent <file>', 'consent record; without it the one that is kept with the performer')
    .option('--dates <file>', 'CSV with the columns file, and takenOn or age')
    .option(
      '--portrait <file>',
      'one of the photos, with the performer alone on it: whom to look for; may be repeated',
      addTo,
      [],
    )
    .option('--production <folder>', 'the production, if not the nearest one')
    .option('--json', 'one JSON object on standard output')
    .action(run);
}
