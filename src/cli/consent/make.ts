// Puts a consent record together from a file, options and answers, has it signed, and writes it.

import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { CodedError, formatFile, parseFile } from '../../core/index.ts';
import type { ConsentRecord } from '../../trust/index.ts';
import { CONSENT_RECORD, statementText } from '../../trust/index.ts';
import { notFound, sha256OfFile, writeFileAtomic } from '../../adapters/node/files.ts';
import { callerPath } from '../command.ts';
import { openTerminal } from '../terminal.ts';
import type { Draft, Question } from './questions.ts';
import { putInto, valueIn } from './questions.ts';

/** What the person gave: answers by option, and files. */
export interface Given {
  readonly answers: Readonly<Record<string, string | undefined>>;
  /** A JSON file with fields of the record. */
  readonly from?: string;
  readonly signedFile?: string;
  readonly scriptFile?: string;
  /** The signatory's name, typed as a signature. */
  readonly sign?: string;
  readonly output: string;
}

export interface MadeRecord {
  readonly record: ConsentRecord;
  /** Absolute. */
  readonly file: string;
  /** The text that was signed by typing; null where a signed document was given. */
  readonly statement: string | null;
}

type Ask = (question: string) => Promise<string>;

/**
 * @throws {CodedError} `trust/consent-incomplete`, `trust/consent-exists`, `trust/not-signed`, `file/...`
 */
export async function makeConsent(given: Given, list: readonly Question[], today: string): Promise<MadeRecord> {
  const file = callerPath(given.output);
  if (existsSync(file)) {
    throw new CodedError('trust/consent-exists', `${file} is there already.`, {
      hint: 'A record is never written over: choose another name with -o.',
    });
  }
  const terminal = openTerminal();
  try {
    const ask = terminal?.ask ?? null;
    const draft = await answerAll(await startDraft(given, today), given, list, ask);
    return await signAndWrite(draft, given, file, ask);
  } finally {
    terminal?.close();
  }
}

async function startDraft({ from }: Given, today: string): Promise<Draft> {
  const draft: Draft = { id: `consent-${randomUUID()}`, kind: 'signed', recordedOn: today };
  if (from === undefined) return draft;
  const source = callerPath(from);
  const text = await readFile(source, 'utf8').catch((cause: unknown) => {
    throw notFound(source, cause);
  });
  try {
    const { schema: _schema, version: _version, ...fields } = JSON.parse(text) as Draft;
    return { ...draft, ...fields };
  } catch (cause) {
    throw new CodedError('file/not-json', `${source} is not readable JSON`, {
      hint: 'Restore the file from a copy, or make it again.',
      cause,
    });
  }
}

async function answerAll(draft: Draft, given: Given, list: readonly Question[], ask: Ask | null): Promise<Draft> {
  const missing: string[] = [];
  for (const question of list) {
    const answer = given.answers[question.option];
    if (answer !== undefined) putInto(draft, question.path, readOption(question, answer));
    else if (valueIn(draft, question.path) === undefined) {
      if (ask) await askUntilGood(draft, question, ask);
      else if (question.fallback !== undefined) putInto(draft, question.path, question.read(question.fallback));
      else if (question.required) missing.push(`--${question.option}`);
    }
  }
  if (missing.length > 0) {
    throw new CodedError('trust/consent-incomplete', `Not said: ${missing.join(', ')}.`, {
      hint: 'Give these options, or the fields in a file with --from FILE, or run the command on a terminal.',
    });
  }
  return draft;
}

function readOption(question: Question, answer: string): unknown {
  try {
    return question.read(answer);
  } catch (error) {
    throw new CodedError('trust/consent-incomplete', `--${question.option} "${answer}": ${(error as Error).message}`, {
      hint: 'Correct the option; `dorian consent new --help` lists them.',
    });
  }
}

async function askUntilGood(draft: Draft, question: Question, ask: Ask): Promise<void> {
  const hint = question.fallback === undefined ? '' : ` [${question.fallback}]`;
  for (;;) {
    const answer = (await ask(`${question.ask}${hint}: `)) || (question.fallback ?? '');
    if (answer === '' && !question.required) return;
    try {
      putInto(draft, question.path, question.read(answer));
      return;
    } catch (error) {
      process.stderr.write(`  ${(error as Error).message}\n`);
    }
  }
}

async function signAndWrite(draft: Draft, given: Given, file: string, ask: Ask | null): Promise<MadeRecord> {
  if (given.scriptFile !== undefined)
    putInto(draft, ['script', 'sha256'], await sha256OfFile(callerPath(given.scriptFile)));
  fillTerm(draft);
  if (given.signedFile !== undefined) {
    const document = callerPath(given.signedFile);
    draft.signedFile = { name: path.basename(document), sha256: await sha256OfFile(document) };
  }
  if (draft.signedFile) return { record: await write(draft, file), file, statement: null };
  // everything else must be right before it is signed
  const record = check({ ...draft, signedFile: { name: 'statement', sha256: '0'.repeat(64) } }, file);
  const text = statementText(record);
  await haveSigned(record, text, given.sign, ask);
  const statement = path.join(path.dirname(file), `${path.basename(file, path.extname(file))}-statement.txt`);
  await writeFileAtomic(statement, text);
  draft.signedFile = { name: path.basename(statement), sha256: await sha256OfFile(statement) };
  return { record: await write(draft, file), file, statement };
}

/** A term without an end is said, not left out. */
function fillTerm(draft: Draft): void {
  const term = draft.term as Draft | undefined;
  if (term && term.to === undefined) draft.term = { ...term, to: null };
}

async function haveSigned(
  record: ConsentRecord,
  text: string,
  sign: string | undefined,
  ask: Ask | null,
): Promise<void> {
  const { name } = record.signatory;
  let typed = sign;
  if (typed === undefined && ask) {
    process.stderr.write(`\n${text}\n`);
    typed = await ask(`To sign, ${name} types this name in full (empty: not signed): `);
  }
  if (typed?.trim() === name) return;
  throw new CodedError('trust/not-signed', `The record was not signed by ${name}; nothing was written.`, {
    hint: 'Give the signed document with --signed-file FILE, or let the signatory type the name (--sign "NAME").',
  });
}

function check(draft: Draft, file: string): ConsentRecord {
  const { name, version } = CONSENT_RECORD;
  return parseFile(CONSENT_RECORD, JSON.stringify({ schema: name, version, ...draft }), path.basename(file));
}

async function write(draft: Draft, file: string): Promise<ConsentRecord> {
  const record = check(draft, file);
  await writeFileAtomic(file, formatFile(CONSENT_RECORD, record));
  return record;
}
