import { describe, expect, it } from 'vitest';
import { gradientError } from '../../test/gradient-check.ts';
import {
  abs,
  add,
  clamp,
  exp,
  leakyRelu,
  least,
  multiply,
  offset,
  scale,
  sigmoid,
  silu,
  subtract,
  tanh,
} from './pointwise.ts';
import type { SeededRandom } from './random.ts';
import { Tape } from './tape.ts';
import type { Traced } from './tape.ts';

/** Away from 0, where leaky ReLU and |x| have their kink. */
function clearOfZero(random: SeededRandom): number {
  return random.between(0.1, 1) * (random.uniform() < 0.5 ? -1 : 1);
}

/** -0.9, -0.7 ... 0.9, clear of +-0.6. */
function tenths(random: SeededRandom): number {
  return -0.9 + 0.2 * random.integer(10);
}

const smooth: readonly (readonly [string, (x: Traced) => Traced])[] = [
  ['scale', (x) => scale(x, -1.5)],
  ['offset', (x) => offset(x, 0.25)],
  ['silu', silu],
  ['sigmoid', sigmoid],
  ['tanh', tanh],
  ['exp', exp],
  ['leaky ReLU', (x) => leakyRelu(x, 0.1)],
  ['abs', abs],
];

describe('operators on one value', () => {
  it.each(smooth)('%s', async (_, build) => {
    expect(
      await gradientError({ inputs: { x: [2, 3, 2, 2] }, build: ({ x }) => build(x), draw: clearOfZero }),
    ).toBeLessThan(2e-3);
  });

  it('clamp gives no gradient where it holds', async () => {
    expect(
      await gradientError({ inputs: { x: [40] }, build: ({ x }) => clamp(x, -0.6, 0.6), draw: tenths }),
    ).toBeLessThan(2e-3);
  });
});

/** 0.3 apart, so that none overtakes another while it is moved. */
function apart(random: SeededRandom, name: string): number {
  return random.integer(4) + 0.3 * 'abc'.indexOf(name);
}

describe('the least of several', () => {
  it('gives the gradient to the one it took', async () => {
    const shape = [2, 3, 2, 2];
    expect(
      await gradientError({
        inputs: { a: shape, b: shape, c: shape },
        build: ({ a, b, c }) => least([a, b, c]),
        draw: apart,
      }),
    ).toBeLessThan(2e-3);
  });
});

const pairs: readonly (readonly [string, (a: Traced, b: Traced) => Traced])[] = [
  ['add', add],
  ['subtract', subtract],
  ['multiply', multiply],
];
const spread: readonly (readonly number[])[] = [[2, 3, 2, 4], [1, 3, 1, 1], [2, 1, 2, 4], [], [3, 1, 1]];

describe.each(pairs)('%s', (_, build) => {
  it.each(spread)('spreads its second', async (...shape) => {
    expect(
      await gradientError({ inputs: { a: [2, 3, 2, 4], b: shape }, build: ({ a, b }) => build(a, b) }),
    ).toBeLessThan(2e-3);
  });

  it('spreads its first', async () => {
    expect(
      await gradientError({ inputs: { a: [1, 3, 1, 1], b: [2, 3, 2, 4] }, build: ({ a, b }) => build(a, b) }),
    ).toBeLessThan(2e-3);
  });

  it('takes the same value twice', async () => {
    expect(await gradientError({ inputs: { a: [2, 3] }, build: ({ a }) => build(scale(a, 2), a) })).toBeLessThan(2e-3);
  });
});

it('refuses shapes that do not go together', () => {
  const tape = new Tape('refused');
  expect(() => add(tape.input('a', [2, 3]), tape.input('b', [2, 4]))).toThrow('[2,3] and [2,4]');
});
