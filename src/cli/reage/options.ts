// What `render` and `photo` both ask: who, how old, how strongly, on whose word.

import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { CodedError } from '../../core/index.ts';
import { parseRegions } from '../../finals/index.ts';
import { MAX_TARGET_AGE } from '../../core/index.ts';
import type { Look } from '../../reage/index.ts';
import { positiveNumber, wholeNumber } from '../numbers.ts';

/** A performer as named on the command line. */
export interface NamedPerformer {
  readonly name: string;
  /** Years; null: what --age, --year or the keyframes say. */
  readonly targetAge: number | null;
}

export interface ReageOptions {
  readonly performer: readonly NamedPerformer[];
  readonly age?: number;
  readonly year?: number;
  readonly fromAge?: number;
  readonly allFaces?: boolean;
  readonly shotOn?: string;
  readonly regions: Look['strengths'];
  readonly regionAges: Look['regionAges'];
  readonly blend: number;
  /** `prior`, or a version; undefined: the newest finished one. */
  readonly likeness?: string;
  readonly consent: readonly string[];
  readonly production?: string;
  readonly overwrite?: boolean;
  readonly json?: boolean;
  readonly output: string;
}

export function addReageOptions(command: Command): Command {
  return command
    .option('--performer <name[=age]>', 'from the library; may be given several times', addPerformer, [])
    .option('--from-age <years>', 'without a library: how old the face on the plate is', positiveNumber)
    .option('--all-faces', 'with --from-age: every face, not only the most prominent one')
    .option('--age <years>', 'how old the face shall look', positiveNumber)
    .option('--year <year>', 'year of the story: each performer gets the age they had in it', wholeNumber)
    .option('--shot-on <day>', 'day of the shooting, YYYY-MM-DD; with the birth date it makes the age on the plate')
    .option('--regions <list>', 'strengths, 0 to 2, as forehead=0.5,lips=0', (text) => parseRegions(text, 2), {})
    .option(
      '--region-ages <list>',
      'ages of single regions, as jaw-neck=40',
      (text) => parseRegions(text, MAX_TARGET_AGE),
      {},
    )
    .option('--blend <share>', '0 the plate, 1 re-aged', shareNumber, 1)
    .option('--likeness <version>', "v001 …, or prior; by default the performer's newest finished one, else the prior")
    .option('--consent <file>', 'consent record; may be given several times', addText, [])
    .option('--production <folder>', 'the production, if not the nearest one')
    .option('--overwrite', 'replace an output that Dorian did not make')
    .option('--json', 'one JSON object on standard output')
    .requiredOption('-o, --output <path>', 'where the result goes');
}

/**
 * @throws {CodedError} `finals/nobody-named`, `finals/two-ways-named`
 */
export function checkReageOptions(options: ReageOptions): void {
  const hasLibrary = options.performer.length > 0;
  if (!hasLibrary && options.fromAge === undefined) {
    throw new CodedError('finals/nobody-named', 'nothing says who is to be re-aged', {
      hint: 'Give --performer NAME (from the library), or --from-age YEARS for anyone.',
    });
  }
  if (hasLibrary && (options.fromAge !== undefined || options.allFaces)) {
    throw new CodedError('finals/two-ways-named', '--from-age and --all-faces are for work without a library', {
      hint: 'Leave out --performer, or leave out --from-age and --all-faces.',
    });
  }
}

/** The name used for a face without a library. */
export const ANYONE = 'anyone';

function shareNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 1)) throw new InvalidArgumentError('give a number from 0 to 1');
  return value;
}

function addText(text: string, before: readonly string[]): readonly string[] {
  return [...before, text];
}

/** `NAME` or `NAME=AGE`. */
function addPerformer(text: string, before: readonly NamedPerformer[]): readonly NamedPerformer[] {
  const match = /^(.*?)(?:=([\d.]+))?$/.exec(text.trim());
  const name = match?.[1].trim() ?? '';
  if (name === '' || name.includes('=')) throw new InvalidArgumentError('write NAME or NAME=AGE');
  return [...before, { name, targetAge: match?.[2] === undefined ? null : positiveNumber(match[2]) }];
}
