// How well a career is covered: ages against the turn of the head and the side of the light; and in plain words which
// photos would help most.

import type { IsoDay } from '../core/index.ts';
import type { FaceLight } from '../face/index.ts';
import type { CareerPhoto } from './career.ts';

/** From the far left of the picture to its far right: where the performer looks. */
export const YAW_NAMES = ['far left', 'left', 'front', 'right', 'far right'] as const;
const YAW_LIMITS = [-35, -12, 12, 35];

export const LIGHT_NAMES = ['from left', 'from front', 'from right', 'flat'] as const;
/** Below this a face shows no side of the light. */
const FLAT_CONTRAST = 0.5;
/** Degrees off the camera from which a light counts as one from the side. */
const SIDE_AZIMUTH = 30;

/** Years of one row. */
const ROW_YEARS = 5;

export interface CoverageRow {
  /** Ages [from, to), years. */
  readonly fromAge: number;
  readonly toAge: number;
  readonly photos: number;
  /** As YAW_NAMES. */
  readonly yaw: readonly number[];
  /** As LIGHT_NAMES. */
  readonly light: readonly number[];
}

export interface Coverage {
  /** Without holes from the youngest to the oldest photo. */
  readonly rows: readonly CoverageRow[];
  /** Sentences, the most useful first; empty when nothing is missing. */
  readonly advice: readonly string[];
}

/** Index into YAW_NAMES. */
export function yawColumn(yawDegrees: number): number {
  return YAW_LIMITS.filter((limit) => yawDegrees >= limit).length;
}

/** Index into LIGHT_NAMES. */
export function lightColumn({ azimuth, elevation, contrast }: FaceLight): number {
  if (contrast < FLAT_CONTRAST) return 3;
  // light from nearly straight above has no side, whatever its azimuth says
  const sideways = Math.sin((azimuth * Math.PI) / 180) * Math.cos((elevation * Math.PI) / 180);
  const limit = Math.sin((SIDE_AZIMUTH * Math.PI) / 180);
  return sideways < -limit ? 0 : sideways > limit ? 2 : 1;
}

/** @param career - In order of age. */
export function coverageOf(career: readonly CareerPhoto[], born: IsoDay): Coverage {
  if (career.length === 0) {
    return { rows: [], advice: ['There are no photos in use yet: give dated photos on which the face is well seen.'] };
  }
  const first = Math.floor(career[0].ageAtPhoto / ROW_YEARS) * ROW_YEARS;
  const last = career[career.length - 1].ageAtPhoto;
  const rows: CoverageRow[] = [];
  for (let fromAge = first; fromAge <= last; fromAge += ROW_YEARS) {
    const toAge = fromAge + ROW_YEARS;
    const inRow = career.filter((one) => one.ageAtPhoto >= fromAge && one.ageAtPhoto < toAge);
    const yaw = YAW_NAMES.map((_, i) => inRow.filter((one) => yawColumn(one.face.pose.yaw) === i).length);
    const light = LIGHT_NAMES.map((_, i) => inRow.filter((one) => lightColumn(one.face.light) === i).length);
    rows.push({ fromAge, toAge, photos: inRow.length, yaw, light });
  }
  const year = Number(born.slice(0, 4));
  const wishes = [
    ...missingAges(career, year),
    ...thinRows(rows, year),
    ...missingTurns(career, year),
    ...missingLight(career, year),
    ...missingPixels(career, year),
    ...missingExpressions(career),
  ];
  return { rows, advice: sayWishes(wishes).slice(0, MAX_ADVICE) };
}

/** More would not be read. */
const MAX_ADVICE = 8;

interface Wish {
  /** Larger comes first. */
  readonly worth: number;
  /** What is missing; wishes of the same words at several stretches of the career become one sentence. */
  readonly words: string;
  /** The stretch, as it stands in the sentence in place of `{when}`; null where the whole career is meant. */
  readonly when: string | null;
}

/** One sentence for each thing that is missing, the weightiest first. */
function sayWishes(wishes: readonly Wish[]): string[] {
  const groups = new Map<string, Wish[]>();
  for (const wish of wishes.toSorted((a, b) => b.worth - a.worth))
    groups.set(wish.words, [...(groups.get(wish.words) ?? []), wish]);
  return [...groups].map(([words, group]) => words.replace('{when}', listed(group.flatMap(({ when }) => when ?? []))));
}

/** So many stretches are named in one sentence. */
const MAX_STRETCHES = 4;

function listed(stretches: readonly string[]): string {
  const more = stretches.length - MAX_STRETCHES;
  const named = more > 0 ? [...stretches.slice(0, MAX_STRETCHES), `${more} more`] : stretches;
  return named.length < 2 ? named.join('') : `${named.slice(0, -1).join(', ')} and ${named[named.length - 1]}`;
}

/** From ten photos on something is learned; fifty is good. */
const FEW_PHOTOS = 10;
const GOOD_PHOTOS = 50;
/** Faces change visibly over so many years. */
const WIDE_GAP_YEARS = 5;

function agesAndYears(from: number, to: number, born: number): string {
  const [a, b] = [Math.round(from), Math.round(to)];
  return a >= b ? `age ${a} (${born + a})` : `ages ${a} to ${b} (${born + a} to ${born + b})`;
}

