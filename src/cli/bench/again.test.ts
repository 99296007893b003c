import { describe, expect, it } from 'vitest';
import type { LossLog } from './again.ts';
import { compareLogs, sayAgain } from './again.ts';

const shipped: LossLog = [
  { step: 1, loss: 0.3, gradientNorm: 2, critic: Number.NaN },
  { step: 2, loss: 0.29, gradientNorm: 4, critic: Number.NaN },
  { step: 3, loss: 0.28, gradientNorm: 4, critic: Number.NaN },
];

function made(changes: Partial<Record<'loss' | 'gradientNorm' | 'critic', number>>): LossLog {
  return [shipped[0], { ...shipped[1], ...changes } as LossLog[number]];
}

describe('the losses of a training that was made again', () => {
  it('are the same within a thousandth, of large numbers relatively', () => {
    expect(compareLogs(shipped, shipped, 2)).toEqual({
      steps: 2,
      largest: { loss: 0, gradientNorm: 0, critic: 0 },
      isSame: true,
    });
    const near = compareLogs(made({ loss: 0.2905, gradientNorm: 4.003 }), shipped, 3);
    expect(near).toMatchObject({ steps: 2, isSame: true });
    expect(near.largest.loss).toBeCloseTo(5e-4, 6);
    expect(near.largest.gradientNorm).toBeCloseTo(7.5e-4, 6);
  });

  it.each([{ loss: 0.292 }, { loss: Number.NaN }, { gradientNorm: 4.01 }, { critic: 0.1 }])(
    'are others with %o',
    (changes) => {
      const report = compareLogs(made(changes), shipped, 3);
      expect(report.isSame).toBe(false);
      expect(sayAgain(report)).toContain('another training');
    },
  );

  it('cannot be compared where no step is in both', () => {
    expect(() => compareLogs([{ step: 9, loss: 1 }], shipped, 9)).toThrow(
      expect.objectContaining({ code: 'bench/nothing-shipped' }),
    );
  });
});
