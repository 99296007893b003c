// The record behind a plain question of consent in the terminal: somebody says that they may, for one input file.

import type { IsoDay } from '../core/index.ts';
import { MAX_TARGET_AGE, MIN_TARGET_AGE, dayNumber } from '../core/index.ts';
import type { ConsentRecord, SignatoryRole } from './consent-record.ts';

/** Long enough to finish and repeat a render, short enough not to be forgotten. */
const DAYS_IN_FORCE = 90;

export interface Declaration {
  readonly performer: string;
  /** Who answered the question. */
  readonly declaredBy: string;
  readonly role: SignatoryRole;
  readonly inputSha256: string;
  readonly on: IsoDay;
}

/** @throws {RangeError} when `on` is no day. */
export function selfDeclaredRecord(declaration: Declaration): ConsentRecord {
  const today = dayNumber(declaration.on);
  if (today === null) throw new RangeError(`not a day: ${declaration.on}`);
  return {
    id: `self-${declaration.inputSha256.slice(0, 16)}`,
    kind: 'self-declared',
    performer: declaration.performer,
    character: null,
    signatory: { name: declaration.declaredBy, role: declaration.role },
    production: null,
    unionContract: null,
    category: 'digital-alteration',
    use: 'A re-aged version of this one file, as declared in the terminal.',
    ages: [MIN_TARGET_AGE, MAX_TARGET_AGE],
    era: null,
    scenes: null,
    shots: null,
    territory: null,
    media: null,
    term: { from: declaration.on, to: isoDay(today + DAYS_IN_FORCE) },
    script: null,
    compensation: null,
    notice: null,
    signedFile: null,
    revocation: null,
    minors: false,
    businessReason: null,
    trainingOnFootage: false,
    thirdPartySharing: false,
    inputSha256: declaration.inputSha256,
    recordedOn: declaration.on,
  };
}

function isoDay(days: number): IsoDay {
  return new Date(days * 86_400_000).toISOString().slice(0, 10);
}
