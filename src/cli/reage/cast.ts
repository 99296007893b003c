// From options to a cast: performers out of the library, or anyone; how old they are on the plate and shall look.

import { createHash } from 'node:crypto';
import { CodedError } from '../../core/index.ts';
import type { PerformerFile } from '../../library/index.ts';
import { identifyPerformer, performerOf } from '../../library/index.ts';
import type { CastingRule, ClipClock, FileDate, Keyframes, SourceAge } from '../../finals/index.ts';
import { lookFor, shootingDay, sourceAgeOn, statedSourceAge } from '../../finals/index.ts';
import type { Look } from '../../reage/index.ts';
import type { Production } from '../../adapters/node/production.ts';
import type { ReageOptions } from './options.ts';
import { ANYONE } from './options.ts';

/** One performer before the gate of consent. */
export interface Wanted {
  readonly performer: string;
  readonly sourceAge: SourceAge;
  readonly look: Look;
  /** null: without a library. */
  readonly file: PerformerFile | null;
}

export interface WantedCast {
  readonly members: readonly Wanted[];
  readonly rule: CastingRule;
  /** Hash of the descriptors that performers are known by. */
  readonly rosterSha256: string | null;
  readonly notes: readonly string[];
}

/** What the picture itself says. */
export interface PlateFacts extends ClipClock {
  readonly name: string;
  /** null where nothing in it is to be believed. */
  readonly date: FileDate | null;
}

/**
 * @param production - Open; may be null where no performer is named.
 * @throws {CodedError} `library/unknown-performer`, `finals/no-photos`, what `lookFor` and `shootingDay` throw
 */
export function castFor(
  options: ReageOptions,
  keyframes: Keyframes | null,
  production: Production | null,
  plate: PlateFacts,
): WantedCast {
  const asked = {
    keyframes,
    blend: options.blend,
    strengths: options.regions,
    regionAges: options.regionAges,
    storyYear: options.year,
  };
  if (!production || options.performer.length === 0) {
    const look = lookFor({ ...asked, performer: ANYONE, targetAge: options.age }, plate);
    const sourceAge = statedSourceAge(options.fromAge ?? Number.NaN);
    const kind = options.allFaces ? 'everyone' : 'principal';
    const members = [{ performer: ANYONE, sourceAge, look, file: null }];
    return { members, rule: { kind, performer: ANYONE }, rosterSha256: null, notes: [] };
  }
  const day = shootingDay(options.shotOn, plate.date, plate.name);
  const members = options.performer.map(({ name, targetAge }): Wanted => {
    const file = performerOf(production.catalogue, name);
    if (file.references.length === 0) throw nothingToKnow(file.name);
    const look = lookFor(
      {
        ...asked,
        performer: file.name,
        born: file.born,
        targetAge: targetAge ?? (options.year ? undefined : options.age),
      },
      plate,
    );
    return { performer: file.name, sourceAge: sourceAgeOn(file.name, file.born, day), look, file };
  });
  return {
    members,
    rule: enrolledRule(members),
    rosterSha256: rosterHash(members),
    notes: members.flatMap(({ sourceAge }) => (sourceAge.note === null ? [] : [sourceAge.note])),
  };
}

function nothingToKnow(performer: string): CodedError {
  return new CodedError('finals/no-photos', `no photo of ${performer} in the library is in use`, {
    hint: 'Ingest dated photos of the performer, by which the face is told from others; `dorian library` says what is there.',
  });
}

function enrolledRule(members: readonly Wanted[]): CastingRule {
  const enrolled = members.map(({ performer, file }) => ({ performer, references: file?.references ?? [] }));
  const ages = new Map(members.map(({ performer, sourceAge }) => [performer, sourceAge.years]));
  return {
    kind: 'enrolled',
    whoIs: (descriptor) => identifyPerformer(descriptor, enrolled, (performer) => ages.get(performer) ?? null),
  };
}

function rosterHash(members: readonly Wanted[]): string {
  const hash = createHash('sha256');
  for (const { performer, file } of members) {
    hash.update(`${performer}\0`);
    for (const { age, descriptor } of file?.references ?? []) {
      hash.update(`${age}\0`).update(new Uint8Array(descriptor.buffer, descriptor.byteOffset, descriptor.byteLength));
    }
  }
  return hash.digest('hex');
}

/** Ages under which a performer was a minor on the plate. */
export function wasMinor({ sourceAge }: Wanted): boolean {
  return sourceAge.years < 18;
}
