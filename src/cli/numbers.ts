// Numbers as options give them: read by commander, refused with what was expected.

import { InvalidArgumentError } from 'commander';

/** Above 0. */
export function positiveNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value > 0 && value < Infinity)) throw new InvalidArgumentError('give a number above 0');
  return value;
}

/** 0, 1, 2 … */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isSafeInteger(value) || value < 0)
    throw new InvalidArgumentError('give a whole number, 0 or more');
  return value;
}

/** 1, 2, 3 … */
export function countingNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('give a whole number of at least 1');
  return value;
}
