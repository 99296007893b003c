// How old the performer is on the plate: fixed for the clip, from the birth date and the day of the shooting, never guessed
// from the picture. A file's own date is used only where nothing better is known, and the report says so.

import type { IsoDay } from '../core/index.ts';
import { ageOn, CodedError, dayNumber } from '../core/index.ts';

export interface ShootingDay {
  readonly day: IsoDay;
  /** Who says so. */
  readonly from: 'shot-on' | 'creation-time' | 'exif';
}

/** What a file says about its day, and whether a camera is likely to have written it. */
export interface FileDate {
  readonly day: IsoDay;
  readonly from: 'creation-time' | 'exif';
}

/**
 * @param shotOn - The day given by a person; goes before everything.
 * @throws {CodedError} `finals/bad-day`, `finals/shot-on-needed`
 */
export function shootingDay(shotOn: string | undefined, file: FileDate | null, clip: string): ShootingDay {
  if (shotOn !== undefined) {
    if (dayNumber(shotOn) === null) {
      throw new CodedError('finals/bad-day', `"${shotOn}" is no day`, { hint: 'Write --shot-on YYYY-MM-DD.' });
    }
    return { day: shotOn, from: 'shot-on' };
  }
  if (file) return file;
  throw new CodedError('finals/shot-on-needed', `nothing says on which day ${clip} was shot`, {
    hint: 'Give --shot-on YYYY-MM-DD: with the birth date it makes the age on the plate.',
  });
}

/** The day in a container's `creation_time`; null where there is none or it is the epoch that idle clocks write. */
export function creationDay(metadata: Readonly<Record<string, string>>): FileDate | null {
  const entry = Object.entries(metadata).find(([name]) => name.toLowerCase() === 'creation_time');
  const day = entry?.[1].slice(0, 10) ?? '';
  const number = dayNumber(day);
  // QuickTime counts from 1904, Unix from 1970: a clock that was never set writes one of the two
  if (number === null || number <= 0) return null;
  return { day, from: 'creation-time' };
}

export interface SourceAge {
  /** Years, to a hundredth. */
  readonly years: number;
  /** One sentence for the report. */
  readonly because: string;
  /** What a person should know before believing it; null where the day was given. */
  readonly note: string | null;
}

const SAYS: Record<ShootingDay['from'], string> = {
  'shot-on': '--shot-on',
  'creation-time': "the file's creation_time",
  exif: "the picture's EXIF date",
};

/**
 * @throws {CodedError} `finals/shot-before-birth`
 */
export function sourceAgeOn(performer: string, born: IsoDay, shot: ShootingDay): SourceAge {
  const years = Math.round(ageOn(born, shot.day) * 100) / 100;
  if (years < 0) {
    throw new CodedError(
      'finals/shot-before-birth',
      `${performer} was born on ${born}, after the shooting on ${shot.day}`,
      {
        hint: 'Correct the birth date in the library, or give the right --shot-on.',
      },
    );
  }
  const because = `born ${born}, shot ${shot.day} by ${SAYS[shot.from]}`;
  const note =
    shot.from === 'shot-on'
      ? null
      : `The shooting day ${shot.day} is ${SAYS[shot.from]}, which a copy or a scan can change: ` +
        `${performer} is taken to be ${years.toFixed(1)} on the plate. Give --shot-on YYYY-MM-DD to say it yourself.`;
  return { years, because, note };
}

/** The age that a person gave with --from-age. */
export function statedSourceAge(years: number): SourceAge {
  if (!(years > 0 && years <= 120)) {
    throw new CodedError('finals/age-out-of-range', `nobody on a plate is ${years} years old`, {
      hint: 'Give --from-age in years, for example --from-age 60.',
    });
  }
  return { years, because: 'given with --from-age', note: null };
}
