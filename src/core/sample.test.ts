import { describe, expect, it } from 'vitest';
import type { Affine } from './affine.ts';
import { regionToPlate } from './affine.ts';
import { displayTransform, multiply3, planeCodings, rgbToYuv } from './color.ts';
import type { ColorTags, Plate, PlateLayout, SampleDepth } from './frame.ts';
import { chromaShift, makePlate, packedRgb, SRGB } from './frame.ts';
import type { CropOptions } from './sample.ts';
import { PlateCropper } from './sample.ts';

const OPTIONS: CropOptions = { layout: 'nhwc', low: 0, high: 1, border: 'edge' };

type Rgb = [number, number, number];

function crop(plate: Plate, cropToPlate: Affine, size: number, options: Partial<CropOptions> = {}): Float32Array {
  return new PlateCropper().crop(plate, cropToPlate, size, new Float32Array(size * size * 3), {
    ...OPTIONS,
    ...options,
  });
}

/** Crop pixels -> plate pixels: `scale` plate pixels a crop pixel, from a corner. */
function window(scale: number, x = 0, y = 0): Affine {
  return [scale, 0, x, 0, scale, y];
}

/** 8-bit packed RGB of a function of the pixel. */
function packed(
  width: number,
  height: number,
  channels: 3 | 4,
  code: (x: number, y: number, k: number) => number,
): Plate {
  const samples = new Uint8Array(width * height * channels);
  for (let i = 0; i < samples.length; i++) {
    const pixel = Math.floor(i / channels);
    samples[i] = code(pixel % width, Math.floor(pixel / width), i % channels);
  }
  return packedRgb(samples, width, height, channels, 8);
}

const noise = (x: number, y: number, k: number): number => (x * 2654435761 + y * 40503 + k * 97 + x * y * 31) % 251;

/** A soft scene, display-referred, in luma pixels; stays inside 0..1. */
function scene(x: number, y: number): Rgb {
  return [
    0.5 + 0.3 * Math.sin(x / 9) * Math.cos(y / 11),
    0.45 + 0.25 * Math.cos(x / 13 + y / 17),
    0.4 + 0.2 * Math.sin(y / 8 - x / 19),
  ];
}

/** The scene as a plate of any kind: each sample has the value of the place where it is sited. */
function shoot(width: number, height: number, layout: PlateLayout, depth: SampleDepth, color: ColorTags): Plate {
  const plate = makePlate(width, height, layout, depth, color);
  const { fromDisplay } = displayTransform(color);
  const codings = planeCodings(plate);
  const [sx, sy] = chromaShift(layout);
  plate.planes.forEach((plane, k) => {
    const isFloat = depth === 'half' || depth === 'float';
    for (let y = 0; y < plane.height; y++)
      for (let x = 0; x < plane.width; x++) {
        // chroma sits on the left one of the luma samples it spans, and midway between the rows
        const atX = k > 0 && sx ? 2 * x + 0.5 : x + 0.5;
        const atY = k > 0 && sy ? 2 * y + 1 : y + 0.5;
        const rgb = fromDisplay(...scene(atX, atY));
        const value = (layout === 'rgb' ? rgb : multiply3(rgbToYuv(color.matrix), ...rgb))[k];
        const code = (value - codings[k].offset) / codings[k].scale;
        plane.samples[y * plane.stride + x * plane.step] = isFloat ? code : Math.round(code);
      }
  });
  return plate;
}

function worstDifference(a: Float32Array, b: Float32Array): number {
  let worst = 0;
  for (let i = 0; i < a.length; i++) worst = Math.max(worst, Math.abs(a[i] - b[i]));
  return worst;
}

