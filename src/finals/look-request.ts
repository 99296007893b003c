// From what a person asks for (options of a command, a keyframes file) to a look. What stands in the keyframes file goes
// before what stands on the command line.

import type { IsoDay } from '../core/index.ts';
import { ageOn, CodedError, MAX_TARGET_AGE } from '../core/index.ts';
import type { Look, RegionName, Strengths } from '../reage/index.ts';
import { REGION_NAMES } from '../reage/index.ts';
import type { ClipClock, Keyframes } from './keyframes.ts';
import { curveOf, keysOf } from './keyframes.ts';

export interface LookRequest {
  readonly performer: string;
  /** Years, for this performer or for all. */
  readonly targetAge?: number;
  /** Year in which the story is set; needs `born`. */
  readonly storyYear?: number;
  readonly born?: IsoDay;
  readonly keyframes: Keyframes | null;
  /** 0..1 over the whole shot, where the keyframes file says nothing. */
  readonly blend: number;
  readonly strengths: Partial<Strengths>;
  readonly regionAges: Look['regionAges'];
}

/**
 * @throws {CodedError} `finals/no-target-age`, `finals/age-out-of-range`, `finals/keyframe-outside-clock`,
 *   `finals/keyframe-twice`
 */
export function lookFor(request: LookRequest, clock: ClipClock): Look {
  const keys = keysOf(request.keyframes, request.performer);
  const look: Look = {
    targetAge: keys?.targetAge
      ? curveOf(keys.targetAge, clock, `targetAge of ${request.performer}`)
      : [{ frameIndex: 0, value: steadyAge(request) }],
    blend: keys?.blend
      ? curveOf(keys.blend, clock, `blend of ${request.performer}`)
      : [{ frameIndex: 0, value: request.blend }],
    strengths: { ...request.strengths, ...keys?.strengths },
    regionAges: { ...request.regionAges, ...keys?.regionAges },
  };
  for (const age of targetAgesOf(look)) {
    if (!(age <= MAX_TARGET_AGE)) {
      throw new CodedError('finals/age-out-of-range', `${request.performer} cannot be made ${age} years old`, {
        hint: `Choose a target age up to ${MAX_TARGET_AGE}.`,
      });
    }
  }
  return look;
}

function steadyAge({ performer, targetAge, storyYear, born }: LookRequest): number {
  if (targetAge !== undefined) return targetAge;
  if (storyYear !== undefined && born !== undefined) return ageInYear(born, storyYear);
  throw new CodedError('finals/no-target-age', `no target age is given for ${performer}`, {
    hint: 'Give --age YEARS, --performer NAME=YEARS, --year YEAR of the story, or a keyframes file with "targetAge".',
  });
}

/** Age in the middle of a year, to a tenth. */
export function ageInYear(born: IsoDay, year: number): number {
  return Math.round(ageOn(born, `${String(year).padStart(4, '0')}-07-01`) * 10) / 10;
}

/** Every age that the look touches, for the gate of consent: between keyframes nothing lies outside them. */
export function targetAgesOf(look: Look): number[] {
  return [...look.targetAge.map((key) => key.value), ...Object.values(look.regionAges)];
}

/**
 * Reads `forehead=0.5,lips=0`.
 *
 * @param high - Largest value allowed; the smallest is 0.
 * @throws {CodedError} `finals/bad-region`
 */
export function parseRegions(text: string, high: number): Partial<Record<RegionName, number>> {
  const values: Partial<Record<RegionName, number>> = {};
  for (const part of text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')) {
    const [name, number] = part.split('=').map((word) => word.trim());
    const region = REGION_NAMES.find((known) => known === name.toLowerCase());
    const value = number === undefined || number === '' ? Number.NaN : Number(number);
    if (!region || !(value >= 0 && value <= high)) {
      throw new CodedError('finals/bad-region', `"${part}" is no region with a value from 0 to ${high}`, {
        hint: `Write for example forehead=0.5,lips=0. Regions: ${REGION_NAMES.join(', ')}.`,
      });
    }
    values[region] = value;
  }
  return values;
}
