// `dorian consent new|list|revoke`: consent records made, shown and revoked.

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { CodedError, parseFile } from '../core/index.ts';
import type { Catalogue } from '../library/index.ts';
import { findPerformer } from '../library/index.ts';
import type { ConsentRecord } from '../trust/index.ts';
import { CONSENT_RECORD, limitsToKeep, standingOf } from '../trust/index.ts';
import { callerPath, printJson } from './command.ts';
import type { Given } from './consent/make.ts';
import { makeConsent } from './consent/make.ts';
import { questions } from './consent/questions.ts';
import { openCallersProduction, today } from './production.ts';
import { openTerminal } from './terminal.ts';

interface NewOptions extends Record<string, unknown> {
  readonly from?: string;
  readonly signedFile?: string;
  readonly scriptFile?: string;
  readonly sign?: string;
  readonly output: string;
  readonly production?: string;
  readonly json?: boolean;
}

/** The title of the production around the person; null outside one, where a record may be made too. */
function titleHere(named: string | undefined): string | null {
  try {
    const production = openCallersProduction(named);
    production.close();
    return production.title;
  } catch (error) {
    if (error instanceof CodedError && error.code === 'production/not-found' && named === undefined) return null;
    throw error;
  }
}

async function makeNew(options: NewOptions): Promise<void> {
  const asked = questions(titleHere(options.production), today());
  const answers = Object.fromEntries(
    asked.map(({ option }) => [option, options[camelCase(option)] as string | undefined]),
  );
  const given: Given = { ...options, answers };
  const { record, file, statement } = await makeConsent(given, asked, today());
  if (options.json) {
    printJson({ schema: 'dorian/consent-made', version: 1, file, statement, record });
    return;
  }
  const signed = statement === null ? '' : `The text that was signed: ${statement}\n`;
  process.stdout.write(
    `Wrote ${file} (${record.id}).\n${signed}Next: dorian ingest PHOTOS… --performer "${record.performer}" --born YYYY-MM-DD --consent ${options.output}\n`,
  );
}

function camelCase(option: string): string {
  return option.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

interface ListOptions {
  readonly performer?: string;
  readonly production?: string;
  readonly json?: boolean;
}

function list(options: ListOptions): void {
  const production = openCallersProduction(options.production);
  try {
    const { catalogue } = production;
    const slug = options.performer === undefined ? undefined : findPerformer(catalogue, options.performer).slug;
    const records = catalogue.consents(slug).map((record) => ({ standing: standingOf(record, today()), ...record }));
    if (options.json) printJson({ schema: 'dorian/consents', version: 1, production: production.title, records });
    else process.stdout.write(`${records.map(sayRecord).join('\n\n') || 'No consent records are kept here.'}\n`);
  } finally {
    production.close();
  }
}

function sayRecord(record: ConsentRecord & { readonly standing: string }): string {
  const { id, performer, signatory, ages, term, standing, revocation } = record;
  const lines = [
    `${performer}: ${standing} (${id})`,
    `  signed by ${signatory.name} (${signatory.role}); ${record.category}; ages ${ages[0]} to ${ages[1]}; from ${term.from} to ${term.to ?? 'no end'}`,
    `  ${record.use}`,
    `  learning a likeness ${record.trainingOnFootage ? 'allowed' : 'not allowed'}`,
    ...limitsToKeep(record).map((limit) => `  ${limit}`),
  ];
  if (revocation) lines.push(`  revoked on ${revocation.on} by ${revocation.by}: ${revocation.reason}`);
  return lines.join('\n');
}

interface RevokeOptions {
  readonly by?: string;
  readonly reason?: string;
  readonly production?: string;
  readonly json?: boolean;
}

async function revoke(idOrFile: string, options: RevokeOptions): Promise<void> {
  const production = openCallersProduction(options.production);
  try {
    const record = await recordNamed(production.catalogue, idOrFile);
    const by = options.by ?? (await answer('Who revokes it', record.signatory.name));
    const reason = options.reason ?? (await answer('Why', 'not said'));
    production.catalogue.revoke(record.id, { on: today(), by, reason });
    const revocation = production.catalogue.revocationOf(record.id);
    if (options.json) printJson({ schema: 'dorian/consent-revoked', version: 1, id: record.id, revocation });
    else {
      process.stdout.write(
        `Consent record ${record.id} of ${record.performer} is revoked as of ${revocation?.on}: nothing is ingested, learned or rendered under it from now on. What is held of the performer stays until \`dorian forget "${record.performer}"\`.\n`,
      );
    }
  } finally {
    production.close();
  }
}

async function recordNamed(catalogue: Catalogue, idOrFile: string): Promise<ConsentRecord> {
  const kept = catalogue.consents().find((record) => record.id === idOrFile);
  if (kept) return kept;
  const file = callerPath(idOrFile);
  if (existsSync(file)) return parseFile(CONSENT_RECORD, await readFile(file, 'utf8'), idOrFile);
  throw new CodedError('trust/consent-unknown', `There is no consent record "${idOrFile}" here.`, {
    hint: '`dorian consent list` shows the ids; or give the file of the record.',
  });
}

async function answer(question: string, fallback: string): Promise<string> {
  const terminal = openTerminal();
  if (!terminal) return fallback;
  try {
    return (await terminal.ask(`${question} [${fallback}]: `)) || fallback;
  } finally {
    terminal.close();
  }
}

/** @see CommandModule */
export function define(command: Command): void {
  const make = command.command('new').description('make a consent record; asks on a terminal for what is not given');
  for (const { option, value, ask } of questions(null, today())) make.option(`--${option} <${value}>`, ask);
  make
    .option('--from <file>', 'JSON with fields of the record; options come before it')
    .option('--signed-file <file>', 'the signed document; its hash is kept')
    .option('--script-file <file>', 'the script; its hash is kept')
    .option('--sign <name>', 'the signatory signs by typing the full name')
    .option('-o, --output <file>', 'where to write the record', 'consent.json')
    .option('--production <folder>', 'the production, if not the nearest one')
    .option('--json', 'one JSON object on standard output')
    .action(makeNew);
  command
    .command('list')
    .description('the records that this production keeps')
    .option('--performer <name>', 'of this performer only')
    .option('--production <folder>', 'the production, if not the nearest one')
    .option('--json', 'one JSON object on standard output')
    .action(list);
  command
    .command('revoke')
    .description('end a consent from today on; the record is kept')
    .argument('<record>', 'id or file of the record')
    .option('--by <name>', 'who revokes it')
    .option('--reason <text>', 'why')
    .option('--production <folder>', 'the production, if not the nearest one')
    .option('--json', 'one JSON object on standard output')
    .action(revoke);
}
