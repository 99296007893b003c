// What these losses forgive and what they do not, and their derivatives.
import { describe, expect, it } from 'vitest';
import { gradientError } from '../../test/gradient-check.ts';
import { openNetwork } from '../adapters/node/onnx.ts';
import { coarseLoss, energyLoss, finestBand, lumaOf, ofFineBands, shiftedLoss } from './forgiving.ts';
import { absoluteLoss } from './losses.ts';
import { subtract } from './pointwise.ts';
import type { SeededRandom } from './random.ts';
import { Tape } from './tape.ts';
import type { Traced } from './tape.ts';

const SIZE = 32;
const SHAPE = [1, 1, SIZE, SIZE];

/** Fine lines, as on skin, moved to the right by `shift`, and drawn `strength` times as strong. */
function lines(shift: number, strength = 1): Float32Array {
  return Float32Array.from({ length: SIZE * SIZE }, (_, i) => {
    const [x, y] = [(i % SIZE) - shift, Math.floor(i / SIZE)];
    return 0.5 + strength * 0.1 * Math.sin(1.7 * x + 0.4 * y) * Math.cos(0.3 * x);
  });
}

type Loss = (made: Traced, wanted: Traced, mask: Traced) => Traced;

async function lossOf(loss: Loss, made: Float32Array, wanted: Float32Array): Promise<number> {
  const tape = new Tape('loss');
  const [a, b] = [tape.input('made', SHAPE), tape.input('wanted', SHAPE)];
  tape.output('loss', loss(a, b, tape.constant(new Float32Array(SIZE * SIZE).fill(1), SHAPE)));
  const network = await openNetwork(tape.graph.write());
  try {
    const feeds = { made: { data: made, shape: SHAPE }, wanted: { data: wanted, shape: SHAPE } };
    return (await network.run(feeds)).loss.data[0];
  } finally {
    await network.close();
  }
}

const plain: Loss = (made, wanted, mask) => absoluteLoss(subtract(made, wanted), mask);
const coarse: Loss = (made, wanted, mask) => coarseLoss(subtract(made, wanted), mask);
const energyOfBands: Loss = (made, wanted, mask) => ofFineBands(energyLoss, made, wanted, mask);
const flat = lines(0, 0);

function draw(random: SeededRandom): number {
  return random.uniform();
}

describe('losses that forgive', () => {
  it('are needed: pixel by pixel, lines two pixels beside are worse than none', async () => {
    expect(await lossOf(plain, lines(2), lines(0))).toBeGreaterThan(await lossOf(plain, flat, lines(0)));
  });

  it('shifted: lines beside are better by far than none', async () => {
    const [beside, none] = [lines(2), flat].map((made) => lossOf(shiftedLoss, made, lines(0)));
    expect(await beside).toBeLessThan(0.35 * (await none));
    expect(await lossOf(shiftedLoss, lines(0), lines(0))).toBeLessThan(1e-6);
  });

  it('energy: lines beside are better by far than none', async () => {
    const [beside, none] = [lines(1), flat].map((made) => lossOf(energyOfBands, made, lines(0)));
    expect(await beside).toBeLessThan(0.35 * (await none));
  });

  it('coarse: sees light, not lines', async () => {
    const brighter = lines(0).map((v) => v + 0.1);
    const [beside, light] = [lines(1), brighter].map((made) => lossOf(coarse, made, lines(0)));
    expect(await beside).toBeLessThan(0.35 * (await light));
  });

  it('energy: half as strong is half as wrong', async () => {
    const [half, none] = [lines(0, 0.5), flat].map((made) => lossOf(energyOfBands, made, lines(0)));
    expect((await half) / (await none)).toBeCloseTo(0.5, 1);
  });

  const mask = { mask: [1, 1, 16, 16] };

  it.each([
    ['finest band', (x: Traced) => finestBand(x)],
    ['luma', (x: Traced) => lumaOf(x)],
  ])('%s has the derivative that it should', async (_, build) => {
    expect(await gradientError({ inputs: { x: [1, 3, 16, 16] }, build: ({ x }) => build(x) })).toBeLessThan(2e-3);
  });

  it.each([
    ['coarse', coarse],
    ['shifted', shiftedLoss],
    ['energy', energyLoss],
  ] as const)('%s has the derivative that it should', async (_, loss) => {
    const shape = { x: [1, 1, 16, 16] };
    const check = { inputs: shape, data: { y: shape.x, ...mask }, draw, move: 1e-3, seed: 4 };
    expect(await gradientError({ ...check, build: ({ x, y, mask: m }) => loss(x, y, m) })).toBeLessThan(3e-2);
  });
});
