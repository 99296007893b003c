import { describe, expect, it } from 'vitest';
import { gradientError } from '../../test/gradient-check.ts';
import { convolution } from './convolution.ts';
import { Tape } from './tape.ts';

const cases: readonly (readonly [kernel: number, stride: 1 | 2, groups: number, side: number, pad: number])[] = [
  [1, 1, 1, 4, 0],
  [1, 2, 1, 4, 0],
  [3, 1, 1, 5, 1],
  [3, 2, 1, 6, 1],
  [3, 2, 1, 5, 1],
  [3, 1, 1, 5, 0],
  [3, 1, 2, 4, 1],
  [3, 2, 2, 4, 1],
  [3, 1, 4, 4, 1],
  [4, 2, 1, 6, 1],
  [4, 1, 1, 5, 1],
];

describe('convolution', () => {
  it.each(cases)('kernel %i, stride %i, groups %i, side %i, pad %i', async (kernel, stride, groups, side, pad) => {
    expect(
      await gradientError({
        inputs: { x: [2, 4, side, side + stride], w: [4, 4 / groups, kernel, kernel], b: [4] },
        build: ({ x, w, b }) => convolution(x, w, b, { stride, groups, pad }),
      }),
    ).toBeLessThan(2e-3);
  });

  it('does without a bias', async () => {
    expect(
      await gradientError({
        inputs: { x: [1, 2, 4, 4], w: [3, 2, 3, 3] },
        build: ({ x, w }) => convolution(x, w, null),
      }),
    ).toBeLessThan(2e-3);
  });

  it('refuses weights that do not fit', () => {
    const tape = new Tape('refused');
    const x = tape.input('x', [1, 3, 4, 4]);
    expect(() => convolution(x, tape.input('w', [4, 4, 3, 3]), null)).toThrow('do not fit 3 channels');
  });
});
