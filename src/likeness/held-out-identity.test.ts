import { describe, expect, it } from 'vitest';
import type { CareerCrop } from './career-crops.ts';
import { identityPairs, isBehindPrior } from './held-out-identity.ts';

function photo(age: number, isHeldOut = true, event = `age ${age}`): CareerCrop {
  return { age, isHeldOut, event } as CareerCrop;
}

function agesOf(photos: readonly CareerCrop[], ages: readonly [number, number] = [18, 100]): [number, number][] {
  return identityPairs(photos, ages).map(({ subject, other }) => [subject.age, other.age]);
}

describe('pairs of held-out photos', () => {
  it('are ten years apart, of two occasions, and of an age that may be shown', () => {
    const photos = [photo(16), photo(25), photo(30, false), photo(34), photo(50), photo(70), photo(71, true, 'age 50')];
    const pairs = agesOf(photos, [18, 60]);
    expect(pairs).toContainEqual([16, 34]);
    expect(pairs).toContainEqual([70, 25]);
    expect(pairs.every(([from, to]) => Math.abs(from - to) >= 10 && to >= 18 && to <= 60 && from !== 30)).toBe(true);
    expect(pairs).not.toContainEqual([71, 50]);
  });

  it('are two dozen at most, spread over the career, and none where few are held out', () => {
    const many = Array.from({ length: 12 }, (_, k) => photo(20 + 5 * k));
    const pairs = agesOf(many);
    expect(pairs).toHaveLength(24);
    expect(new Set(pairs.map(([from]) => from)).size).toBe(12);
    expect(agesOf([photo(20), photo(40)])).toEqual([]);
  });
});

it('a likeness that is no nearer than the prior is behind it; where that is not known, one that learned nothing better', () => {
  const network = { step: 40 };
  expect(isBehindPrior({ identity: { prior: 0.09, likeness: 0.09, pairs: 24 }, network })).toBe(true);
  expect(isBehindPrior({ identity: { prior: 0.09, likeness: 0.1, pairs: 24 }, network })).toBe(false);
  expect(isBehindPrior({ identity: null, network })).toBe(false);
  expect(isBehindPrior({ identity: null, network: { step: 0 } })).toBe(true);
});
