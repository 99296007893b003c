import { describe, expect, it } from 'vitest';
import { openNetwork } from '../adapters/node/onnx.ts';
import { openTrainingSession } from '../adapters/node/training-session.ts';
import type { Network } from '../core/index.ts';
import { initialState, train, weightsOf } from '../model/index.ts';
import { ageMaps, learningRate } from './change-recipe.ts';
import { examineHair } from './hair-exam.ts';
import { exportHair, hairFeeds, hairTraining } from './hair-recipe.ts';
import type { HairBatch } from './hair-sampler.ts';

const SIDE = 32;
const PLANE = SIDE * SIDE;

/** A bright block of "hair" over a dull ground: the older, the brighter; half of the pairs go each way. */
function pairs(count: number): HairBatch {
  const planes = (each: number): Float32Array => new Float32Array(count * each * PLANE);
  const [source, target, hair] = [planes(3), planes(3), planes(1)];
  const [sourceAge, targetAge] = [new Float32Array(count), new Float32Array(count)];
  for (let k = 0; k < count; k++) {
    const isGreying = k % 2 === 0;
    [sourceAge[k], targetAge[k]] = isGreying ? [30, 70] : [70, 30];
    for (let i = 0; i < 3 * PLANE; i++) {
      const [y, x] = [Math.floor((i % PLANE) / SIDE), i % SIDE];
      const isHair = y < 16 && x >= 4 + (k % 4) && x < 28;
      const [young, old] = [0.2 + 0.05 * Math.sin(x), 0.6 + 0.15 * Math.sin(x)];
      source[k * 3 * PLANE + i] = isHair ? (isGreying ? young : old) : 0.4;
      target[k * 3 * PLANE + i] = isHair ? (isGreying ? old : young) : 0.4;
      if (i < PLANE) hair[k * PLANE + i] = isHair ? 1 : 0;
    }
  }
  const person = new Float32Array((count * PLANE) / 4).fill(1);
  return { count, sizePx: SIDE, source, target, hair, person, sourceAge, targetAge, seen: planes(1).fill(1) };
}

async function taught(batch: HairBatch, steps: number): Promise<Network> {
  const program = hairTraining(batch);
  const session = await openTrainingSession(program.graph, { threads: 1 });
  const { state } = await train({
    program,
    session,
    state: initialState(program, 3),
    source: { batch: async () => hairFeeds(batch) },
    rate: (step) => learningRate(4e-3, step + 90, 0),
    steps,
  });
  await session.close();
  return openNetwork(exportHair(weightsOf(program.groups, state, 'weights'), SIDE));
}

describe('the recipe of hair', () => {
  it('teaches a network where hair is and how it goes grey, both ways', async () => {
    const batch = pairs(4);
    const network = await taught(batch, 80);
    const marks = await examineHair(network, [batch]);
    await network.close();
    expect(marks.gapYounger).toBeGreaterThan(0.6);
    expect(marks.gapOlder).toBeGreaterThan(0.6);
    expect(marks.covered).toBeGreaterThan(0.85);
    expect(marks.spilled).toBeLessThan(0.15);
  }, 60_000);

  it('changes nothing at equal ages, whatever it has learned', async () => {
    const batch = pairs(2);
    const network = await taught(batch, 5);
    const age = ageMaps(Float32Array.of(52.5), SIDE / 2);
    const image = { data: batch.source.subarray(0, 3 * PLANE), shape: [1, 3, SIDE, SIDE] };
    const person = { data: batch.person.subarray(0, PLANE / 4), shape: [1, 1, SIDE / 2, SIDE / 2] };
    const given = { image, person, sourceAge: age };
    const { gain, residual } = await network.run({ ...given, targetAge: age });
    expect([...gain.data, ...residual.data].every((v) => v === 0)).toBe(true);
    const other = await network.run({ ...given, targetAge: ageMaps(Float32Array.of(20), SIDE / 2) });
    expect(other.gain.data.some((v) => v !== 0)).toBe(true);
    await network.close();
  });
});
