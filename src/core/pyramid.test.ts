import { describe, expect, it } from 'vitest';
import type { Affine } from './affine.ts';
import { SRGB, makePlate, packedRgb } from './frame.ts';
import type { Plate } from './frame.ts';
import { PlatePyramid, halvedPlate, scaledLandmarks } from './pyramid.ts';
import { PlateCropper } from './sample.ts';

/** Waves and edges, packed RGB of 8 bit. */
function picture(width: number, height: number): Plate {
  const samples = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const [k, x, y] = [i % 3, Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
    return 128 + 60 * Math.sin(x / (9 + k)) * Math.cos(y / 13) + (((x >> 4) + (y >> 5) + k) % 3) * 20;
  });
  return packedRgb(samples, width, height, 3, 8);
}

const SIZE = 48;
const OVERSAMPLED = 12;

function crop(plate: Plate, toPlate: Affine, size: number): Float32Array {
  const options = { layout: 'nhwc', low: 0, high: 255, border: 'edge' } as const;
  return new PlateCropper().crop(plate, toPlate, size, new Float32Array(size * size * 3), options);
}

/** The map from pixels of a crop, with its source in pixels of another size. */
function scaled(toPlate: Affine, factor: number): Affine {
  return toPlate.map((v) => v * factor) as unknown as Affine;
}

/** What a crop should be: the mean over the area under each of its pixels. */
function areaMeans(plate: Plate, [a, b, c, d, e, f]: Affine): Float32Array {
  const k = OVERSAMPLED;
  const fine = crop(plate, [a / k, b / k, c, d / k, e / k, f], SIZE * k);
  const means = new Float32Array(SIZE * SIZE * 3);
  for (let i = 0; i < fine.length; i++) {
    const [x, y] = [Math.floor(i / 3) % (SIZE * k), Math.floor(i / 3 / (SIZE * k))];
    means[(Math.floor(y / k) * SIZE + Math.floor(x / k)) * 3 + (i % 3)] += fine[i] / (k * k);
  }
  return means;
}

function difference(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, v, i) => sum + Math.abs(v - b[i]), 0) / a.length;
}

describe('halvedPlate', () => {
  it('takes means of 2 x 2, rounded in whole numbers and exact in floats', () => {
    const whole = packedRgb(Uint8Array.of(0, 9, 1, 1, 9, 1, 1, 9, 1, 0, 9, 2), 2, 2, 3, 8);
    expect(halvedPlate(whole).planes.map(({ samples }) => [...samples])).toEqual([[1], [9], [1]]);
    const float = makePlate(2, 2, 'rgb', 'float', SRGB);
    float.planes[0].samples.set([0, 0.5, 1, 4]);
    expect([...halvedPlate(float).planes[0].samples]).toEqual([1.375]);
  });

  it('keeps the last row and column of odd sizes, and the form of subsampled plates', () => {
    const plate = makePlate(5, 3, 'yuv420', 10, SRGB);
    plate.planes[0].samples.set([0, 4, 8, 8, 900, 0, 4, 8, 8, 900, 100, 100, 0, 40, 1000]);
    plate.planes[1].samples.set([512, 512, 100, 512, 512, 100]);
    const half = halvedPlate(plate);
    expect([half.width, half.height, half.layout, half.depth]).toEqual([3, 2, 'yuv420', 10]);
    expect([...half.planes[0].samples]).toEqual([2, 8, 900, 100, 20, 1000]);
    expect([...half.planes[1].samples]).toEqual([512, 100]);
  });
});

describe('PlatePyramid', () => {
  it('gives the plate itself where its pixels are needed, and else the smallest level that does', () => {
    const pyramid = new PlatePyramid(picture(640, 480));
    expect(pyramid.forScale(2.9).plate).toBe(pyramid.plate);
    expect([3, 5.9, 6, 12].map((scale) => pyramid.forScale(scale).factor)).toEqual([2, 2, 4, 8]);
    expect(pyramid.forScale(12).plate.width).toBe(80);
    expect(pyramid.forScale(12)).toBe(pyramid.forScale(13));
    const { plate, factor } = pyramid.forScale(1e9);
    expect([plate.width, plate.height, factor]).toEqual([2, 1, 512]);
  });

  it.each([3, 4.5, 7, 10])('crops as truly as the plate does, at %s pixels of the plate per pixel', (scale) => {
    const pyramid = new PlatePyramid(picture(900, 700));
    const { plate, factor } = pyramid.forScale(scale);
    expect(factor).toBeGreaterThan(1);
    const turned: Affine = [scale * 0.98, -scale * 0.2, 60, scale * 0.2, scale * 0.98, 15];
    const area = areaMeans(pyramid.plate, turned);
    const direct = difference(area, crop(pyramid.plate, turned, SIZE));
    const viaLevel = difference(area, crop(plate, scaled(turned, 1 / factor), SIZE));

    expect(viaLevel).toBeLessThan(direct + 0.1);
  });

  it('carries landmarks', () => {
    expect([...scaledLandmarks(Float32Array.of(2, 4, -6), 0.5)]).toEqual([1, 2, -3]);
  });
});