describe("a crop at the plate's own scale", () => {
  it.each([3, 4] as const)('is the plate itself, exactly (%s channels packed)', (channels) => {
    const plate = packed(23, 23, channels, noise);
    const out = crop(plate, window(1), 23);
    const wanted = new Float32Array(out.length);
    for (let y = 0; y < 23; y++)
      for (let x = 0; x < 23; x++)
        for (let k = 0; k < 3; k++) wanted[(y * 23 + x) * 3 + k] = noise(x, y, k) * (1 / 255);
    expect(out).toEqual(wanted);
  });

  it('is exact away from the corner too, and half way between pixels their mean', () => {
    const plate = packed(40, 30, 3, noise);
    expect(crop(plate, window(1, 13, 9), 8)[0]).toBe(Math.fround(noise(13, 9, 0) * (1 / 255)));
    const between = crop(plate, window(1, 13.5, 9), 8)[0];
    expect(between).toBeCloseTo((noise(13, 9, 0) + noise(14, 9, 0)) / 2 / 255, 6);
  });

  it('reads padded planes', () => {
    const tight = shoot(21, 17, 'yuv420', 8, SRGB);
    const planes = tight.planes.map((plane) => {
      const samples = new Uint8Array((plane.width + 6) * plane.height).fill(255);
      for (let y = 0; y < plane.height; y++)
        samples.set(plane.samples.subarray(y * plane.stride, y * plane.stride + plane.width), y * (plane.width + 6));
      return { ...plane, samples, stride: plane.width + 6 };
    });
    const wide: Plate = { ...tight, planes: planes as unknown as Plate['planes'] };
    for (const scale of [1, 2.2]) expect(crop(wide, window(scale), 16)).toEqual(crop(tight, window(scale), 16));
  });
});

describe('a crop of a larger face', () => {
  it.each([2, 3, 4, 7])('takes the mean of the block of %i x as many under each pixel', (factor) => {
    const plate = packed(8 * factor, 8 * factor, 3, noise);
    const out = crop(plate, window(factor), 8);
    for (let row = 0; row < 8; row++)
      for (let col = 0; col < 8; col++) {
        let sum = 0;
        for (let y = 0; y < factor; y++)
          for (let x = 0; x < factor; x++) sum += noise(col * factor + x, row * factor + y, 1);
        expect(out[(row * 8 + col) * 3 + 1]).toBeCloseTo(sum / factor ** 2 / 255, 6);
      }
  });

  it('read coarsely, takes the mean of about half the rows of a block, and is the same where it is flat', () => {
    const stripes = packed(32, 32, 3, (_, y) => (y % 4) * 60);
    const out = crop(stripes, window(4), 8, { coarse: true });
    for (const v of out) expect(v).toBeCloseTo(60 / 255, 6);
    const flat = packed(30, 29, 3, () => 90);
    for (const scale of [1.5, 2, 3, 7])
      for (const v of crop(flat, window(scale), 8, { coarse: true })) expect(v).toBeCloseTo(90 / 255, 6);
  });

  it('keeps the mean of blocks that the edge of the plate cuts', () => {
    const flat = packed(30, 29, 3, () => 90);
    for (const scale of [2, 3, 4, 7]) for (const v of crop(flat, window(scale), 8)) expect(v).toBeCloseTo(90 / 255, 6);
  });

  it('turns a fine checkerboard into grey, at any angle', () => {
    const board = packed(400, 400, 3, (x, y) => ((x + y) % 2) * 255);
    for (const [side, factor] of [
      [256, 4],
      [192, 3],
      [320, 5],
    ] as const)
      for (const angleRadians of [0, 0.3, Math.PI / 4, 2]) {
        const out = crop(board, regionToPlate({ cx: 200, cy: 200, side, angleRadians }, 64), 64);
        // a block of odd side holds one pixel more of one colour
        const rest = factor % 2 === 0 ? 0 : 0.5 / factor ** 2;
        expect(worstDifference(out, new Float32Array(out.length).fill(0.5))).toBeLessThan(rest + 1e-6);
      }
  });

  it('reduces a still picture alike wherever the crop stands', () => {
    const plate = packed(64, 64, 3, noise);
    const a = crop(plate, window(4, 8, 4), 8);
    const b = crop(plate, window(4, 12, 4), 8);
    for (let row = 0; row < 8; row++)
      for (let col = 1; col < 8; col++) expect(a[(row * 8 + col) * 3]).toBe(b[(row * 8 + col - 1) * 3]);
  });

  it('reads 4K down to a thumbnail', () => {
    const plate = packed(640, 360, 3, (x) => (x < 320 ? 40 : 200));
    const out = crop(plate, window(20), 32);
    expect(out[0]).toBeCloseTo(40 / 255, 6);
    expect(out[31 * 3]).toBeCloseTo(200 / 255, 6);
  });
});

