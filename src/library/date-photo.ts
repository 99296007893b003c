// Weighs everything that is said about when a photo was taken and settles on the performer's age in it, or on none. Never
// silent: what was not believed and what contradicts is handed on as sentences.

import type { IsoDay } from '../core/index.ts';
import { ageOn } from '../core/index.ts';
import type { ClaimPrecision, ClaimSource, DateClaim } from './date-claim.ts';
import { middleDay } from './date-claim.ts';

export interface AgeVerdict {
  /** Years lived when the photo was taken; null where no claim may be used. */
  readonly ageAtPhoto: number | null;
  /** The day, exact or the middle of what is claimed; null where an age was claimed or nothing may be used. */
  readonly takenOn: IsoDay | null;
  /** Half the width of what the claim leaves open, years. */
  readonly plusMinusYears: number;
  readonly precision: ClaimPrecision | null;
  readonly source: ClaimSource | null;
  /** The words that were believed. */
  readonly said: string | null;
  /** Claims that were not used, each with the reason, as sentences. */
  readonly flagged: readonly string[];
  /** Claims that cannot be true together with the one believed, as sentences. */
  readonly contradictions: readonly string[];
}

interface Weighed {
  readonly claim: DateClaim;
  /** Ages that the claim leaves open, years. */
  readonly low: number;
  readonly high: number;
  /** Why it must not be used, or null. */
  readonly doubt: string | null;
  /** After today: used when nothing else is said, since a production may tell of the future, but never silently. */
  readonly isFuture: boolean;
}

/** Time zones and midnight; anything wider is a contradiction. */
const TOLERANCE_YEARS = 3 / 365;
const OLDEST_PERFORMER = 110;

const PRECISION_ORDER: readonly ClaimPrecision[] = ['day', 'month', 'year', 'age', 'span', 'decade'];
const SOURCE_ORDER: readonly ClaimSource[] = ['csv', 'archive', 'file-name', 'exif', 'folder-name', 'video-metadata'];

/**
 * The rules: a dates file comes first. Of the other claims that nothing speaks against, the one that makes the performer
 * youngest rules, since dates err by being too late (copies, scans); whatever says older is flagged. Among the claims
 * that agree with it the most precise is taken.
 *
 * @param today - A later day is used only when nothing else is said, and flagged.
 */
export function judgeAge(claims: readonly DateClaim[], born: IsoDay, today: IsoDay): AgeVerdict {
  const weighed = claims.map((claim) => weigh(claim, born, today));
  const usable = weighed.filter((one) => !one.doubt);
  const ruling = usable.find((one) => one.claim.source === 'csv') ?? usable.toSorted((a, b) => a.high - b.high)[0];
  const flagged = weighed.filter((one) => one.doubt).map((one) => `${sayClaim(one)}: ${one.doubt}`);
  if (!ruling) return { ...NOTHING, flagged, contradictions: mutual(weighed) };
  const agreeing = usable.filter((one) => overlaps(one, ruling));
  const taken = agreeing.toSorted(
    (a, b) =>
      PRECISION_ORDER.indexOf(a.claim.precision) - PRECISION_ORDER.indexOf(b.claim.precision) ||
      SOURCE_ORDER.indexOf(a.claim.source) - SOURCE_ORDER.indexOf(b.claim.source),
  )[0];
  for (const one of usable) {
    if (overlaps(one, ruling)) continue;
    const how = one.low > ruling.high ? 'older' : 'younger';
    flagged.push(`${sayClaim(one)}: makes the performer ${how} than ${sayClaim(ruling)} says; not used`);
  }
  const against = weighed.filter((one) => !overlaps(one, taken));
  if (taken.isFuture) flagged.push(`${sayClaim(taken)}: that is after today; used, since nothing else is said`);
  const { claim } = taken;
  return {
    ageAtPhoto: round(claim.days ? ageOn(born, middleDay(claim.days)) : (claim.age ?? 0)),
    takenOn: claim.days && middleDay(claim.days),
    plusMinusYears: round(claim.days ? (taken.high - taken.low) / 2 : 0.5),
    precision: claim.precision,
    source: claim.source,
    said: claim.said,
    flagged,
    contradictions: against.map((one) => `${sayClaim(one)}, but ${sayClaim(taken)}`),
  };
}

const NOTHING = {
  ageAtPhoto: null,
  takenOn: null,
  plusMinusYears: 0,
  precision: null,
  source: null,
  said: null,
} as const;

function weigh(claim: DateClaim, born: IsoDay, today: IsoDay): Weighed {
  const { days, age, doubt } = claim;
  // "at 35" is said by counting birthdays or by subtracting years: it leaves open from 34 to 36
  const low = days ? ageOn(born, days.from) : (age ?? 0) - 1;
  const high = days ? ageOn(born, days.to) : (age ?? 0) + 1;
  const impossible =
    high < 0
      ? 'before the performer was born'
      : low > OLDEST_PERFORMER
        ? `would make the performer older than ${OLDEST_PERFORMER}`
        : null;
  return { claim, low, high, doubt: impossible ?? doubt, isFuture: days !== null && days.from > today };
}

function overlaps(a: Weighed, b: Weighed): boolean {
  return a.low <= b.high + TOLERANCE_YEARS && b.low <= a.high + TOLERANCE_YEARS;
}

function mutual(weighed: readonly Weighed[]): string[] {
  const [first, ...others] = weighed;
  return others.filter((one) => !overlaps(one, first)).map((one) => `${sayClaim(one)}, but ${sayClaim(first)}`);
}

const WHO: Record<ClaimSource, string> = {
  csv: 'the dates file says',
  archive: 'the archive says',
  'file-name': 'the file is named',
  exif: 'the file says',
  'folder-name': 'the folder is named',
  'video-metadata': 'the video says',
};

function sayClaim({ claim }: Weighed): string {
  return `${WHO[claim.source]} "${claim.said}"`;
}

function round(years: number): number {
  return Math.round(years * 1000) / 1000;
}
