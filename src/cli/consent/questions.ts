// The questions behind `dorian consent new`: each is an option of the command and, on a terminal, a question for what was
// not given. Answers are texts here; zod judges the finished record.

import type { SignatoryRole } from '../../trust/index.ts';
import { CONSENT_CATEGORIES, SIGNATORY_ROLES } from '../../trust/index.ts';

/** The record while it is being put together. */
export type Draft = Record<string, unknown>;

export interface Question {
  /** Long option, as given on the command line. */
  readonly option: string;
  /** Placeholder of the option; null for a switch. */
  readonly value: string | null;
  readonly ask: string;
  /** Where the answer goes: a field, or a field of a field. */
  readonly path: readonly [string, string?];
  /** Asked again when it throws; the message says why. */
  readonly read: (answer: string) => unknown;
  /** Must be answered; others may be left empty. */
  readonly required: boolean;
  /** Answer for an empty line. */
  readonly fallback?: string;
}

function asText(answer: string): string {
  if (answer.trim() === '') throw new Error('This is needed.');
  return answer.trim();
}

function asList(answer: string): string[] {
  return answer
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

function asDay(answer: string): string {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(answer.trim())) throw new Error('Give a day as YYYY-MM-DD.');
  return answer.trim();
}

function asAges(answer: string): [number, number] {
  const match = /^(\d{1,3})\s*(?:-|to|–)\s*(\d{1,3})$/.exec(answer.trim());
  if (!match) throw new Error('Give two ages, for example 22-60.');
  return [Number(match[1]), Number(match[2])];
}

function asYesNo(answer: string): boolean {
  if (/^(?:y|yes|true)$/i.test(answer.trim())) return true;
  if (/^(?:n|no|false)$/i.test(answer.trim())) return false;
  throw new Error('Answer yes or no.');
}

function oneOf<T extends string>(words: readonly T[]): (answer: string) => T {
  return (answer) => {
    const found = words.find((word) => word === answer.trim().toLowerCase());
    if (!found) throw new Error(`Give one of: ${words.join(', ')}.`);
    return found;
  };
}

function asHours(answer: string): number {
  const hours = Number(answer);
  if (answer.trim() === '' || !(hours >= 0)) throw new Error('Give a number of hours.');
  return hours;
}

const optional = { required: false } as const;
const needed = { required: true } as const;
const roles: readonly SignatoryRole[] = SIGNATORY_ROLES;

/** @param title - Of the production that the person stands in, if any. */
export function questions(title: string | null, today: string): Question[] {
  return [
    { option: 'performer', value: 'name', ask: 'Performer', path: ['performer'], read: asText, ...needed },
    {
      option: 'character',
      value: 'name',
      ask: 'Character (empty: none)',
      path: ['character'],
      read: asText,
      ...optional,
    },
    {
      option: 'signatory',
      value: 'name',
      ask: 'Full legal name of who signs',
      path: ['signatory', 'name'],
      read: asText,
      ...needed,
    },
    {
      option: 'role',
      value: 'role',
      ask: `Who signs is (${roles.join(', ')})`,
      path: ['signatory', 'role'],
      read: oneOf(roles),
      fallback: 'self',
      ...needed,
    },
    {
      option: 'title',
      value: 'title',
      ask: 'Title of the production',
      path: ['production'],
      read: asText,
      fallback: title ?? undefined,
      ...needed,
    },
    {
      option: 'use',
      value: 'text',
      ask: 'What the re-aged picture is for, reasonably specific',
      path: ['use'],
      read: asText,
      ...needed,
    },
    {
      option: 'category',
      value: 'category',
      ask: `Category (${CONSENT_CATEGORIES.join(', ')})`,
      path: ['category'],
      read: oneOf(CONSENT_CATEGORIES),
      fallback: 'digital-alteration',
      ...needed,
    },
    {
      option: 'ages',
      value: 'min-max',
      ask: 'Ages at which the performer may be shown, for example 22-60',
      path: ['ages'],
      read: asAges,
      ...needed,
    },
    { option: 'era', value: 'text', ask: 'Story time (empty: not limited)', path: ['era'], read: asText, ...optional },
    {
      option: 'scenes',
      value: 'list',
      ask: 'Scenes, separated by commas (empty: all)',
      path: ['scenes'],
      read: asList,
      ...optional,
    },
    {
      option: 'shots',
      value: 'list',
      ask: 'Shots, separated by commas (empty: all)',
      path: ['shots'],
      read: asList,
      ...optional,
    },
    {
      option: 'territory',
      value: 'text',
      ask: 'Territory (empty: not limited)',
      path: ['territory'],
      read: asText,
      ...optional,
    },
    {
      option: 'media',
      value: 'list',
      ask: 'Media, separated by commas (empty: all)',
      path: ['media'],
      read: asList,
      ...optional,
    },
    {
      option: 'valid-from',
      value: 'day',
      ask: 'First day',
      path: ['term', 'from'],
      read: asDay,
      fallback: today,
      ...needed,
    },
    {
      option: 'valid-until',
      value: 'day',
      ask: 'Last day (empty: no end)',
      path: ['term', 'to'],
      read: asDay,
      ...optional,
    },
    {
      option: 'training',
      value: 'yes/no',
      ask: 'May a likeness be learned from photos and footage',
      path: ['trainingOnFootage'],
      read: asYesNo,
      ...needed,
    },
    {
      option: 'minors',
      value: 'yes/no',
      ask: 'May pictures from before the performer was 18 be used',
      path: ['minors'],
      read: asYesNo,
      fallback: 'no',
      ...needed,
    },
    {
      option: 'third-parties',
      value: 'yes/no',
      ask: 'May the material go to third parties',
      path: ['thirdPartySharing'],
      read: asYesNo,
      fallback: 'no',
      ...needed,
    },
    {
      option: 'union-contract',
      value: 'name',
      ask: 'Union contract and version (empty: none)',
      path: ['unionContract'],
      read: asText,
      ...optional,
    },
    {
      option: 'compensation',
      value: 'reference',
      ask: 'Reference to the agreement on pay (empty: none)',
      path: ['compensation'],
      read: asText,
      ...optional,
    },
    {
      option: 'business-reason',
      value: 'text',
      ask: 'Business reason (empty: none)',
      path: ['businessReason'],
      read: asText,
      ...optional,
    },
    {
      option: 'script-id',
      value: 'id',
      ask: 'Script id (empty: none)',
      path: ['script', 'id'],
      read: asText,
      ...optional,
    },
    {
      option: 'script-date',
      value: 'day',
      ask: 'Date of the script (empty: none)',
      path: ['script', 'date'],
      read: asDay,
      ...optional,
    },
    {
      option: 'notice-given',
      value: 'day',
      ask: 'Day on which the performer was told (empty: none)',
      path: ['notice', 'given'],
      read: asDay,
      ...optional,
    },
    {
      option: 'notice-hours',
      value: 'hours',
      ask: 'Hours from then to the work (empty: none)',
      path: ['notice', 'hours'],
      read: asHours,
      ...optional,
    },
  ];
}

export function valueIn(draft: Draft, [field, part]: Question['path']): unknown {
  const value = draft[field];
  return part === undefined ? value : (value as Draft | null | undefined)?.[part];
}

export function putInto(draft: Draft, [field, part]: Question['path'], value: unknown): void {
  if (part === undefined) draft[field] = value;
  else draft[field] = { ...(draft[field] as Draft | null | undefined), [part]: value };
}
