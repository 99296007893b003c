import { expect, test } from 'vitest';
import type { Affine } from '../core/index.ts';
import type { Picture, TruthFrame } from './index.ts';
import { FidelityMeasure, ceilingPicture, gaussianBlur, truthFrame } from './index.ts';

const SIZE = 96;
const REGION = new Uint8Array(SIZE * SIZE).map((_, i) => {
  const [x, y] = [i % SIZE, Math.floor(i / SIZE)];
  return x >= 24 && x < 72 && y >= 24 && y < 72 ? 1 : 0;
});
const HAIR = new Uint8Array(SIZE * SIZE).map((_, i) => (Math.floor(i / SIZE) < 16 ? 1 : 0));
/** Crop pixel = picture pixel * 256 / 96. */
const TO_CROP: Affine = [256 / SIZE, 0, 0, 0, 256 / SIZE, 0];

/** A repeatable texture in 0..1, another for each seed. */
function texture(seed: number): Picture {
  let state = (seed * 2654435761) >>> 0;
  const data = new Float32Array(SIZE * SIZE * 3).map(() => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  });
  return gaussianBlur({ width: SIZE, height: SIZE, data }, 1);
}

function blend(a: Picture, b: Picture, share: number): Picture {
  return { ...a, data: a.data.map((value, i) => value + (b.data[i] - value) * share) };
}

function frame(frameIndex: number, plate: Picture, truth: Picture, isMeasured = true): TruthFrame {
  return truthFrame({
    frameIndex,
    plate,
    truth,
    region: REGION,
    hair: HAIR,
    plateToCrop: TO_CROP,
    plateReading: null,
    truthReading: null,
    isMeasured,
  });
}

/** Three frames of noise over noise; the output made of plate and truth. */
function measured(output: (plate: Picture, truth: Picture, index: number) => Picture) {
  const measure = new FidelityMeasure();
  for (let i = 0; i < 3; i++) {
    const [plate, truth] = [texture(1 + i), texture(101 + i)];
    measure.add(frame(i, plate, truth), { output: output(plate, truth, i), matte: null, reading: null });
  }
  return measure.figures();
}

test('doing nothing closes nothing and flickers as the plate does', () => {
  const figures = measured((plate) => plate);
  expect(figures).toMatchObject({
    gapPixel: 0,
    gapDetail: 0,
    gapHair: 0,
    flicker: 1,
    shimmer: 0,
    meanChange: 0,
    outside: 0,
  });
  expect(figures.energy).toBeCloseTo(1, 1);
});

test('the truth itself closes everything', () => {
  const figures = measured((_, truth) => truth);
  expect(figures).toMatchObject({ gapPixel: 1, gapDetail: 1, gapHair: 1, energy: 1, flicker: 0 });
});

test('half of the way closes half of every gap', () => {
  const figures = measured((plate, truth) => blend(plate, truth, 0.5));
  expect(figures.gapPixel).toBeCloseTo(0.5, 5);
  expect(figures.gapDetail).toBeCloseTo(0.5, 5);
  expect(figures.gapHair).toBeCloseTo(0.5, 5);
  expect(figures.flicker).toBeCloseTo(0.5, 5);
});

test('a step away from plate and truth opens the gap', () => {
  expect(measured((plate, truth) => blend(plate, truth, -1)).gapPixel).toBeCloseTo(-1, 5);
});

test('blur is seen as lost energy', () => {
  const figures = measured((_, truth) => gaussianBlur(truth, 3));
  expect(figures.energy).toBeLessThan(0.5);
  expect(figures.gapDetail).toBeLessThan(1);
});

const lift = (plate: Picture, value: number): Picture => ({ ...plate, data: plate.data.map((v) => v + value) });

test('a steady change has a size and no shimmer; one that alternates shimmers by its step', () => {
  const steady = measured((plate) => lift(plate, 0.1));
  expect(steady.meanChange).toBeCloseTo(0.1, 5);
  expect(steady.shimmer).toBeCloseTo(0, 3);
  const alternating = measured((plate, _, index) => lift(plate, index % 2 ? 1 / 255 : -1 / 255));
  expect(alternating.shimmer).toBeCloseTo(2, 3);
});

test('what changes where the matte is 0 is caught, however small the place', () => {
  const plate = texture(1);
  const output = { ...plate, data: plate.data.slice() };
  output.data[(90 * SIZE + 90) * 3 + 1] += 0.25;
  const matte = Float32Array.from(REGION);
  const measure = new FidelityMeasure();
  measure.add(frame(0, plate, texture(2)), { output, matte, reading: null });
  expect(measure.figures().outside).toBeCloseTo(0.25, 5);
});

test('at the age of the plate gaps and flicker have no meaning', () => {
  const measure = new FidelityMeasure();
  for (let i = 0; i < 2; i++)
    measure.add(frame(i, texture(i), texture(i)), { output: texture(i), matte: null, reading: null });
  expect(measure.figures()).toMatchObject({ gapPixel: null, gapDetail: null, gapHair: null, flicker: null, energy: 1 });
});

test('frames that are only neighbours count for motion alone, and a gap between frames is no motion', () => {
  const measure = new FidelityMeasure();
  const add = (index: number, isMeasured: boolean, share: number): void => {
    const [plate, truth] = [texture(1 + index), texture(101 + index)];
    measure.add(frame(index, plate, truth, isMeasured), {
      output: blend(plate, truth, share),
      matte: null,
      reading: null,
    });
  };
  add(0, true, 1);
  expect(measure.figures().flicker).toBeNull();
  add(1, false, 1);
  add(6, true, 1);
  const figures = measure.figures();
  expect(figures.gapPixel).toBe(1);
  expect(figures.flicker).toBe(0);
  add(7, false, 0);
  expect(measure.figures().gapPixel).toBe(1);
  expect(measure.figures().flicker).toBeGreaterThan(0);
});

const at = (picture: Picture, x: number, y: number): number => picture.data[(y * SIZE + x) * 3];

test('the ceiling keeps what a 256 px crop can hold and leaves its outside alone', () => {
  const plate = gaussianBlur(texture(1), 6);
  const truth = blend(plate, gaussianBlur(texture(2), 6), 1);
  const inner: Affine = [256 / 64, 0, -16 * 4, 0, 256 / 64, -16 * 4]; // the crop covers pixels 16 to 80
  const ceiling = ceilingPicture(plate, truth, inner);
  expect(at(ceiling, 48, 48)).toBeCloseTo(at(truth, 48, 48), 3);
  expect(at(ceiling, 8, 48)).toBe(at(plate, 8, 48));
  expect(at(ceiling, 16, 48)).toBeCloseTo(at(plate, 16, 48), 3);
});
