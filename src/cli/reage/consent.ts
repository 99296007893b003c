// The gate of consent, as the commands meet it: which record speaks for a performer and a file, and the plain question in the
// terminal where there is none. What a record allows is decided in trust alone.

import { readFile } from 'node:fs/promises';
import type { Consented } from '../../core/index.ts';
import { CodedError, formatFile, parseFile } from '../../core/index.ts';
import type { CastPlan, ConsentNote } from '../../finals/index.ts';
import { targetAgesOf } from '../../finals/index.ts';
import { recordInForce } from '../../library/index.ts';
import type { ConsentRecord, Declaration, SignatoryRole } from '../../trust/index.ts';
import { CONSENT_RECORD, limitsToKeep, requireConsent, selfDeclaredRecord } from '../../trust/index.ts';
import { notFound, writeFileAtomic } from '../../adapters/node/files.ts';
import type { Production } from '../../adapters/node/production.ts';
import { callerPath } from '../command.ts';
import { today } from '../production.ts';
import type { Terminal } from '../terminal.ts';
import { openTerminal } from '../terminal.ts';
import type { Wanted } from './cast.ts';
import { wasMinor } from './cast.ts';
import type { Method } from './toolbox.ts';

/** What is to be re-aged. */
export interface ConsentSubject {
  readonly inputName: string;
  readonly inputSha256: string;
  /** Where a declaration is kept: beside the output. */
  readonly declarationFile: string;
}

/** Who answered the question, kept so that a folder of clips is asked about once. */
export type Answers = Pick<Declaration, 'performer' | 'declaredBy' | 'role'>;

export class ConsentGate {
  private readonly production: Production | null;
  private readonly given: readonly string[];
  private records: readonly ConsentRecord[] | null = null;
  private answers: Answers | null = null;

  /** @param given - Files of --consent. */
  constructor(production: Production | null, given: readonly string[]) {
    this.production = production;
    this.given = given;
  }

  /**
   * Brands the performer for this one file, or refuses.
   *
   * @throws {CodedError} `trust/...`
   */
  async admit(
    wanted: Wanted,
    subject: ConsentSubject,
    { likenessOf }: Pick<Method, 'likenessOf'>,
  ): Promise<{ member: Consented<CastPlan>; note: ConsentNote }> {
    const { performer, look, sourceAge, file } = wanted;
    const targetAges = targetAgesOf(look);
    const use = {
      kind: 'render' as const,
      targetAges,
      production: this.production?.title,
      on: today(),
      inputSha256: subject.inputSha256,
      ...(file ? { performer } : {}),
    };
    // an age that no record can allow is refused before anybody is asked anything
    if (targetAges.some((age) => age < 18)) requireConsent(null, null, use);
    const record = file ? await this.recordOf(wanted) : await this.recordFor(subject, wanted);
    const member: CastPlan = {
      performer,
      sourceAge: sourceAge.years,
      because: sourceAge.because,
      look,
      likeness: likenessOf(performer),
    };
    const consented = requireConsent(member, record, use);
    if (record && wasMinor(wanted) && !record.minors) throw minorOnPlate(wanted, record);
    const note = {
      performer,
      recordId: record?.id ?? '',
      kind: record?.kind ?? 'signed',
      limits: record ? limitsToKeep(record) : [],
    };
    return { member: consented, note };
  }

  /** Of a performer in the library: the record that was given for them, else the one the production keeps. */
  private async recordOf({ performer, file }: Wanted): Promise<ConsentRecord | null> {
    const given = (await this.givenRecords()).find((record) => plain(record.performer) === plain(performer));
    if (!given) return recordInForce(file?.consents ?? []);
    return this.withRevocation(given);
  }

  /** As the production knows it: a file that was given may be older than its revocation. */
  private withRevocation(record: ConsentRecord): ConsentRecord {
    const revocation = this.production?.catalogue.revocationOf(record.id) ?? null;
    return revocation ? { ...record, revocation } : record;
  }

  /** Without a library: the record that was given for this file, the one declared before, or the question. */
  private async recordFor(subject: ConsentSubject, wanted: Wanted): Promise<ConsentRecord | null> {
    const given = await this.givenRecords();
    const fitting = given.find((record) => record.inputSha256 === subject.inputSha256) ?? given[0];
    if (fitting) return this.withRevocation(fitting);
    const before = await readFile(subject.declarationFile, 'utf8').catch(() => null);
    const declared = before === null ? null : parseFile(CONSENT_RECORD, before, subject.declarationFile);
    if (declared?.inputSha256 === subject.inputSha256) return declared;
    const terminal = this.answers ? null : openTerminal();
    if (!this.answers && !terminal) return null;
    try {
      this.answers ??= await ask(terminal as Terminal, subject, wanted);
    } finally {
      terminal?.close();
    }
    const record = selfDeclaredRecord({ ...this.answers, inputSha256: subject.inputSha256, on: today() });
    await writeFileAtomic(subject.declarationFile, formatFile(CONSENT_RECORD, record));
    return record;
  }

  private async givenRecords(): Promise<readonly ConsentRecord[]> {
    this.records ??= await Promise.all(
      this.given.map(async (given) => {
        const file = callerPath(given);
        const text = await readFile(file, 'utf8').catch((cause: unknown) => {
          throw notFound(file, cause);
        });
        return parseFile(CONSENT_RECORD, text, given);
      }),
    );
    return this.records;
  }
}

const ROLES: readonly (readonly [SignatoryRole, string])[] = [
  ['self', 'I am the performer'],
  ['parent', 'I am their parent or guardian'],
  ['estate', 'I speak for their estate'],
  ['union', 'I speak for their union'],
];

async function ask(terminal: Terminal, { inputName }: ConsentSubject, { look }: Wanted): Promise<Answers> {
  const stop = new CodedError('trust/consent-missing', 'Nothing was done: there is no consent.', {
    hint: 'Ask the performer. A signed record is made with `dorian consent new` and given with --consent FILE.',
  });
  const ages = [...new Set(targetAgesOf(look))].join(', ');
  process.stderr.write(`${inputName} is to be re-aged to ${ages}. That needs the consent of the person in it.\n`);
  const performer = await terminal.ask('Name of that person: ');
  if (performer === '') throw stop;
  ROLES.forEach(([, text], i) => process.stderr.write(`  ${i + 1}  ${text}\n`));
  const role = ROLES[Number(await terminal.ask('Who are you? Number, or Enter to stop: ')) - 1];
  if (!role) throw stop;
  const declaredBy = role[0] === 'self' ? performer : await terminal.ask('Your name: ');
  if (declaredBy === '') throw stop;
  const answer = await terminal.ask(`Do you consent to this file being re-aged to ${ages}? Type yes: `);
  if (answer.toLowerCase() !== 'yes') throw stop;
  return { performer, declaredBy, role: role[0] };
}

function minorOnPlate({ performer, sourceAge }: Wanted, record: ConsentRecord): CodedError {
  return new CodedError(
    'trust/consent-out-of-scope',
    `Consent record ${record.id} does not cover pictures of ${performer} under 18; here they are ${sourceAge.years}.`,
    { hint: 'Have a record signed that covers pictures from before 18 (minors: true), or use another plate.' },
  );
}

function plain(name: string): string {
  return name.normalize('NFC').trim().replaceAll(/\s+/g, ' ').toLowerCase();
}
