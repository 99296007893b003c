import { describe, expect, it } from 'vitest';
import { gradientError } from '../../test/gradient-check.ts';
import { openNetwork } from '../adapters/node/onnx.ts';
import { convolution } from './convolution.ts';
import { subtract } from './pointwise.ts';
import { averagePool, blurPool, upsampleBilinear, upsampleNearest } from './resampling.ts';
import { padReplicate } from './shape.ts';
import { Tape } from './tape.ts';
import type { Traced } from './tape.ts';

const operators: readonly (readonly [string, (x: Traced) => Traced])[] = [
  ['average pool', (x) => averagePool(x)],
  ['blur-pool', (x) => blurPool(x)],
  ['nearest', (x) => upsampleNearest(x)],
  ['nearest by 3', (x) => upsampleNearest(x, 3)],
  ['bilinear', (x) => upsampleBilinear(x, 2)],
  ['bilinear by 4', (x) => upsampleBilinear(x, 4)],
];

describe('resampling', () => {
  it.each(operators)('%s', async (_, build) => {
    expect(await gradientError({ inputs: { x: [2, 2, 4, 6] }, build: ({ x }) => build(x) })).toBeLessThan(2e-3);
  });

  it('blurs as a binomial kernel over a repeated border does', async () => {
    const tape = new Tape('blur');
    const x = tape.input('x', [1, 2, 6, 8]);
    const kernel = [1, 2, 1, 2, 4, 2, 1, 2, 1].map((k) => k / 16);
    const weight = tape.constant(Float32Array.from([...kernel, ...kernel]), [2, 1, 3, 3]);
    const slow = convolution(padReplicate(x, 1), weight, null, { stride: 2, pad: 0, groups: 2 });
    tape.output('difference', subtract(blurPool(x), slow));
    const network = await openNetwork(tape.graph.write());
    const data = Float32Array.from({ length: 96 }, (_, k) => Math.sin(k * 12.3));
    const { difference } = await network.run({ x: { data, shape: [1, 2, 6, 8] } });
    await network.close();
    expect(difference.shape).toEqual([1, 2, 3, 4]);
    expect(Math.max(...difference.data.map(Math.abs))).toBeLessThan(1e-6);
  });

  it('refuses sides that do not fit', () => {
    const x = new Tape('refused').input('x', [1, 1, 5, 4]);
    expect(() => averagePool(x)).toThrow('5 x 4');
    expect(() => blurPool(x)).toThrow('5 x 4');
  });
});
