import { expect, test } from 'vitest';
import { MESH_POINTS, CROP_POINT_SETS } from '../core/index.ts';
import type { FaceReading } from './readings.ts';
import { ReadingMeasure, shapeDistance } from './readings.ts';

/** A mesh whose eye centres lie 100 px apart, all other points at the origin, then everything moved. */
function mesh(moveX = 0, moveY = 0): Float32Array {
  const points = new Float32Array(MESH_POINTS * 3);
  for (const i of CROP_POINT_SETS[1]) points[i * 3] = 100;
  for (let i = 0; i < points.length; i += 3) {
    points[i] += moveX;
    points[i + 1] += moveY;
  }
  return points;
}

function reading(along: number): FaceReading {
  return {
    landmarks: mesh(along * 30, along * 40),
    descriptor: Float32Array.of(along, 0),
    apparentAge: 60 - 30 * along,
  };
}

test('shape is compared in eye distances', () => {
  expect(shapeDistance(mesh(), mesh(3, 4))).toBeCloseTo(0.05, 6);
});

test.each([0, 0.25, 1])('an output %s of the way from plate to truth has closed that share of every gap', (share) => {
  const measure = new ReadingMeasure();
  for (let frame = 0; frame < 3; frame++) measure.add(reading(0), reading(1), reading(share));
  measure.add(reading(0), null, reading(share));
  expect(measure.gapIdentity()).toBeCloseTo(share, 6);
  expect(measure.gapAge()).toBeCloseTo(share, 6);
  expect(measure.gapShape()).toBeCloseTo(share, 6);
});

const noisy = (age: number): FaceReading => ({ ...reading(1), apparentAge: age });

test('apparent age is compared as a mean over the clip, so that its noise over frames does not count', () => {
  const measure = new ReadingMeasure();
  measure.add(noisy(55), noisy(20), noisy(20));
  measure.add(noisy(65), noisy(30), noisy(30));
  measure.add(noisy(60), noisy(25), noisy(25));
  expect(measure.gapAge()).toBe(1);
});

test('without truth apart from the plate, and without a face, there is no gap', () => {
  const same = new ReadingMeasure();
  same.add(reading(0), reading(0), reading(0));
  expect([same.gapIdentity(), same.gapAge(), same.gapShape()]).toEqual([null, null, null]);
  const none = new ReadingMeasure();
  none.add(null, null, null);
  expect([none.gapIdentity(), none.gapAge(), none.gapShape()]).toEqual([null, null, null]);
});
