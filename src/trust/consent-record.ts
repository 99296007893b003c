// The consent record: who allowed what to be done with a performer's face, until when, for which production. A file of
// its own (consent.json), copied into the production that it is used in.

import { z } from 'zod';
import type { FileSchema, IsoDay } from '../core/index.ts';
import { dayNumber } from '../core/index.ts';

/** Who may sign. `union` signs for the dead without a known estate; see docs/consent.md. */
export type SignatoryRole = 'self' | 'parent' | 'estate' | 'union';

/**
 * SAG-AFTRA's kinds of digital replica, and `digital-alteration` for a change to the performer's own filmed performance.
 * Which of them a re-aged shot is, is for people to decide; Dorian records it.
 */
export type ConsentCategory =
  | 'employment-based-replica'
  | 'independently-created-replica'
  | 'background-replica'
  | 'digital-alteration';

export const CONSENT_CATEGORIES: readonly ConsentCategory[] = [
  'employment-based-replica',
  'independently-created-replica',
  'background-replica',
  'digital-alteration',
];

export const SIGNATORY_ROLES: readonly SignatoryRole[] = ['self', 'parent', 'estate', 'union'];

export interface Revocation {
  readonly on: IsoDay;
  readonly by: string;
  readonly reason: string;
}

export interface ConsentRecord {
  /** Never reused; revocations name it. */
  readonly id: string;
  /** `signed`: there is a signed document. `self-declared`: somebody said so in a terminal, for one input file. */
  readonly kind: 'signed' | 'self-declared';
  readonly performer: string;
  readonly character: string | null;
  readonly signatory: { readonly name: string; readonly role: SignatoryRole };
  /** Title of the production; null only in a self-declared record, which is bound to its input file instead. */
  readonly production: string | null;
  /** For example `SAG-AFTRA TV/Theatrical 2026`; null where no union contract applies. */
  readonly unionContract: string | null;
  readonly category: ConsentCategory;
  /** Plain text, reasonably specific: what the re-aged picture is for. */
  readonly use: string;
  /** Target ages allowed, years, both ends included. */
  readonly ages: readonly [min: number, max: number];
  /** Story time, in words. */
  readonly era: string | null;
  /** null: not limited. */
  readonly scenes: readonly string[] | null;
  readonly shots: readonly string[] | null;
  readonly territory: string | null;
  readonly media: readonly string[] | null;
  /** Days on which work is allowed, both ends included; `to` null: no end named. */
  readonly term: { readonly from: IsoDay; readonly to: IsoDay | null };
  readonly script: { readonly id: string; readonly date: IsoDay; readonly sha256: string } | null;
  /** Reference to the agreement on pay, not the sum. */
  readonly compensation: string | null;
  /** When the performer was told, and how many hours before the work; contracts ask for 48. */
  readonly notice: { readonly given: IsoDay; readonly hours: number } | null;
  readonly signedFile: { readonly name: string; readonly sha256: string } | null;
  readonly revocation: Revocation | null;
  /** True where the record also covers pictures in which the performer was under 18; other such pictures are not used. */
  readonly minors: boolean;
  readonly businessReason: string | null;
  /** May a likeness be learned from the performer's pictures? */
  readonly trainingOnFootage: boolean;
  readonly thirdPartySharing: boolean;
  /** The one file that a self-declared record is good for. */
  readonly inputSha256: string | null;
  readonly recordedOn: IsoDay;
}

const day = z.string().refine((text) => dayNumber(text) !== null, 'give a day as YYYY-MM-DD');
const text = z.string().trim().min(1, 'must not be empty');
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'give a sha256 as 64 lower-case hexadecimal digits');
const list = z.array(text).min(1, 'name at least one, or give null for no limit').nullable();
const age = z.number().min(0).max(120);

const fields = z.strictObject({
  schema: z.literal('dorian/consent-record'),
  version: z.literal(1),
  id: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, 'use letters, digits, dots and dashes'),
  kind: z.enum(['signed', 'self-declared']),
  performer: text,
  character: text.nullable().default(null),
  signatory: z.strictObject({ name: text, role: z.enum(['self', 'parent', 'estate', 'union']) }),
  production: text.nullable().default(null),
  unionContract: text.nullable().default(null),
  category: z.enum([
    'employment-based-replica',
    'independently-created-replica',
    'background-replica',
    'digital-alteration',
  ]),
  use: text,
  ages: z.tuple([age, age]),
  era: text.nullable().default(null),
  scenes: list.default(null),
  shots: list.default(null),
  territory: text.nullable().default(null),
  media: list.default(null),
  term: z.strictObject({ from: day, to: day.nullable() }),
  script: z.strictObject({ id: text, date: day, sha256 }).nullable().default(null),
  compensation: text.nullable().default(null),
  notice: z
    .strictObject({ given: day, hours: z.number().min(0) })
    .nullable()
    .default(null),
  signedFile: z.strictObject({ name: text, sha256 }).nullable().default(null),
  revocation: z.strictObject({ on: day, by: text, reason: text }).nullable().default(null),
  minors: z.boolean(),
  businessReason: text.nullable().default(null),
  trainingOnFootage: z.boolean(),
  thirdPartySharing: z.boolean(),
  inputSha256: sha256.nullable().default(null),
  recordedOn: day,
});

/** An unknown field is refused: a limit that is spelled wrong must not be read as no limit. */
export const CONSENT_RECORD: FileSchema<ConsentRecord> = {
  name: 'dorian/consent-record',
  version: 1,
  shape: fields
    .superRefine((record, context) => {
      const refuse = (path: string, message: string): void =>
        context.addIssue({ code: 'custom', path: [path], message });
      if (record.ages[0] > record.ages[1]) refuse('ages', 'the first age must not be above the second');
      if (record.term.to !== null && record.term.to < record.term.from) refuse('term', 'ends before it begins');
      if (record.kind === 'signed' && !record.signedFile)
        refuse('signedFile', 'a signed record names its signed document');
      if (record.kind === 'signed' && !record.production) refuse('production', 'a signed record names its production');
      if (record.kind === 'self-declared' && !record.inputSha256)
        refuse('inputSha256', 'a self-declared record is bound to one input file');
      if (record.kind === 'self-declared' && record.trainingOnFootage)
        refuse('trainingOnFootage', 'learning from pictures needs a signed record');
    })
    .transform(({ schema: _schema, version: _version, ...record }): ConsentRecord => record),
};
