// The age contract: ages are years lived or looked, floats, never 0..1; dates are ISO days; the target age over a shot
// is a curve of keyframes.

/** Ages the product works with. Below 18 nothing is rendered; above 100 nothing was learned. */
export const MIN_TARGET_AGE = 18;
export const MAX_TARGET_AGE = 100;

/** An ISO day, `YYYY-MM-DD`. */
export type IsoDay = string;

const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;

/** Days since 1970-01-01, or null when the text is no real day (2023-02-30 is none). */
export function dayNumber(day: IsoDay): number | null {
  const match = DAY.exec(day);
  if (!match) return null;
  const ms = Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3]));
  return new Date(ms).toISOString().slice(0, 10) === day ? ms / 86_400_000 : null;
}

/**
 * Years lived on a day: the birthdays passed, and the part of the year since the last one. Exactly whole on a birthday,
 * so that nobody is 17.999 on the day they come of age; somebody born on 29 February has it on 1 March in other years.
 *
 * @returns Negative before the birth.
 * @throws {RangeError} when either is no real day.
 */
export function ageOn(born: IsoDay, day: IsoDay): number {
  const from = dayNumber(born);
  const to = dayNumber(day);
  if (from === null || to === null) throw new RangeError(`not a day: ${from === null ? born : day}`);
  const bornYear = Number(born.slice(0, 4));
  const birthday = (age: number): number =>
    Date.UTC(bornYear + age, Number(born.slice(5, 7)) - 1, Number(born.slice(8, 10))) / 86_400_000;
  const ageThatYear = Number(day.slice(0, 4)) - bornYear;
  const years = to < birthday(ageThatYear) ? ageThatYear - 1 : ageThatYear;
  return years + (to - birthday(years)) / (birthday(years + 1) - birthday(years));
}

/** A value at a frame; between keyframes the value is linear, outside it is held. */
export interface Keyframe {
  /** 0-based, of the shot. */
  readonly frameIndex: number;
  readonly value: number;
}

export type Curve = readonly Keyframe[];

/** @param curve - Sorted by frame, not empty. */
export function valueAt(curve: Curve, frameIndex: number): number {
  if (curve.length === 0) throw new RangeError('a curve needs at least one keyframe');
  let before = curve[0];
  for (const next of curve) {
    if (next.frameIndex > frameIndex) {
      if (next.frameIndex === before.frameIndex || frameIndex <= before.frameIndex) return before.value;
      const t = (frameIndex - before.frameIndex) / (next.frameIndex - before.frameIndex);
      return before.value + (next.value - before.value) * t;
    }
    before = next;
  }
  return before.value;
}
