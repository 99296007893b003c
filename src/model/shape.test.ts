import { describe, expect, it } from 'vitest';
import { gradientError } from '../../test/gradient-check.ts';
import { concat, padReplicate, padZero, pixelShuffle, pixelUnshuffle, reshape, slice } from './shape.ts';
import { Tape } from './tape.ts';
import type { Traced } from './tape.ts';

const x: readonly number[] = [2, 4, 4, 2];
const operators: readonly (readonly [string, (x: Traced) => Traced])[] = [
  ['slice of channels', (v) => slice(v, 1, 1, 3)],
  ['slice of rows', (v) => slice(v, 2, 0, 3)],
  ['reshape', (v) => reshape(v, [2, 32])],
  ['pad with zeros', (v) => padZero(v, 2)],
  ['pad with the border', (v) => padReplicate(v, 1)],
  ['pad wide with the border', (v) => padReplicate(v, 3)],
  ['pad one pixel', (v) => padReplicate(slice(v, 2, 1, 2), 2)],
  ['pixel shuffle', (v) => pixelShuffle(v)],
  ['pixel unshuffle', (v) => pixelUnshuffle(v)],
];

describe('operators that move numbers', () => {
  it.each(operators)('%s', async (_, build) => {
    expect(await gradientError({ inputs: { x }, build: ({ x: value }) => build(value) })).toBeLessThan(2e-3);
  });

  it.each([1, 2])('concat along axis %i, data between', async (axis) => {
    expect(
      await gradientError({
        inputs: { a: x, b: x },
        data: { d: x },
        build: ({ a, b, d }) => concat([a, d, b], axis),
      }),
    ).toBeLessThan(2e-3);
  });

  it('refuses what does not fit', () => {
    const tape = new Tape('refused');
    const value = tape.input('x', [1, 3, 4, 5]);
    expect(() => slice(value, 1, 2, 4)).toThrow('[2, 4)');
    expect(() => pixelShuffle(value)).toThrow('3 channels');
    expect(() => pixelUnshuffle(value)).toThrow('4 x 5');
    expect(() => reshape(value, [7])).toThrow('cannot become');
    expect(() => concat([value, tape.input('y', [1, 3, 4, 4])])).toThrow('side by side');
  });
});
