// Time on a plate: a value and a rational rate, and the SMPTE timecode that editors read. No seconds as floats in files.

/** Exact; `den` > 0. Not necessarily in lowest terms. */
export interface Rational {
  readonly num: number;
  readonly den: number;
}

export function toNumber(value: Rational): number {
  return value.num / value.den;
}

/** `HH:MM:SS:FF`, or `HH:MM:SS;FF` where frame numbers are dropped. */
const TIMECODE = /^(\d{2}):([0-5]\d):([0-5]\d)([:;.])(\d{2,3})$/;

/** Frame numbers in a second of timecode: 24 for 23.976, 30 for 29.97. */
function nominalRate(rate: Rational): number {
  return Math.round(rate.num / rate.den);
}

/** Numbers skipped at each minute that is not a tenth: 2 at 29.97, 4 at 59.94. */
function droppedPerMinute(nominal: number): number {
  return Math.round(nominal / 15);
}

function twoDigits(value: number): string {
  return String(Math.floor(value)).padStart(2, '0');
}

interface TimecodeParts {
  /** Frames since midnight, dropped numbers not counted. */
  readonly counted: number;
  readonly drop: number;
  readonly nominal: number;
}

function readTimecode(text: string, rate: Rational, dropOf: string): TimecodeParts | null {
  const match = TIMECODE.exec(text);
  const mode = TIMECODE.exec(dropOf);
  if (!match || !mode) return null;
  const nominal = nominalRate(rate);
  const drop = mode[4] === ':' ? 0 : droppedPerMinute(nominal);
  const [hours, minutes, seconds, frames] = [match[1], match[2], match[3], match[5]].map(Number);
  const totalMinutes = hours * 60 + minutes;
  const numbered = (totalMinutes * 60 + seconds) * nominal + frames;
  return { counted: numbered - drop * (totalMinutes - Math.floor(totalMinutes / 10)), drop, nominal };
}

function framesPerDay({ drop, nominal }: TimecodeParts): number {
  return 24 * 60 * 60 * nominal - drop * (24 * 60 - 24 * 6);
}

/**
 * The timecode of a later frame.
 *
 * @param start - Timecode of frame 0, `01:00:00:00`; a `;` before the frames means drop-frame.
 * @param rate - Frames per second, 24000/1001 for 23.976.
 * @param frameIndex - Counts from 0.
 * @returns null where `start` is no timecode.
 * @see SMPTE ST 12-1
 */
export function timecodeAt(start: string, rate: Rational, frameIndex: number): string | null {
  const parts = readTimecode(start, rate, start);
  if (!parts) return null;
  const { counted, drop, nominal } = parts;
  const perDay = framesPerDay(parts);
  let number = (((counted + frameIndex) % perDay) + perDay) % perDay;
  if (drop > 0) {
    const perTenMinutes = 600 * nominal - 9 * drop;
    const rest = number % perTenMinutes;
    const skippedMinutes = rest < 60 * nominal ? 0 : Math.floor((rest - 60 * nominal) / (60 * nominal - drop)) + 1;
    number += drop * (9 * Math.floor(number / perTenMinutes) + skippedMinutes);
  }
  const minuteOfDay = number / (60 * nominal);
  const clock = [minuteOfDay / 60, minuteOfDay % 60, (number / nominal) % 60].map(twoDigits).join(':');
  return `${clock}${drop > 0 ? ';' : ':'}${twoDigits(number % nominal)}`;
}

/**
 * The frame that carries a timecode: the inverse of `timecodeAt`. Whether numbers are dropped is said by `start` alone.
 *
 * @returns Counts from 0 at `start`; negative for an earlier frame of the same day half. null where either is no timecode,
 *   or the number is one that is skipped or does not exist at this rate.
 */
export function frameIndexAt(start: string, rate: Rational, timecode: string): number | null {
  const first = readTimecode(start, rate, start);
  const wanted = readTimecode(timecode, rate, start);
  if (!first || !wanted) return null;
  const perDay = framesPerDay(first);
  const ahead = (wanted.counted - first.counted + perDay) % perDay;
  const index = ahead > perDay / 2 ? ahead - perDay : ahead;
  const written = timecode.replace(/[;.]/g, ':');
  return timecodeAt(start, rate, index)?.replace(/[;.]/g, ':') === written ? index : null;
}
