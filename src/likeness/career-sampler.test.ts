// The way from a performer's library to batches, on photos of the demo performer.

import { beforeAll, describe, expect, it } from 'vitest';
import { demoCareer } from '../../test/demo-career.ts';
import type { CareerCrop } from './career-crops.ts';
import { CareerSampler } from './career-sampler.ts';
import type { CareerRecipe } from './career-sampler.ts';
import { planesOf } from './pair-batch.ts';

const RECIPE: CareerRecipe = { still: 4, back: 2, carried: 10, sizePx: 96, ownPhotos: 1, zoom: 1, own: 'photos' };
const PLANE = 96 * 96;
/** Near in pose, young and old, and one in black and white (001). */
const PHOTOS = ['000', '001', '002', '008', '010', '015', '045', '048', '052', '060', '069', '076'];

let crops: CareerCrop[];
beforeAll(async () => {
  crops = await demoCareer(PHOTOS, 96);
});

describe('photos of a career', () => {
  it('are all there, youngest first, with the eyes where they were asked for', () => {
    expect(crops.length).toBe(PHOTOS.length);
    expect(crops.map(({ age }) => age)).toEqual(crops.map(({ age }) => age).toSorted((a, b) => a - b));
    for (const { picture, points, carry, weight } of crops) {
      // 96 px, a quarter finer, 1.7 times around
      expect(picture.width).toBe(204);
      expect((points[1][0] - points[0][0]) / 120).toBeCloseTo(0.26, 1);
      expect(carry.every((v) => v > 0 && v < 204)).toBe(true);
      expect(weight).toBeGreaterThan(0.2);
      expect(weight).toBeLessThanOrEqual(1);
    }
  });

  it('know which of them is black and white, and which are held out', () => {
    expect(crops.map(({ colorTrust }) => colorTrust === 0)).toEqual(PHOTOS.map((name) => name === '001'));
    expect(crops.filter(({ isHeldOut }) => isHeldOut).length).toBe(2);
  });
});

describe('batches of a career', () => {
  it('depend on seed and number alone', () => {
    const [one, other] = [0, 1].map(() => new CareerSampler(crops, crops, RECIPE));
    expect(one.batch(3, 1)).toEqual(other.batch(3, 1));
    expect(one.batch(3, 1).source).not.toEqual(one.batch(3, 2).source);
  });

  it('age a photo first where it is to be brought back, and know which entries are of which kind', () => {
    const batch = new CareerSampler(crops, crops, RECIPE).batch(5, 0);
    const years = Array.from(batch.sourceAge, (age, k) => Math.abs(age - batch.targetAge[k]));
    expect(years.slice(0, 4)).toEqual([0, 0, 0, 0]);
    expect(Math.min(...years.slice(4, 6))).toBeGreaterThanOrEqual(7.9);
    for (const k of [4, 5]) {
      const [source, target] = [planesOf(batch.source, 96, 3, k), planesOf(batch.target, 96, 3, k)];
      expect(source).toEqual(target);
    }
    expect(batch.isCarried.slice(0, 6).every((v) => v === 0)).toBe(true);
  });

  it('show means of the photos of other occasions, near the target age', () => {
    const recipe = { ...RECIPE, own: 'mean' } as const;
    const batch = new CareerSampler(crops, crops, recipe).batch(2, 0);
    const believed = Array.from(
      batch.ownAge,
      (_, at) => planesOf(batch.ownValid, 96, 1, at).reduce((a, v) => a + v, 0) / PLANE,
    );
    expect(batch.ownAge).toEqual(batch.targetAge);
    // a few are withheld
    expect(believed.filter((share) => share > 0.03).length).toBeGreaterThan(12);
  });

  it('have the photo itself as target, or one of another age that is believed in the face', () => {
    const batch = new CareerSampler(crops, crops, RECIPE).batch(1, 0);
    const entries = Array.from({ length: batch.count }, (_, k) => {
      const [source, target] = [planesOf(batch.source, 96, 3, k), planesOf(batch.target, 96, 3, k)];
      return {
        isCarried: batch.isCarried[k] === 1,
        isSame: source.every((v, i) => v === target[i]),
        years: Math.abs(batch.sourceAge[k] - batch.targetAge[k]),
        believed: planesOf(batch.person, 96, 1, k).reduce((sum, v) => sum + v, 0) / PLANE,
      };
    });
    const carried = entries.filter((one) => one.isCarried);
    const own = entries.filter((one) => !one.isCarried);
    expect(carried.length).toBeGreaterThan(3);
    expect(own.length).toBeGreaterThan(3);
    expect(own.every(({ isSame }) => isSame)).toBe(true);
    expect(carried.every(({ isSame, years }) => !isSame && years >= 10)).toBe(true);
    expect(entries.every(({ believed }) => believed > 0.03 && believed < 0.4)).toBe(true);
  });

  it('show own photos of other occasions near the target age', () => {
    const batch = new CareerSampler(crops, crops, RECIPE).batch(2, 0);
    for (let k = 0; k < batch.count; k++) {
      expect(batch.ownAge[k]).not.toBe(batch.sourceAge[k]);
      expect(batch.ownAge[k]).not.toBe(batch.targetAge[k]);
    }
    const off = Array.from(batch.ownAge, (age, k) => Math.abs(age - batch.targetAge[k])).toSorted((a, b) => a - b);
    expect(off[off.length >> 1]).toBeLessThan(12);
  });
});
