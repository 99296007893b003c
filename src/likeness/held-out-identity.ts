// Whether a likeness is nearer to the performer than the prior, on photos that it has not seen: one held-out photo is re-aged
// to the age of another, and the identity descriptors of the two are compared. Descriptors forgive other light and another
// pose, which no difference of pictures does; see docs/decisions/0006.

import type { CareerCrop } from './career-crops.ts';

/** A photo that is re-aged, and one that shows the performer at the age that it is re-aged to. */
export interface IdentityPair {
  readonly subject: CareerCrop;
  readonly other: CareerCrop;
}

/** Share of the distance to the other photo that is gone, mean over pairs: 0 for leaving the photo as it is. */
export interface IdentityMarks {
  readonly prior: number;
  readonly likeness: number;
  readonly pairs: number;
}

/** Years between the two; nearer ones hardly differ. */
const OTHER_AGE_YEARS = 10;
const MOST_PAIRS = 24;
/** Of fewer nothing can be said. */
export const FEWEST_PAIRS = 6;

/**
 * Pairs of held-out photos of two occasions, spread over both ages.
 *
 * @param ages - Years that may be shown, both ends included.
 * @returns 24 at most; none where too little was held out.
 */
export function identityPairs(photos: readonly CareerCrop[], ages: readonly [number, number]): IdentityPair[] {
  const held = photos.filter(({ isHeldOut }) => isHeldOut).toSorted((a, b) => a.age - b.age);
  const pairs = held.flatMap((subject) =>
    held.filter((other) => isTold(subject, other, ages)).map((other) => ({ subject, other })),
  );
  if (pairs.length < FEWEST_PAIRS) return [];
  const count = Math.min(MOST_PAIRS, pairs.length);
  return Array.from({ length: count }, (_, k) => pairs[Math.floor(((k + 0.5) * pairs.length) / count)]);
}

function isTold(subject: CareerCrop, other: CareerCrop, [youngest, oldest]: readonly [number, number]): boolean {
  const isApart = Math.abs(subject.age - other.age) >= OTHER_AGE_YEARS && subject.event !== other.event;
  return isApart && other.age >= youngest && other.age <= oldest;
}

/** What says which of the two is better; see `LikenessRecord`. */
export interface Judged {
  readonly identity: IdentityMarks | null;
  readonly network: { readonly step: number } | null;
}

/**
 * Whether renders are to take the prior, as long as nobody asks for the likeness. Where too few photos are held out to
 * judge by identity, it is behind where nothing that it learned was better on those that are.
 */
export function isBehindPrior({ identity, network }: Judged): boolean {
  return identity === null ? network?.step === 0 : identity.likeness <= identity.prior;
}
