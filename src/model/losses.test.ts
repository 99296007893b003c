import { describe, expect, it } from 'vitest';
import { gradientError } from '../../test/gradient-check.ts';
import {
  absoluteLoss,
  charbonnierLoss,
  combine,
  criticLoss,
  differences,
  hingeLoss,
  makerLoss,
  mean,
  pyramidLoss,
  squaredLoss,
} from './losses.ts';
import type { SeededRandom } from './random.ts';
import { Tape, detach } from './tape.ts';

const shape: readonly number[] = [2, 3, 4, 4];
const mask: readonly number[] = [2, 1, 4, 4];

function clearOfKinks(random: SeededRandom): number {
  return random.between(0.1, 0.9) * (random.uniform() < 0.5 ? -1 : 1);
}

/** -1.85, -1.55 ... 1.75 */
function clearOfOne(random: SeededRandom): number {
  return -1.85 + 0.3 * random.integer(13);
}

describe('losses', () => {
  it.each([
    ['absolute', absoluteLoss],
    [
      'Charbonnier',
      (e: Parameters<typeof charbonnierLoss>[0], m: Parameters<typeof charbonnierLoss>[1]) =>
        charbonnierLoss(e, m, 0.3),
    ],
    ['squared', squaredLoss],
  ] as const)('%s, masked and not', async (_, loss) => {
    const draw = clearOfKinks;
    expect(
      await gradientError({ inputs: { e: shape }, data: { m: mask }, build: ({ e, m }) => loss(e, m), draw }),
    ).toBeLessThan(2e-3);
    expect(await gradientError({ inputs: { e: shape }, build: ({ e }) => loss(e, null), draw })).toBeLessThan(2e-3);
  });

  it('mean', async () => {
    expect(await gradientError({ inputs: { x: shape }, build: ({ x }) => mean(x) })).toBeLessThan(2e-3);
  });

  it.each([1, -1] as const)('hinge, sign %i', async (sign) => {
    expect(
      await gradientError({ inputs: { x: [40] }, build: ({ x }) => hingeLoss(x, sign), draw: clearOfOne }),
    ).toBeLessThan(2e-3);
  });

  it('critic and maker', async () => {
    expect(
      await gradientError({ inputs: { real: shape, made: shape }, build: ({ real, made }) => criticLoss(real, made) }),
    ).toBeLessThan(2e-3);
    expect(await gradientError({ inputs: { made: shape }, build: ({ made }) => makerLoss(made) })).toBeLessThan(2e-3);
  });

  it.each([2, 3] as const)('differences along axis %i', async (axis) => {
    expect(await gradientError({ inputs: { x: shape }, build: ({ x }) => differences(x, axis) })).toBeLessThan(2e-3);
  });

  it('pyramid, which adds losses up', async () => {
    expect(
      await gradientError({
        // few numbers, so that each moves the mean by more than float32 rounds it
        inputs: { e: [1, 1, 8, 8] },
        data: { m: [1, 1, 8, 8] },
        build: ({ e, m }) => pyramidLoss(e, m, 3),
        draw: (random, name) => (name === 'm' ? random.between(0.2, 1) : random.between(-1, 1)),
        move: 0.002,
      }),
    ).toBeLessThan(5e-3);
  });

  it('a factor of 0.5 halves the gradient; detached values get none', async () => {
    expect(
      await gradientError({
        inputs: { x: shape },
        build: ({ x }) =>
          combine([
            [0.5, mean(x)],
            [2, squaredLoss(x)],
          ]),
      }),
    ).toBeLessThan(2e-3);
    const tape = new Tape('detached');
    const x = tape.leaf(tape.graph.input('x', shape), shape);
    expect(tape.gradients(mean(detach(x)), [x])).toEqual([null]);
  });
});
