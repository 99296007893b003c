import { describe, expect, it } from 'vitest';
import { drawnPhoto } from '../../test/drawn-career.ts';
import type { FindOptions } from './find.ts';
import { findNearest, lightDifference, poseDifference } from './find.ts';
import type { SeenFrame } from './footage.ts';
import { mostDifferent } from './footage.ts';

const career = [
  drawnPhoto({ age: 24, yaw: 30 }),
  drawnPhoto({ age: 26, yaw: 2, azimuth: 80 }),
  drawnPhoto({ age: 27, yaw: 0, mouthOpen: 0.4 }),
  drawnPhoto({ age: 60, yaw: 1 }),
];
const wanted = drawnPhoto({ age: 60 }).face;

function agesFound(options: Partial<FindOptions>): number[] {
  const all: FindOptions = { age: null, near: ['pose', 'light', 'expression'], count: 4 };
  return findNearest(wanted, career, { ...all, ...options }).map((found) => found.picture.ageAtPhoto);
}

describe('findNearest', () => {
  it('puts what is alike in all that was asked for first', () => {
    expect(agesFound({})[0]).toBe(60);
  });

  it('looks only at what was asked for', () => {
    expect(agesFound({ near: ['pose'], count: 1 })).toEqual([27]);
    expect(agesFound({ near: ['light'] }).at(-1)).toBe(26);
    expect(agesFound({ near: ['expression'] }).at(-1)).toBe(27);
  });

  it('prefers the age that was asked for', () => {
    expect(agesFound({ age: 25, count: 1 })[0]).toBeLessThan(30);
    expect(agesFound({ age: 60, near: ['pose'], count: 1 })).toEqual([60]);
  });

  it('says what each distance is made of', () => {
    const [found] = findNearest(wanted, career, { age: 60, near: ['pose'], count: 1 });
    expect(found.parts).toMatchObject({ light: null, expression: null, age: 0 });
    expect(found.distance).toBeCloseTo(found.parts.pose ?? Number.NaN, 6);
  });

  it('does without a career that varies, and without one at all', () => {
    expect(findNearest(wanted, [], { age: 20, near: ['pose'], count: 3 })).toEqual([]);
    const [same] = findNearest(wanted, [drawnPhoto({ age: 60 })], { age: 60, near: ['expression'], count: 3 });
    expect(same.distance).toBe(0);
  });
});

describe('differences', () => {
  const light = { azimuth: 0, elevation: 30, contrast: 1, brightness: 0.3 };

  it('are nothing for the same and about one for what is plainly seen', () => {
    const pose = { yaw: 10, pitch: 5, roll: 0 };
    expect(poseDifference(pose, pose)).toBe(0);
    expect(poseDifference(pose, { ...pose, yaw: 25 })).toBeCloseTo(1, 6);
    expect(lightDifference(light, light)).toBe(0);
    expect(lightDifference(light, { ...light, azimuth: 90 })).toBeGreaterThan(1);
    expect(lightDifference({ ...light, contrast: 0 }, { ...light, azimuth: 90, contrast: 0 })).toBe(0);
  });
});

function frame(frameIndex: number, yaw: number, sharpness: number): SeenFrame {
  return { frameIndex, face: { ...drawnPhoto({ age: 30, yaw }).face, sharpness } };
}

describe('frames of footage', () => {
  it('are the sharpest of those that look alike, and one of each that differ', () => {
    const seen = [frame(0, 0, 0.5), frame(12, 1, 0.7), frame(24, 2, 0.6), frame(36, 40, 0.4), frame(48, 41, 0.1)];
    expect(mostDifferent(seen).map((one) => one.frameIndex)).toEqual([12, 36]);
  });

  it('are few, and none where nothing is sharp', () => {
    const many = Array.from({ length: 200 }, (_, i) => frame(i, (i * 37) % 121, 0.5));
    expect(mostDifferent(many).length).toBeLessThanOrEqual(24);
    expect(mostDifferent([frame(0, 0, 0.1)])).toEqual([]);
  });
});
