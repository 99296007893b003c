import { describe, expect, it } from 'vitest';
import { SeededRandom } from './random.ts';

describe('SeededRandom', () => {
  it('draws what xoshiro128** draws', () => {
    // the first five of the reference implementation from the state 1, 2, 3, 4
    const random = new SeededRandom([1, 2, 3, 4]);
    expect(Array.from({ length: 5 }, () => random.bits())).toEqual([11520, 0, 5927040, 70819200, 2031721883]);
  });

  it('goes on where its state was saved', () => {
    const random = new SeededRandom(5);
    for (let k = 0; k < 10; k++) random.normal();
    const copy = new SeededRandom(random.state);
    expect(Array.from({ length: 9 }, () => copy.uniform())).toEqual(Array.from({ length: 9 }, () => random.uniform()));
  });

  it('forks by index without drawing', () => {
    const random = new SeededRandom(5);
    const { state } = random;
    const first = random.fork(1).uniform();
    expect(random.state).toEqual(state);
    expect(random.fork(1).uniform()).toBe(first);
    expect(random.fork(2).uniform()).not.toBe(first);
    expect(new SeededRandom(6).fork(1).uniform()).not.toBe(first);
  });

  it('is even, normal and within bounds', () => {
    const random = new SeededRandom(1);
    const count = 20_000;
    const uniform = Array.from({ length: count }, () => random.uniform());
    const normal = Array.from({ length: count }, () => random.normal());
    const mean = (list: number[]): number => list.reduce((sum, x) => sum + x, 0) / count;
    expect(mean(uniform)).toBeCloseTo(0.5, 2);
    expect(mean(normal)).toBeCloseTo(0, 1);
    expect(mean(normal.map((x) => x * x))).toBeCloseTo(1, 1);
    expect(uniform.every((x) => x >= 0 && x < 1)).toBe(true);
    expect(new Set(Array.from({ length: 200 }, () => random.integer(6)))).toEqual(new Set([0, 1, 2, 3, 4, 5]));
  });
});
