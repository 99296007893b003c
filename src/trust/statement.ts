// A consent record as the text that its signatory reads and signs, and how a record stands on a given day.

import type { IsoDay } from '../core/index.ts';
import type { ConsentCategory, ConsentRecord, SignatoryRole } from './consent-record.ts';

const CATEGORY_WORDS: Readonly<Record<ConsentCategory, string>> = {
  'employment-based-replica': 'a digital replica, made in the course of employment on this production',
  'independently-created-replica': 'a digital replica, created independently of employment',
  'background-replica': 'a digital replica of a background actor',
  'digital-alteration': "a digital alteration of the performer's own filmed performance",
};

const ROLE_WORDS: Readonly<Record<SignatoryRole, string>> = {
  self: 'the performer',
  parent: "the performer's parent or guardian",
  estate: "the performer's estate or authorised representative",
  union: "the performer's union",
};

/** What the signatory agrees to, in plain words; signed by the name under it. */
export function statementText(record: Omit<ConsentRecord, 'signedFile'>): string {
  const { performer, character, signatory, production, ages, term, script, notice } = record;
  const lines: (string | null)[] = [
    'CONSENT TO RE-AGEING',
    '',
    `Performer: ${performer}${character ? ` as ${character}` : ''}`,
    `Production: ${production ?? 'none'}`,
    `Signed by: ${signatory.name}, ${ROLE_WORDS[signatory.role]}`,
    '',
    `I agree to ${CATEGORY_WORDS[record.category]}, for this use:`,
    `  ${record.use}`,
    `The performer may be shown at ages ${ages[0]} to ${ages[1]}.`,
    record.era && `Story time: ${record.era}.`,
    record.scenes && `Only in scenes ${record.scenes.join(', ')}.`,
    record.shots && `Only in shots ${record.shots.join(', ')}.`,
    record.territory && `Only in ${record.territory}.`,
    record.media && `Only in these media: ${record.media.join(', ')}.`,
    term.to === null ? `From ${term.from} on, with no end named.` : `From ${term.from} until ${term.to}.`,
    script && `By the script ${script.id} of ${script.date} (sha256 ${script.sha256}).`,
    record.unionContract && `Under ${record.unionContract}.`,
    record.compensation && `Compensation: ${record.compensation}.`,
    notice && `Told on ${notice.given}, ${notice.hours} hours before the work.`,
    record.businessReason && `Reason: ${record.businessReason}`,
    `Learning the performer's likeness from photos and footage: ${record.trainingOnFootage ? 'allowed' : 'not allowed'}.`,
    `Pictures from before the performer was 18: ${record.minors ? 'may be used' : 'may not be used'}. No picture of a minor is made.`,
    `Handing the material to third parties: ${record.thirdPartySharing ? 'allowed' : 'not allowed'}.`,
    'This consent can be revoked; work under it then ends.',
    '',
    `Record ${record.id}, written on ${record.recordedOn}.`,
    `Signed: ${signatory.name}`,
    '',
  ];
  return lines.filter((line) => line !== null).join('\n');
}

export type ConsentStanding = 'in force' | 'not yet' | 'expired' | 'revoked';

export function standingOf(record: ConsentRecord, on: IsoDay): ConsentStanding {
  if (record.revocation) return 'revoked';
  if (on < record.term.from) return 'not yet';
  return record.term.to !== null && on > record.term.to ? 'expired' : 'in force';
}
