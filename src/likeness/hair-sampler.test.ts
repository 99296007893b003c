import { beforeAll, describe, expect, it } from 'vitest';
import { peopleFolder } from '../../test/project-folders.ts';
import { readPeople } from '../adapters/node/people-folder.ts';
import { HairSampler } from './hair-sampler.ts';
import type { HairBatch } from './hair-sampler.ts';
import { planesOf } from './pair-batch.ts';
import type { Person } from './people.ts';

const SIDE = 64;
const RECIPE = { count: 12, sizePx: SIDE };

let people: Person[];
let batches: HairBatch[];
beforeAll(async () => {
  people = await readPeople(peopleFolder, ({ id }) => Number(id) < 16);
  const sampler = new HairSampler(people, RECIPE);
  batches = [0, 1, 2].map((index) => sampler.batch(5, index));
});

/** Mean |source - target| where a plane says, weighted by it. */
function changeWhere({ source, target, seen }: HairBatch, k: number, share: (i: number) => number): number {
  const [a, b] = [planesOf(source, SIDE, 3, k), planesOf(target, SIDE, 3, k)];
  const within = planesOf(seen, SIDE, 1, k);
  let [sum, weight] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    const w = share(i % (SIDE * SIDE)) * within[i % (SIDE * SIDE)];
    sum += w * Math.abs(a[i] - b[i]);
    weight += w;
  }
  return weight === 0 ? 0 : sum / weight;
}

describe('batches of hair', () => {
  it('depend on seed and number alone', () => {
    const again = new HairSampler(people, RECIPE);
    expect(again.batch(5, 2)).toEqual(batches[2]);
    expect(again.batch(6, 2)).not.toEqual(batches[2]);
  });

  it('keep to their ranges, and never ask for the age of the plate', () => {
    for (const batch of batches) {
      for (const planes of [batch.source, batch.target, batch.hair, batch.seen])
        expect(planes.every((v) => v >= 0 && v <= 1)).toBe(true);
      expect(batch.sourceAge.every((age, k) => age >= 15 && age <= 90 && age !== batch.targetAge[k])).toBe(true);
    }
  });

  it('hold the whole head: hair above the face and none on it, and a rim that no picture reaches', () => {
    for (const { hair, seen, count } of batches) {
      for (let k = 0; k < count; k++) {
        const [mask, within] = [planesOf(hair, SIDE, 1, k), planesOf(seen, SIDE, 1, k)];
        // between nose and mouth
        expect(mask[Math.round(0.57 * SIDE) * SIDE + SIDE / 2]).toBeLessThan(0.1);
        expect(within[(SIDE / 2) * SIDE + SIDE / 2]).toBe(1);
      }
    }
    const shares = batches.map(({ seen }) => seen.reduce((sum, v) => sum + v, 0) / seen.length);
    expect(shares.every((share) => share > 0.3 && share < 0.9)).toBe(true);
  });

  it('change hair more than what has none, where the ages lie on both sides of greying', () => {
    const changes = batches
      .flatMap((batch) =>
        Array.from({ length: batch.count }, (_, k) => {
          const hair = planesOf(batch.hair, SIDE, 1, k);
          const [older, younger] = [batch.sourceAge[k], batch.targetAge[k]].toSorted((a, b) => b - a);
          return {
            greys: older > 65 && younger < 45,
            inHair: changeWhere(batch, k, (i) => (hair[i] > 0.99 ? 1 : 0)),
            beside: changeWhere(batch, k, (i) => (hair[i] < 0.01 ? 1 : 0)),
          };
        }),
      )
      .filter(({ greys }) => greys);
    expect(changes.length).toBeGreaterThan(5);
    expect(changes.filter(({ inHair, beside }) => inHair > 2 * beside).length / changes.length).toBeGreaterThan(0.7);
  });
});
