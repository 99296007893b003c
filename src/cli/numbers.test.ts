import { expect, it } from 'vitest';
import { countingNumber, positiveNumber, wholeNumber } from './numbers.ts';

it.each([
  [positiveNumber, ['0.5', '2e-4', ' 3 '], ['', ' ', '0', '-1', 'NaN', 'ten', 'Infinity']],
  [wholeNumber, ['0', '7'], ['', ' ', '-1', '0.5', 'NaN', '1e300']],
  [countingNumber, ['1', '7'], ['', '0', '-1', '1.5', 'abc']],
] as const)('%o reads what it says, and nothing else', (read, good, bad) => {
  for (const text of good) expect(read(text)).toBe(Number(text));
  for (const text of bad) expect(() => read(text)).toThrow('give a');
});