function missingAges(career: readonly CareerPhoto[], born: number): Wish[] {
  const count = career.length;
  const few = `Only ${count} photos are in use; ${FEW_PHOTOS} is the least to learn from, ${GOOD_PHOTOS} is good.`;
  const some = `${count} photos are in use; ${GOOD_PHOTOS} is good.`;
  const gaps = career.slice(1).flatMap((after, i) => {
    const [from, to] = [career[i].ageAtPhoto, after.ageAtPhoto];
    return to - from < WIDE_GAP_YEARS ? [] : [{ years: to - from, when: agesAndYears(from, to, born) }];
  });
  const words =
    gaps.length === 1
      ? `There is no photo for ${Math.round(gaps[0].years)} years: wanted at {when}.`
      : `Again and again there is no photo for ${WIDE_GAP_YEARS} years or more: wanted at {when}.`;
  return [
    ...(count < FEW_PHOTOS ? [{ worth: 100, words: few, when: null }] : []),
    ...(count >= FEW_PHOTOS && count < GOOD_PHOTOS ? [{ worth: 1, words: some, when: null }] : []),
    ...gaps.map(({ years, when }) => ({ worth: 10 * years, words, when })),
  ];
}

const FEW_IN_ROW = 3;

function thinRows(rows: readonly CoverageRow[], born: number): Wish[] {
  return rows
    .filter(({ photos }) => photos > 0 && photos < FEW_IN_ROW)
    .map(({ fromAge, toAge, photos }) => ({
      worth: 9 - photos,
      words: `Only ${photos === 1 ? 'one photo' : `${photos} photos`} at {when}.`,
      when: agesAndYears(fromAge, toAge - 1, born),
    }));
}

/** The career in stretches of about equal length, each with enough photos that a missing kind means something. */
function eras(career: readonly CareerPhoto[]): CareerPhoto[][] {
  const from = career[0].ageAtPhoto;
  const span = career[career.length - 1].ageAtPhoto - from;
  const wanted = Math.min(Math.round(span / 15), Math.floor(career.length / FEW_IN_ERA));
  const count = Math.max(1, Math.min(4, wanted));
  const parts: CareerPhoto[][] = Array.from({ length: count }, () => []);
  for (const one of career)
    parts[Math.min(count - 1, Math.floor(((one.ageAtPhoto - from) / (span || 1)) * count))].push(one);
  return parts.filter((part) => part.length > 0);
}

/** Of fewer photos nobody expects every turn and light. */
const FEW_IN_ERA = 4;

/** @param words - As in the middle of a sentence: what an era lacks; of a career that is one era, no ages are named. */
function eraWish(worth: number, words: string, era: readonly CareerPhoto[], { born, isAll }: EraContext): Wish {
  const when = agesAndYears(era[0].ageAtPhoto, era[era.length - 1].ageAtPhoto, born);
  if (isAll) return { worth, words: `${words[0].toUpperCase()}${words.slice(1)}.`, when: null };
  return { worth, words: `At {when} ${words}.`, when };
}

interface EraContext {
  readonly born: number;
  readonly isAll: boolean;
}

function inEachEra(
  career: readonly CareerPhoto[],
  born: number,
  missing: (era: readonly CareerPhoto[]) => readonly (readonly [worth: number, words: string])[],
): Wish[] {
  const parts = eras(career);
  const context = { born, isAll: parts.length === 1 };
  return parts.flatMap((era) => missing(era).map(([worth, words]) => eraWish(worth, words, era, context)));
}

const SIDES = [
  { name: 'turned to the left of the picture', columns: [0, 1], worth: 20, far: false },
  { name: 'seen from the front', columns: [2], worth: 20, far: false },
  { name: 'turned to the right of the picture', columns: [3, 4], worth: 20, far: false },
  { name: 'turned far to the left, near profile', columns: [0], worth: 7, far: true },
  { name: 'turned far to the right, near profile', columns: [4], worth: 7, far: true },
] as const;

function missingTurns(career: readonly CareerPhoto[], born: number): Wish[] {
  return inEachEra(career, born, (era) => {
    if (era.length < FEW_IN_ERA) return [];
    const count = (columns: readonly number[]): number =>
      era.filter((one) => columns.includes(yawColumn(one.face.pose.yaw))).length;
    return SIDES.flatMap(({ name, columns, worth, far }) => {
      const seen = count(columns);
      if (seen > (far ? 0 : 1)) return [];
      // who is not turned at all is not turned far either: said once
      if (far && count(columns[0] === 0 ? [0, 1] : [3, 4]) === 0) return [];
      const how = seen === 0 ? 'no photo shows' : 'only one photo shows';
      return [[worth / (1 + seen), `${how} the face ${name}`] as const];
    });
  });
}

function missingLight(career: readonly CareerPhoto[], born: number): Wish[] {
  return inEachEra(career, born, (era) => {
    if (era.length < FEW_IN_ERA) return [];
    const missing = LIGHT_SIDES.filter((_, column) => !era.some((one) => lightColumn(one.face.light) === column));
    return missing.length === 0 ? [] : [[8, `no photo has its light from ${missing.join(' or from ')}`] as const];
  });
}

const LIGHT_SIDES = ['the left', 'the front', 'the right'] as const;

/** Faceset crops have about 100 pixels between the eyes; half of that is soft. */
const SMALL_EYE_DISTANCE_PX = 50;

function missingPixels(career: readonly CareerPhoto[], born: number): Wish[] {
  const words = `at least half of the faces have fewer than ${SMALL_EYE_DISTANCE_PX} pixels between the eyes: larger scans or closer pictures would show more`;
  return inEachEra(career, born, (era) => {
    const sizes = era.map((one) => one.face.eyeDistancePx).toSorted((a, b) => a - b);
    return sizes[sizes.length >> 1] >= SMALL_EYE_DISTANCE_PX ? [] : [[15, words] as const];
  });
}

function missingExpressions(career: readonly CareerPhoto[]): Wish[] {
  if (career.length < FEW_PHOTOS || career.some((one) => one.face.expression.mouthOpen > 0.2)) return [];
  const words = 'On no photo is the mouth open: speaking or laughing faces would help with teeth and folds.';
  return [{ worth: 6, words, when: null }];
}
