import { expect, test } from 'vitest';
import type { Picture } from './index.ts';
import { ClipMeasure, figuresOf } from './index.ts';

const SIZE = 8;
const MATTE = new Float32Array(SIZE * SIZE).map((_, i) => (i % SIZE < 4 ? 1 : 0));

function flat(value: number): Picture {
  return { width: SIZE, height: SIZE, data: new Float32Array(SIZE * SIZE * 3).fill(value) };
}

function measured(plates: readonly number[], outputs: readonly number[]) {
  const measure = new ClipMeasure();
  plates.forEach((value, i) => measure.addCrops(flat(value), flat(outputs[i]), MATTE));
  return measure.figures();
}

test('a constant change moves as the plate does and does not shimmer', () => {
  const figures = measured([0.2, 0.3, 0.2], [0.3, 0.4, 0.3]);
  expect(figures.flicker).toBeCloseTo(1, 5);
  expect(figures.shimmer).toBeCloseTo(0, 3);
  expect(figures.meanChange).toBeCloseTo(0.1, 5);
});

test('a change that comes and goes on a still plate is shimmer', () => {
  const figures = measured([0.5, 0.5, 0.5], [0.5, 0.5 + 3 / 255, 0.5]);
  expect(figures.flicker).toBeNull();
  expect(figures.shimmer).toBeCloseTo(3, 3);
});

test('over a cut nothing is motion', () => {
  const measure = new ClipMeasure();
  measure.addCrops(flat(0.1), flat(0.1), MATTE);
  measure.cut();
  measure.addCrops(flat(0.9), flat(0.2), MATTE);
  expect(measure.figures().flicker).toBeNull();
  expect(measure.figures().shimmer).toBeNull();
});

const reading = (along: number, age: number) => ({
  landmarks: new Float32Array(0),
  descriptor: Float32Array.of(along),
  apparentAge: age,
});

test('identity and apparent age are means over the frames that were read', () => {
  const measure = new ClipMeasure();
  measure.addReadings(reading(0, 60), reading(0.2, 50));
  measure.addReadings(reading(0, 58), reading(0.4, 44));
  expect(measure.figures().identityDistance).toBeCloseTo(0.3, 6);
  expect(measure.figures().apparentAgeChange).toBe(-12);
});

test('the pieces of a clip add up to the figures of the whole, but for the motion between them', () => {
  const first = new ClipMeasure();
  first.addCrops(flat(0.2), flat(0.3), MATTE);
  first.addCrops(flat(0.4), flat(0.7), MATTE);
  first.addReadings(reading(0, 60), reading(0.2, 50));
  const second = new ClipMeasure();
  second.addCrops(flat(0.5), flat(0.5), MATTE);
  second.addCrops(flat(0.4), flat(0.4), MATTE);
  second.addReadings(reading(0, 60), reading(0.4, 58));
  const figures = figuresOf([first.sums(), second.sums()]);
  expect(figures.flicker).toBeCloseTo((0.4 + 0.1) / (0.2 + 0.1), 5);
  expect(figures.shimmer).toBeCloseTo(Math.sqrt(0.2 ** 2 / 2) * 255, 2);
  expect(figures.identityDistance).toBeCloseTo(0.3, 6);
  expect(figures.apparentAgeChange).toBe(-6);
  expect(figures.meanChange).toBeCloseTo((0.1 + 0.3) / 4, 5);
});
