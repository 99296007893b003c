// The gate: the one place where something becomes `Consented`, and where every refusal is decided. Pure: the day and
// the record are handed in, so that a farm worker can ask again before each task.

import type { Consented, IsoDay } from '../core/index.ts';
import { CodedError, MIN_TARGET_AGE, dayNumber } from '../core/index.ts';
import type { ConsentRecord } from './consent-record.ts';

/** `ingest`: take pictures into a library. `learn`: teach a likeness. `render`: make a re-aged picture. */
export type ConsentUse = {
  readonly kind: 'ingest' | 'learn' | 'render';
  /** Checked against the record's performer when given. */
  readonly performer?: string;
  /** Every target age that the work touches, years. A render must name at least one. */
  readonly targetAges?: readonly number[];
  /** Title of the production that the work is for. */
  readonly production?: string;
  /** The day on which the work is done. */
  readonly on: IsoDay;
  /** Hash of the input file; a self-declared record is good for one file only. */
  readonly inputSha256?: string;
  readonly scene?: string;
  readonly shot?: string;
};

/**
 * Checks that the record is in force and covers this use, and brands the subject.
 *
 * @param record - With its revocation, if the production knows one. null or undefined where there is none.
 * @returns The same `subject`.
 * @throws {CodedError} `trust/consent-missing`, `trust/consent-revoked`, `trust/consent-not-yet`,
 *   `trust/consent-expired`, `trust/consent-out-of-scope`, `trust/under-age`; never to be retried unchanged.
 * @throws {RangeError} when `use.on` is no day or an age is no number.
 */
export function requireConsent<T>(subject: T, record: ConsentRecord | null | undefined, use: ConsentUse): Consented<T> {
  if (dayNumber(use.on) === null) throw new RangeError(`not a day: ${use.on}`);
  // comes first: no record makes this allowed
  refuseUnderAge(use.targetAges ?? []);
  if (!record) {
    throw new CodedError('trust/consent-missing', `There is no consent record${of(use.performer)}.`, {
      hint: 'Make one with `dorian consent new`, and give it with --consent FILE.',
    });
  }
  refuseOutsideTerm(record, use.on);
  refuseWrongSubject(record, use);
  refuseWrongUse(record, use);
  return subject as Consented<T>;
}

function of(performer: string | undefined): string {
  return performer === undefined ? '' : ` for ${performer}`;
}

function refuseUnderAge(ages: readonly number[]): void {
  for (const age of ages) {
    if (!Number.isFinite(age)) throw new RangeError(`target age ${age} is no number`);
    if (age < MIN_TARGET_AGE) {
      throw new CodedError('trust/under-age', `Target age ${age} is under ${MIN_TARGET_AGE}.`, {
        hint: `Choose a target age of ${MIN_TARGET_AGE} or more; Dorian makes no picture of a minor.`,
      });
    }
  }
}

function refuseOutsideTerm(record: ConsentRecord, on: IsoDay): void {
  const { term, revocation, id, performer } = record;
  if (revocation) {
    throw new CodedError(
      'trust/consent-revoked',
      `Consent record ${id} of ${performer} was revoked on ${revocation.on}.`,
      { hint: 'Stop the work; a new record has to be signed before it can go on.' },
    );
  }
  if (on < term.from) {
    throw new CodedError('trust/consent-not-yet', `Consent record ${id} of ${performer} begins on ${term.from}.`, {
      hint: `Wait until ${term.from}, or have a record signed that begins earlier.`,
    });
  }
  if (term.to !== null && on > term.to) {
    throw new CodedError('trust/consent-expired', `Consent record ${id} of ${performer} ended on ${term.to}.`, {
      hint: 'Have a new record signed; an expired one cannot be extended by editing it.',
    });
  }
}

function outOfScope(record: ConsentRecord, what: string, hint: string): CodedError {
  return new CodedError('trust/consent-out-of-scope', `Consent record ${record.id} of ${record.performer} ${what}.`, {
    hint,
  });
}

function plainTitle(title: string): string {
  return title.normalize('NFC').trim().replaceAll(/\s+/g, ' ').toLowerCase();
}

function sameTitle(a: string, b: string): boolean {
  return plainTitle(a) === plainTitle(b);
}

function refuseWrongSubject(record: ConsentRecord, use: ConsentUse): void {
  if (use.performer !== undefined && !sameTitle(use.performer, record.performer))
    throw outOfScope(record, `does not name ${use.performer}`, `Give the record that ${use.performer} signed.`);
  if (record.kind === 'self-declared') {
    if (use.inputSha256 !== record.inputSha256) {
      const what = 'was declared for one other file only';
      throw outOfScope(record, what, 'Answer the question of consent for this file, or give a signed record.');
    }
    return;
  }
  if (use.production === undefined || !sameTitle(use.production, record.production ?? '')) {
    const here = use.production === undefined ? 'work outside a production' : `"${use.production}"`;
    throw outOfScope(
      record,
      `is for the production "${record.production}", not for ${here}`,
      'Work in that production (--production DIR), or have a record signed for this one.',
    );
  }
}

function refuseWrongUse(record: ConsentRecord, use: ConsentUse): void {
  if (use.kind !== 'render' && record.kind === 'self-declared')
    throw outOfScope(record, 'is self-declared and covers one render only', 'A library needs a signed record.');
  if (use.kind === 'learn' && !record.trainingOnFootage) {
    const hint = 'Have a record signed that allows training on footage (trainingOnFootage: true).';
    throw outOfScope(record, 'does not allow a likeness to be learned', hint);
  }
  if (use.kind === 'render' && !use.targetAges?.length) throw new RangeError('a render names its target ages');
  const [min, max] = record.ages;
  const outside = use.targetAges?.find((age) => age < min || age > max);
  if (outside !== undefined) {
    const hint = `Choose a target age from ${min} to ${max}, or have a wider record signed.`;
    throw outOfScope(record, `allows ages ${min} to ${max}, not ${outside}`, hint);
  }
  refuseUnlisted(record, 'scene', use.scene, record.scenes);
  refuseUnlisted(record, 'shot', use.shot, record.shots);
}

function refuseUnlisted(
  record: ConsentRecord,
  what: string,
  given: string | undefined,
  allowed: readonly string[] | null,
): void {
  if (given === undefined || !allowed || allowed.some((name) => sameTitle(name, given))) return;
  throw outOfScope(record, `does not cover ${what} ${given}`, `It covers: ${allowed.join(', ')}.`);
}

/**
 * What the record limits and Dorian cannot see for itself, as sentences for the person at work. Empty: nothing.
 */
export function limitsToKeep(record: ConsentRecord): string[] {
  const limits: string[] = [];
  if (record.scenes) limits.push(`Scenes: ${record.scenes.join(', ')} only.`);
  if (record.shots) limits.push(`Shots: ${record.shots.join(', ')} only.`);
  if (record.territory) limits.push(`Territory: ${record.territory}.`);
  if (record.media) limits.push(`Media: ${record.media.join(', ')} only.`);
  if (record.era) limits.push(`Story time: ${record.era}.`);
  if (!record.thirdPartySharing) limits.push('The material may not be handed to third parties.');
  if (record.notice && record.notice.hours < 48)
    limits.push(`The performer was given ${record.notice.hours} hours of notice; contracts ask for 48.`);
  return limits;
}
