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
  const ranked = wishes.toSorted((a, b) => b.worth - a.worth).slice(0, MAX_ADVICE);
  return { rows, advice: ranked.map((wish) => wish.words) };
}

/** More would not be read. */
const MAX_ADVICE = 8;

interface Wish {
  /** Larger comes first. */
  readonly worth: number;
  readonly words: string;
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
  const wishes: Wish[] = [];
  const count = career.length;
  if (count < FEW_PHOTOS)
    wishes.push({
      worth: 100,
      words: `Only ${count} photos are in use; ${FEW_PHOTOS} is the least to learn from, ${GOOD_PHOTOS} is good.`,
    });
  else if (count < GOOD_PHOTOS) wishes.push({ worth: 1, words: `${count} photos are in use; ${GOOD_PHOTOS} is good.` });
  for (let i = 1; i < count; i++) {
    const [from, to] = [career[i - 1].ageAtPhoto, career[i].ageAtPhoto];
    if (to - from < WIDE_GAP_YEARS) continue;
    wishes.push({
      worth: 10 * (to - from),
      words: `There is no photo for ${Math.round(to - from)} years: wanted at ${agesAndYears(from, to, born)}.`,
    });
  }
  return wishes;
}

const FEW_IN_ROW = 3;

function thinRows(rows: readonly CoverageRow[], born: number): Wish[] {
  return rows.flatMap(({ fromAge, toAge, photos }) => {
    if (photos === 0 || photos >= FEW_IN_ROW) return [];
    const words = `Only ${photos === 1 ? 'one photo' : `${photos} photos`} at ${agesAndYears(fromAge, toAge - 1, born)}.`;
    return [{ worth: 9 - photos, words }];
  });
}

/** The career in stretches of about equal length, each with enough photos that a missing kind means something. */
function eras(career: readonly CareerPhoto[]): CareerPhoto[][] {
  const from = career[0].ageAtPhoto;
  const span = career[career.length - 1].ageAtPhoto - from;
  const count = Math.max(1, Math.min(4, Math.round(span / 15)));
  const parts: CareerPhoto[][] = Array.from({ length: count }, () => []);
  for (const one of career)
    parts[Math.min(count - 1, Math.floor(((one.ageAtPhoto - from) / (span || 1)) * count))].push(one);
  return parts.filter((part) => part.length > 0);
}

function eraWords(era: readonly CareerPhoto[], born: number): string {
  return agesAndYears(era[0].ageAtPhoto, era[era.length - 1].ageAtPhoto, born);
}

function missingTurns(career: readonly CareerPhoto[], born: number): Wish[] {
  const sides = [
    { words: 'turned to the left of the picture', columns: [0, 1], worth: 20 },
    { words: 'seen from the front', columns: [2], worth: 20 },
    { words: 'turned to the right of the picture', columns: [3, 4], worth: 20 },
    { words: 'turned far to the left, near profile', columns: [0], worth: 7 },
    { words: 'turned far to the right, near profile', columns: [4], worth: 7 },
  ];
  return eras(career).flatMap((era) =>
    sides.flatMap(({ words, columns, worth }) => {
      const seen = era.filter((one) => columns.includes(yawColumn(one.face.pose.yaw))).length;
      if (seen > (columns.length === 1 && columns[0] !== 2 ? 0 : 1)) return [];
      const how = seen === 0 ? 'no photo shows' : 'only one photo shows';
      return [{ worth: worth / (1 + seen), words: `At ${eraWords(era, born)} ${how} the face ${words}.` }];
    }),
  );
}

function missingLight(career: readonly CareerPhoto[], born: number): Wish[] {
  return eras(career).flatMap((era) =>
    [0, 1, 2].flatMap((column) => {
      if (era.length < 4 || era.some((one) => lightColumn(one.face.light) === column)) return [];
      return [{ worth: 8, words: `At ${eraWords(era, born)} no photo has its light ${LIGHT_NAMES[column]}.` }];
    }),
  );
}

/** Faceset crops have about 100 pixels between the eyes; half of that is soft. */
const SMALL_EYE_DISTANCE_PX = 50;

function missingPixels(career: readonly CareerPhoto[], born: number): Wish[] {
  return eras(career).flatMap((era) => {
    const sizes = era.map((one) => one.face.eyeDistancePx).toSorted((a, b) => a - b);
    const median = sizes[sizes.length >> 1];
    if (median >= SMALL_EYE_DISTANCE_PX) return [];
    const words = `At ${eraWords(era, born)} the faces are small (half of them under ${Math.round(median)} pixels between the eyes): larger scans or closer pictures would show more.`;
    return [{ worth: 15, words }];
  });
}

function missingExpressions(career: readonly CareerPhoto[]): Wish[] {
  if (career.length < FEW_PHOTOS || career.some((one) => one.face.expression.mouthOpen > 0.2)) return [];
  return [
    { worth: 6, words: 'On no photo is the mouth open: speaking or laughing faces would help with teeth and folds.' },
  ];
}
