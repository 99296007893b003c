import { beforeAll, describe, expect, it } from 'vitest';
import { peopleFolder } from '../../test/project-folders.ts';
import { readPeople } from '../adapters/node/people-folder.ts';
import { planesOf } from './pair-batch.ts';
import type { ShapedPairBatch } from './pair-batch.ts';
import { PairSampler } from './pair-sampler.ts';
import type { PairRecipe } from './pair-sampler.ts';
import { splitPeople } from './people.ts';
import type { Person } from './people.ts';

const RECIPE: PairRecipe = { count: 12, sizePx: 96, ownPhotos: 1, zoom: 1 };
const PLANE = 96 * 96;

let people: Person[];
let batches: ShapedPairBatch[];
beforeAll(async () => {
  people = await readPeople(peopleFolder, ({ id }) => Number(id) < 20);
  const sampler = new PairSampler(people, RECIPE);
  batches = [0, 1, 2, 3].map((index) => sampler.batch(5, index));
});

interface Pair {
  readonly batch: ShapedPairBatch;
  readonly k: number;
}

function pairs(): Pair[] {
  return batches.flatMap((batch) => Array.from({ length: batch.count }, (_, k) => ({ batch, k })));
}

function meanDifference(a: Float32Array, b: Float32Array, where: (i: number) => number): number {
  let [sum, weight] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    sum += Math.abs(a[i] - b[i]) * where(i % PLANE);
    weight += where(i % PLANE);
  }
  return sum / weight;
}

function change({ batch, k }: Pair): { inside: number; outside: number } {
  const [source, target] = [planesOf(batch.source, 96, 3, k), planesOf(batch.target, 96, 3, k)];
  const person = planesOf(batch.person, 96, 1, k);
  return {
    inside: meanDifference(source, target, (i) => person[i]),
    outside: meanDifference(source, target, (i) => (person[i] === 0 ? 1 : 0)),
  };
}

function isSameAge({ batch, k }: Pair): boolean {
  return batch.sourceAge[k] === batch.targetAge[k];
}

describe('batches of pairs', () => {
  it('depend on seed and number alone', () => {
    const again = new PairSampler(people, RECIPE);
    expect(again.batch(5, 3)).toEqual(batches[3]);
    expect(again.batch(6, 3)).not.toEqual(batches[3]);
    expect(batches[2].source).not.toEqual(batches[3].source);
  });

  it('keep to their ranges', () => {
    for (const batch of batches) {
      for (const planes of [batch.source, batch.target, batch.person, batch.hair, batch.own, batch.ownValid])
        expect(planes.every((v) => v >= 0 && v <= 1)).toBe(true);
      for (const ages of [batch.sourceAge, batch.targetAge]) expect(ages.every((v) => v >= 15 && v <= 90)).toBe(true);
    }
  });

  it('change nothing between equal ages, and else the person more than what is around', () => {
    const same = pairs().filter(isSameAge).map(change);
    const other = pairs()
      .filter((pair) => !isSameAge(pair))
      .map(change);
    expect(same.length).toBeGreaterThan(0);
    expect(same.every(({ inside, outside }) => inside === 0 && outside === 0)).toBe(true);
    expect(other.every(({ inside }) => inside > 0.005)).toBe(true);
    // clothes move with the neck, and a mirrored head above the border ages too
    expect(other.filter(({ inside, outside }) => inside > 2 * outside).length / other.length).toBeGreaterThan(0.7);
  });

  it('have the person where the aligned crop has the face, and hair above it', () => {
    for (const { batch, k } of pairs()) {
      const person = planesOf(batch.person, 96, 1, k);
      const hair = planesOf(batch.hair, 96, 1, k);
      // between eyes and mouth
      expect(person[Math.round(0.55 * 96) * 96 + 48]).toBe(1);
      expect(hair.every((v, i) => v <= person[i] + 1e-6)).toBe(true);
    }
  });

  it('give an own photo only where it can be believed, at the target age', () => {
    const photos = pairs().map(({ batch, k }) => ({
      isBlack: planesOf(batch.own, 96, 3, k).every((v) => v === 0),
      belief: planesOf(batch.ownValid, 96, 1, k).reduce((most, v) => Math.max(most, v), 0),
      isOfAge: batch.ownAge[k] === batch.targetAge[k],
    }));
    expect(photos.filter(({ belief }) => belief > 0).every(({ isOfAge }) => isOfAge)).toBe(true);
    expect(photos.filter(({ belief }) => belief === 0).every(({ isBlack }) => isBlack)).toBe(true);
    expect(photos.filter(({ belief }) => belief > 0.9).length).toBeGreaterThan(24);
  });

  it('give the own photo the light of the plate', () => {
    const errors: number[] = [];
    for (const { batch, k } of pairs()) {
      const valid = planesOf(batch.ownValid, 96, 1, k);
      if (!valid.some((v) => v > 0.9)) continue;
      const mean = (planes: Float32Array): number =>
        planes.reduce((sum, v, i) => sum + v * valid[i % PLANE], 0) / (3 * valid.reduce((sum, v) => sum + v, 0));
      errors.push(Math.abs(mean(planesOf(batch.own, 96, 3, k)) - mean(planesOf(batch.source, 96, 3, k))));
    }
    expect(errors.toSorted((a, b) => a - b)[Math.floor(errors.length / 2)]).toBeLessThan(0.03);
  });

  it('need nobody aside twice', () => {
    const { learn, aside } = splitPeople(people);
    expect(aside.map(({ id }) => id)).toEqual(['0011']);
    expect(learn.length + aside.length).toBe(people.length);
    expect(() => new PairSampler([], RECIPE)).toThrow(RangeError);
  });
});