/** Chroma at a place in luma pixels. */
function rampAt(x: number, y: number): number {
  return 0.004 * x - 0.003 * y;
}

/** Y 0.5, Cb a ramp over the luma pixels, Cr 0, in floats so that nothing is rounded. */
function ramp(layout: PlateLayout): Plate {
  const plate = makePlate(64, 48, layout, 'float', SRGB);
  const [sx, sy] = chromaShift(layout);
  plate.planes[0].samples.fill(0.5);
  const { samples, width, height } = plate.planes[1];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      samples[y * width + x] = rampAt(sx ? 2 * x + 0.5 : x + 0.5, sy ? 2 * y + 1 : y + 0.5);
  return plate;
}

describe('chroma', () => {
  it.each(['yuv420', 'yuv422', 'yuv444'] as const)(
    'of %s is read where it is sited: left, and midway of the rows',
    (layout) => {
      for (const scale of [0.5, 1, 2, 3]) {
        const out = crop(ramp(layout), window(scale, 8, 8), 8, { unclamped: true });
        for (let row = 0; row < 8; row++)
          for (let col = 0; col < 8; col++) {
            const cb = (out[(row * 8 + col) * 3 + 2] - 0.5) / 1.8556;
            expect(cb).toBeCloseTo(rampAt(8 + (col + 0.5) * scale, 8 + (row + 0.5) * scale), 6);
          }
      }
    },
  );
});

function tags(
  transfer: ColorTags['transfer'],
  primaries: ColorTags['primaries'],
  range: ColorTags['range'],
): ColorTags {
  return { matrix: primaries === 'bt2020' ? 'bt2020' : 'bt709', transfer, primaries, range };
}

describe('plates of every kind', () => {
  const twin = shoot(96, 80, 'rgb', 8, SRGB);
  const turned = regionToPlate({ cx: 47, cy: 41, side: 50, angleRadians: 0.4 }, 40);
  const reduced = regionToPlate({ cx: 47, cy: 41, side: 64, angleRadians: -0.2 }, 32);

  // the tolerance: half an 8-bit code of the twin, and what the plate itself is rounded to
  it.each<[string, PlateLayout, SampleDepth, ColorTags, number]>([
    ['8-bit H.264', 'yuv420', 8, tags('bt709', 'bt709', 'limited'), 0.01],
    ['10-bit ProRes', 'yuv422', 10, tags('bt709', 'bt709', 'limited'), 0.004],
    ['10-bit full range', 'yuv444', 10, tags('bt709', 'bt709', 'full'), 0.004],
    ['12-bit', 'yuv444', 12, tags('bt709', 'bt709', 'limited'), 0.003],
    ['16-bit still', 'rgb', 16, SRGB, 0.0025],
    ['16-bit Display P3 still', 'rgb', 16, tags('srgb', 'p3', 'full'), 0.0025],
    ['half, scene-linear', 'rgb', 'half', tags('linear', 'bt709', 'full'), 0.003],
    ['float, scene-linear BT.2020', 'rgb', 'float', tags('linear', 'bt2020', 'full'), 0.0025],
    ['10-bit PQ', 'yuv420', 10, tags('pq', 'bt2020', 'limited'), 0.015],
    ['12-bit PQ', 'yuv444', 12, tags('pq', 'bt2020', 'limited'), 0.005],
    ['10-bit HLG', 'yuv422', 10, tags('hlg', 'bt2020', 'limited'), 0.01],
  ])('%s agrees with its 8-bit sRGB twin', (_name, layout, depth, color, tolerance) => {
    const plate = shoot(96, 80, layout, depth, color);
    for (const [place, size] of [
      [turned, 40],
      [reduced, 32],
    ] as const)
      expect(worstDifference(crop(plate, place, size), crop(twin, place, size))).toBeLessThan(tolerance);
  });
});

