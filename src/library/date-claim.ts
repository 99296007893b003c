// One statement about when a photo was taken: who says so, in which words, and how far it can be believed.

import type { IsoDay } from '../core/index.ts';
import { dayNumber } from '../core/index.ts';

/** `csv`: the dates file of the person at work. `archive`: the IPTC date that a picture archive gave. */
export type ClaimSource = 'csv' | 'archive' | 'file-name' | 'exif' | 'folder-name' | 'video-metadata';

export type ClaimPrecision = 'day' | 'month' | 'year' | 'age' | 'span' | 'decade';

/** Days, both ends included. */
export interface DaySpan {
  readonly from: IsoDay;
  readonly to: IsoDay;
}

export interface DateClaim {
  readonly source: ClaimSource;
  /** The words or tag as they stand, for people. */
  readonly said: string;
  readonly precision: ClaimPrecision;
  /** When it was taken; null where an age is claimed instead. */
  readonly days: DaySpan | null;
  /** Years lived; null where days are claimed. */
  readonly age: number | null;
  /** Why the claim must not be used without a person's word; null where nothing speaks against it. */
  readonly doubt: string | null;
}

export function daysOfMonth(year: number, month: number): DaySpan {
  return { from: iso(Date.UTC(year, month - 1, 1)), to: iso(Date.UTC(year, month, 0)) };
}

/** Whole years, both included. */
export function daysOfYears(first: number, last: number): DaySpan {
  return { from: `${first}-01-01`, to: `${last}-12-31` };
}

/** The day in the middle of a span. */
export function middleDay(days: DaySpan): IsoDay {
  const from = dayNumber(days.from) ?? Number.NaN;
  const to = dayNumber(days.to) ?? Number.NaN;
  return iso(Math.floor((from + to) / 2) * 86_400_000);
}

function iso(ms: number): IsoDay {
  return new Date(ms).toISOString().slice(0, 10);
}

/** `YYYY-MM-DD` of numbers, or null when that is no real day. */
export function realDay(year: number, month: number, day: number): IsoDay | null {
  const text = `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
  return dayNumber(text) === null ? null : text;
}

type Found = Pick<DateClaim, 'precision' | 'days' | 'age'>;

/** A date written by a person: `1984-03-14`, `1984-03`, `1984`, `1980s`, `1984-1989`; null when it is none of these. */
export function readWrittenDate(text: string): Found | null {
  const match = /^(\d{4})(?:(s)|\s*[-–/]\s*(\d{4})|-(\d{1,2})(?:-(\d{1,2}))?)?$/.exec(text.trim());
  if (!match) return null;
  const year = Number(match[1]);
  if (match[2]) return { precision: 'decade', days: daysOfYears(year, year + 9), age: null };
  if (match[3]) {
    const last = Number(match[3]);
    return last < year ? null : { precision: 'span', days: daysOfYears(year, last), age: null };
  }
  if (!match[4]) return { precision: 'year', days: daysOfYears(year, year), age: null };
  const month = Number(match[4]);
  if (month < 1 || month > 12) return null;
  if (!match[5]) return { precision: 'month', days: daysOfMonth(year, month), age: null };
  const day = realDay(year, month, Number(match[5]));
  return day ? { precision: 'day', days: { from: day, to: day }, age: null } : null;
}
