// What the name of a file or of the folders above it says about when a photo was taken. Only forms that people and
// archives really use; a camera's counter (IMG_1984.jpg) is not a year.

import type { ClaimSource, DateClaim } from './date-claim.ts';
import { daysOfMonth, daysOfYears, realDay } from './date-claim.ts';

type Found = Pick<DateClaim, 'precision' | 'days' | 'age'> & { readonly said: string };

const YEAR = String.raw`(?<!\d)(?<year>18[5-9]\d|19\d\d|20\d\d)`;
const MONTH_NAMES = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const MONTH_NAME = `(?<name>${MONTH_NAMES.join('|')})[a-z]*`;

const COUNTER =
  /^(?:img|image|dsc|dscf|dscn|dscp|pict|pic|p|mvi|vid|mov|gopr|_mg|dji|sam|hpim|cimg|photo|file|frame|untitled|sn|pxl|st)[-_ ]?\d{3,5}(?:[-_ ]?(?:\d{1,2}|\(\d+\)))?$/i;

/** Names that programs make at the moment of scanning, copying or receiving: the day is not that of the exposure. */
const MADE_LATER = /scan|escaneo|numeris|screen[-_ ]?shot|bildschirmfoto|whatsapp|signal-|telegram|capture d/i;

/** One form of name each; the first that matches is taken. */
const FORMS: readonly (readonly [RegExp, (groups: Record<string, string>) => Omit<Found, 'said'> | null])[] = [
  // 1984-03-14, 1984_03_14, 19840314, 19840314_101500, 20190314101500
  [
    new RegExp(
      String.raw`${YEAR}(?<sep>[-_. ]?)(?<month>0[1-9]|1[0-2])\k<sep>(?<day>0[1-9]|[12]\d|3[01])(?=\d{6}(?!\d)|(?!\d))`,
    ),
    ({ year, month, day }) => oneDay(Number(year), Number(month), Number(day)),
  ],
  // 14.03.1984: with dots it is day first everywhere
  [
    /(?<!\d)(?<day>0?[1-9]|[12]\d|3[01])\.(?<month>0?[1-9]|1[0-2])\.(?<year>(?:18|19|20)\d\d)(?!\d)/,
    ({ year, month, day }) => oneDay(Number(year), Number(month), Number(day)),
  ],
  // 14-03-1984 or 03-14-1984: where both orders are possible only the year is sure
  [
    /(?<!\d)(?<a>\d{1,2})(?<sep>[-_ ])(?<b>\d{1,2})\k<sep>(?<year>(?:18|19|20)\d\d)(?!\d)/,
    ({ a, b, year }) => eitherOrder(Number(a), Number(b), Number(year)),
  ],
  // 001A22 of the FG-NET ageing set: person 001 at 22
  [/^\d{3}A(?<age>\d{2})[a-z]?$/i, ({ age }) => anAge(Number(age))],
  [
    new RegExp(String.raw`${YEAR}\s?[-–_]\s?(?<last>18[5-9]\d|19\d\d|20\d\d)(?!\d)`),
    ({ year, last }) => (Number(last) < Number(year) ? null : span(Number(year), Number(last))),
  ],
  [/(?<!\d)(?<decade>(?:18|19|20)\d0)(?:'?s|er)(?![a-z])/i, ({ decade }) => aDecade(Number(decade))],
  // "the 80s"; 00s to 20s would be a guess between centuries, and between dates and ages
  [/(?<![\da-z])'?(?<decade>[3-9]0)'?s(?![a-z])/i, ({ decade }) => aDecade(1900 + Number(decade))],
  [
    new RegExp(String.raw`${YEAR}[-_. ](?<month>0[1-9]|1[0-2])(?!\d)`),
    ({ year, month }) => aMonth(Number(year), Number(month)),
  ],
  [/^(?<month>0?[1-9]|1[0-2])[-_.](?<year>(?:19|20)\d\d)$/, ({ year, month }) => aMonth(Number(year), Number(month))],
  [
    new RegExp(String.raw`(?<![a-z])${MONTH_NAME}[-_. ,]*${YEAR}(?!\d)`, 'i'),
    ({ year, name }) => aMonth(Number(year), monthNumber(name)),
  ],
  [
    new RegExp(String.raw`${YEAR}[-_. ,]*${MONTH_NAME}(?![a-z])`, 'i'),
    ({ year, name }) => aMonth(Number(year), monthNumber(name)),
  ],
  [/(?<![a-z])aged?[-_ ]{0,3}(?<age>\d{1,3})(?!\d)/i, ({ age }) => anAge(Number(age))],
  [/(?<!\d)(?<age>\d{1,3})[-_ ]?(?:yo|yrs?|years?)(?![a-z])/i, ({ age }) => anAge(Number(age))],
  // {age}_{n}, as MyTimeMachine and others lay their sets out
  [/^(?<age>\d{1,2}|1[01]\d)_\d+$/, ({ age }) => anAge(Number(age))],
  [new RegExp(String.raw`${YEAR}(?!\d|x\d|p(?:x|\b))`), ({ year }) => span(Number(year), Number(year))],
];

function oneDay(year: number, month: number, day: number): Omit<Found, 'said'> | null {
  const real = realDay(year, month, day);
  return real === null ? null : { precision: 'day', days: { from: real, to: real }, age: null };
}

function eitherOrder(a: number, b: number, year: number): Omit<Found, 'said'> | null {
  const dayFirst = oneDay(year, b, a);
  const monthFirst = oneDay(year, a, b);
  if (dayFirst && monthFirst && a !== b) return span(year, year);
  return dayFirst ?? monthFirst;
}

function aMonth(year: number, month: number): Omit<Found, 'said'> {
  return { precision: 'month', days: daysOfMonth(year, month), age: null };
}

function span(first: number, last: number): Omit<Found, 'said'> {
  return { precision: first === last ? 'year' : 'span', days: daysOfYears(first, last), age: null };
}

function aDecade(first: number): Omit<Found, 'said'> {
  return { precision: 'decade', days: daysOfYears(first, first + 9), age: null };
}

function anAge(age: number): Omit<Found, 'said'> | null {
  return age > 120 ? null : { precision: 'age', days: null, age };
}

function monthNumber(name: string): number {
  return MONTH_NAMES.indexOf(name.slice(0, 3).toLowerCase()) + 1;
}

function readName(name: string): Found | null {
  if (COUNTER.test(name)) return null;
  for (const [form, read] of FORMS) {
    const match = form.exec(name);
    const found = match?.groups && read(match.groups);
    if (found) return { ...found, said: match[0] };
  }
  return null;
}

function claim(source: ClaimSource, name: string): DateClaim | null {
  const found = readName(name.normalize('NFC').trim());
  if (!found) return null;
  const doubt = found.days && MADE_LATER.test(name) ? 'the name was made by scanning or messaging software' : null;
  return { source, said: name, precision: found.precision, days: found.days, age: found.age, doubt };
}

/**
 * The claims in a path: at most one of the file's own name and one of its folders, of which the nearest counts.
 *
 * @param segments - Folder names from the outermost that the person gave down to the file, which comes last.
 */
export function claimsFromPath(segments: readonly string[]): DateClaim[] {
  const claims: DateClaim[] = [];
  const fileName = segments.at(-1) ?? '';
  const stem = fileName.replace(/\.[A-Za-z0-9]{1,5}$/, '');
  const ofFile = claim('file-name', stem);
  if (ofFile) claims.push({ ...ofFile, said: fileName });
  for (const folder of segments.slice(0, -1).toReversed()) {
    const ofFolder = claim('folder-name', folder);
    if (!ofFolder) continue;
    claims.push(ofFolder);
    break;
  }
  return claims;
}
