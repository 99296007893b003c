import { describe, expect, it } from 'vitest';
import type { Plate, SampleDepth } from './frame.ts';
import { chromaShift, copyPlate, makePlate, packedRgb, SRGB } from './frame.ts';

function samplesOf(plate: Plate, k: number): number[] {
  const { samples, width, height, stride, step } = plate.planes[k];
  const values: number[] = [];
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) values.push(samples[y * stride + x * step]);
  return values;
}

/** A plate inside a larger buffer, as decoders hand them over: rows padded, the first sample not at the start. */
function padded(plate: Plate, padding: number): Plate {
  const planes = plate.planes.map((plane) => {
    const stride = plane.width + padding;
    const buffer = new Uint16Array(stride * plane.height + 5).fill(9999);
    const samples = buffer.subarray(5);
    for (let y = 0; y < plane.height; y++)
      for (let x = 0; x < plane.width; x++) samples[y * stride + x] = 100 + y * 20 + x;
    return { ...plane, samples, stride };
  });
  return { ...plate, planes: planes as unknown as Plate['planes'] };
}

function sizes(plate: Plate): number[] {
  return plate.planes.flatMap(({ width, height }) => [width, height]);
}

function kind(depth: SampleDepth): string {
  return makePlate(2, 2, 'rgb', depth, SRGB).planes[0].samples.constructor.name;
}

describe('makePlate', () => {
  it('rounds the chroma of odd sizes up', () => {
    expect(sizes(makePlate(7, 5, 'yuv420', 8, SRGB))).toEqual([7, 5, 4, 3, 4, 3]);
    expect(sizes(makePlate(7, 5, 'yuv422', 10, SRGB))).toEqual([7, 5, 4, 5, 4, 5]);
    expect(sizes(makePlate(7, 5, 'yuv444', 16, SRGB))).toEqual([7, 5, 7, 5, 7, 5]);
    expect(sizes(makePlate(1, 1, 'yuv420', 8, SRGB))).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it('holds each depth in the numbers that fit it', () => {
    expect(([8, 10, 12, 16, 'half', 'float'] as const).map(kind)).toEqual([
      'Uint8Array',
      'Uint16Array',
      'Uint16Array',
      'Uint16Array',
      'Float16Array',
      'Float32Array',
    ]);
  });

  it('shifts as the layout says', () => {
    expect((['yuv420', 'yuv422', 'yuv444', 'rgb'] as const).map(chromaShift)).toEqual([
      [1, 1],
      [1, 0],
      [0, 0],
      [0, 0],
    ]);
  });
});

describe('packedRgb', () => {
  const samples = Uint8Array.from({ length: 3 * 2 * 4 }, (_, i) => i);

  it('sees the channels in place, and steps over alpha', () => {
    const plate = packedRgb(samples, 3, 2, 4, 8);
    expect(samplesOf(plate, 1)).toEqual([1, 5, 9, 13, 17, 21]);
    expect(plate.planes[0].samples.buffer).toBe(samples.buffer);
  });

  it('refuses too few samples', () => {
    expect(() => packedRgb(samples, 3, 3, 4, 8)).toThrow(RangeError);
  });
});

describe('copyPlate', () => {
  it('makes a packed plate planar', () => {
    const packed = packedRgb(
      Float32Array.from({ length: 5 * 3 * 3 }, (_, i) => i / 7),
      5,
      3,
      3,
      'float',
    );
    const copy = copyPlate(packed);
    for (const k of [0, 1, 2]) expect(samplesOf(copy, k)).toEqual(samplesOf(packed, k));
    expect(copy.planes.map(({ stride, step }) => [stride, step])).toEqual([
      [5, 1],
      [5, 1],
      [5, 1],
    ]);
  });

  it.each(['yuv420', 'yuv422', 'yuv444', 'rgb'] as const)(
    'leaves the padding of %s rows behind, odd sizes too',
    (layout) => {
      const plate = padded(makePlate(7, 5, layout, 10, SRGB), 11);
      const copy = copyPlate(plate);
      for (const k of [0, 1, 2]) {
        expect(samplesOf(copy, k)).toEqual(samplesOf(plate, k));
        expect(copy.planes[k].samples).toHaveLength(copy.planes[k].width * copy.planes[k].height);
        expect(copy.planes[k].samples).not.toContain(9999);
      }
    },
  );

  it('is a copy: writing to one does not change the other', () => {
    const plate = makePlate(4, 4, 'yuv420', 8, SRGB);
    const copy = copyPlate(plate);
    copy.planes[0].samples[0] = 200;
    plate.planes[1].samples[0] = 100;
    expect(plate.planes[0].samples[0]).toBe(0);
    expect(copy.planes[1].samples[0]).toBe(0);
  });

  it('keeps half floats beyond 1 and below 0', () => {
    const plate = makePlate(2, 1, 'rgb', 'half', { ...SRGB, transfer: 'linear' });
    plate.planes[2].samples.set([12.5, -0.25]);
    expect(samplesOf(copyPlate(plate), 2)).toEqual([12.5, -0.25]);
    expect(copyPlate(plate).color).toEqual(plate.color);
  });
});