describe('the numbers handed out', () => {
  const plate = packed(20, 20, 3, noise);

  it('are the same in both orders', () => {
    const nhwc = crop(plate, window(1.3, 1, 2), 10);
    const nchw = crop(plate, window(1.3, 1, 2), 10, { layout: 'nchw' });
    for (let i = 0; i < 100; i++) for (let k = 0; k < 3; k++) expect(nchw[k * 100 + i]).toBe(nhwc[i * 3 + k]);
  });

  it('run from low to high', () => {
    const plain = crop(plate, window(1), 20);
    const signed = crop(plate, window(1), 20, { low: -1, high: 1 });
    for (let i = 0; i < plain.length; i++) expect(signed[i]).toBeCloseTo(plain[i] * 2 - 1, 6);
  });

  it('are clamped, unless they should not be', () => {
    const bright = makePlate(4, 4, 'rgb', 'float', SRGB);
    bright.planes[0].samples.fill(7.5);
    bright.planes[1].samples.fill(-0.5);
    expect([...crop(bright, window(1), 4).subarray(0, 3)]).toEqual([1, 0, 0]);
    expect([...crop(bright, window(1), 4, { unclamped: true }).subarray(0, 3)]).toEqual([7.5, -0.5, 0]);
  });

  it('go into the array that was given, also after a larger crop', () => {
    const cropper = new PlateCropper();
    cropper.crop(plate, window(0.5), 32, new Float32Array(32 * 32 * 3), OPTIONS);
    const out = new Float32Array(8 * 8 * 3 + 1).fill(-9);
    expect(cropper.crop(plate, window(1), 8, out, OPTIONS)).toBe(out);
    expect(out.subarray(0, -1)).toEqual(crop(plate, window(1), 8));
    expect(out.at(-1)).toBe(-9);
    expect(() => cropper.crop(plate, window(1), 9, out, OPTIONS)).toThrow(RangeError);
  });
});

describe('the border', () => {
  const plate = packed(16, 12, 3, (x, y) => 100 + x + y * 4);

  it('is black where it should be, on both orders and any range', () => {
    for (const layout of ['nhwc', 'nchw'] as const) {
      const out = crop(plate, window(1, -4, -4), 24, { border: 'black', low: -1, high: 1, layout });
      let wrong = 0;
      for (let y = 0; y < 24; y++)
        for (let x = 0; x < 24; x++) {
          const inside = x >= 4 && x < 20 && y >= 4 && y < 16;
          for (let k = 0; k < 3; k++)
            if ((out[layout === 'nhwc' ? (y * 24 + x) * 3 + k : k * 576 + y * 24 + x] === -1) === inside) wrong++;
        }
      expect(wrong).toBe(0);
    }
  });

  it('is the nearest pixel of the edge otherwise', () => {
    const out = crop(plate, window(1, -4, -4), 24);
    const code = (x: number, y: number): number => Math.round(out[(y * 24 + x) * 3] * 255);
    expect([code(0, 0), code(23, 0), code(0, 23), code(23, 23)]).toEqual([100, 115, 144, 159]);
    expect(code(10, 0)).toBe(106);
  });

  it('is all there is of a crop beside the plate', () => {
    for (const [x, y, corner] of [
      [-900, -900, 100],
      [900, 900, 159],
      [900, -900, 115],
    ] as const) {
      for (const v of crop(plate, window(3, x, y), 4, { border: 'black' })) expect(v).toBe(0);
      for (const v of crop(plate, window(1, x, y), 4)) expect(Math.round(v * 255)).toBe(corner);
    }
  });
});
