// What every way of laying a change onto a plate must do: the reference in reage/apply.ts today, faster twins later.

import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { ColorTags, Plate, PlateLayout, SampleDepth } from '../../src/core/index.ts';
import { displayTransform, makePlate, planeCodings, SRGB } from '../../src/core/index.ts';
import type { ApplyInput } from '../../src/reage/index.ts';
import { CHANGE_CHANNELS } from '../../src/reage/index.ts';

export type Apply = (plate: Plate, input: ApplyInput, matteOut?: Float32Array) => void;

const SIZE = 64;
const GRID = 32;
const WIDTH = 120;
const HEIGHT = 90;
/** Crop of 64 px over plate square (20.5, 9.25)-(84.5, 73.25): off the pixel grid on purpose. */
const INPUT = {
  plateToCrop: [1, 0, -20.5, 0, 1, -9.25],
  cropToPlate: [1, 0, 20.5, 0, 1, 9.25],
  size: SIZE,
  matteSize: GRID,
  strength: 1,
} as const;

const REC709: ColorTags = { matrix: 'bt709', transfer: 'bt709', primaries: 'bt709', range: 'limited' };
const PQ: ColorTags = { matrix: 'bt2020', transfer: 'pq', primaries: 'bt2020', range: 'limited' };
const LINEAR: ColorTags = { ...SRGB, transfer: 'linear' };

/** A close-up: five plate pixels to a crop pixel, the plate lying within the crop. */
const CLOSE = {
  ...INPUT,
  plateToCrop: [0.2, 0, 16.1, 0, 0.2, 14.05],
  cropToPlate: [5, 0, -80.5, 0, 5, -70.25],
} as const;

type Place = Pick<ApplyInput, 'plateToCrop' | 'cropToPlate'>;

const KINDS: readonly (readonly [string, PlateLayout, SampleDepth, ColorTags])[] = [
  ['8-bit 4:2:0', 'yuv420', 8, REC709],
  ['10-bit 4:2:2', 'yuv422', 10, REC709],
  ['10-bit PQ 4:2:0', 'yuv420', 10, PQ],
  ['8-bit RGB', 'rgb', 8, SRGB],
  ['16-bit RGB', 'rgb', 16, SRGB],
  ['half linear RGB', 'rgb', 'half', LINEAR],
  ['float linear RGB', 'rgb', 'float', LINEAR],
];

/** A smooth picture with some noise, mid-grey and coloured, the same on every run. */
function picture(layout: PlateLayout, depth: SampleDepth, color: ColorTags): Plate {
  const plate = makePlate(WIDTH, HEIGHT, layout, depth, color);
  const codings = planeCodings(plate);
  let seed = 1;
  plate.planes.forEach((plane, k) => {
    const isChroma = layout !== 'rgb' && k > 0;
    for (let y = 0; y < plane.height; y++) {
      for (let x = 0; x < plane.width; x++) {
        seed = (seed * 1664525 + 1013904223) >>> 0;
        const noise = (seed / 2 ** 32 - 0.5) * 0.02;
        const wave = 0.12 * Math.sin((6 * x) / plane.width + k) * Math.cos((5 * y) / plane.height);
        const value = (isChroma ? 0.05 : 0.45) + wave + noise;
        const code = (value - codings[k].offset) / codings[k].scale;
        plane.samples[y * plane.stride + x] = typeof depth === 'number' ? Math.round(code) : code;
      }
    }
  });
  return plate;
}

function hash(plate: Plate): string[] {
  return plate.planes.map(({ samples }) =>
    createHash('sha256')
      .update(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength))
      .digest('hex'),
  );
}

function change(fill: (u: number, v: number) => readonly number[]): Float32Array {
  const out = new Float32Array(SIZE * SIZE * CHANGE_CHANNELS);
  for (let v = 0; v < SIZE; v++) for (let u = 0; u < SIZE; u++) out.set(fill(u, v), (v * SIZE + u) * CHANGE_CHANNELS);
  return out;
}

function matte(value: (u: number, v: number) => number): Float32Array {
  return Float32Array.from({ length: GRID * GRID }, (_, i) => value((i % GRID) / GRID, Math.floor(i / GRID) / GRID));
}

const NOTHING = change(() => [0, 0, 0, 0, 0, 0, 0, 0]);
const STRONG = change((u, v) => [1.5, -2, 0.3 * Math.sin(u / 9), 0.2, -0.2 * Math.cos(v / 7), 0.03, -0.02, 0.04]);
const FULL = matte(() => 1);
const DISC = matte((u, v) => Math.max(0, Math.min(1, 6 * (0.35 - Math.hypot(u - 0.5, v - 0.5)))));

/** Largest code difference that rounding alone explains. */
function roundingOf(depth: SampleDepth): number {
  return typeof depth === 'number' ? 0.5001 : depth === 'half' ? 6e-4 : 1e-5;
}

export function applyConformance(name: string, makeApply: () => Apply): void {
  describe(`apply: ${name}`, () => {
    describe.each(KINDS)('%s', (_, layout, depth, color) => {
      test('no change leaves every sample as it was', () => {
        const plate = picture(layout, depth, color);
        const before = hash(plate);
        makeApply()(plate, { ...INPUT, change: NOTHING, matte: FULL });
        expect(hash(plate)).toEqual(before);
      });

      test('strength 0 and an empty matte leave every sample as it was', () => {
        const plate = picture(layout, depth, color);
        const before = hash(plate);
        makeApply()(plate, { ...INPUT, change: STRONG, matte: FULL, strength: 0 });
        makeApply()(plate, { ...INPUT, change: STRONG, matte: matte(() => 0) });
        expect(hash(plate)).toEqual(before);
      });

      test('samples whose matte is 0 are bit-identical, and the others change', () => {
        const before = picture(layout, depth, color);
        const plate = picture(layout, depth, color);
        const covered = new Float32Array(WIDTH * HEIGHT);
        makeApply()(plate, { ...INPUT, change: STRONG, matte: DISC }, covered);
        let changed = 0;
        let touched = 0;
        plate.planes.forEach((plane, k) => {
          const sx = Math.round(WIDTH / plane.width);
          const sy = Math.round(HEIGHT / plane.height);
          for (let y = 0; y < plane.height; y++) {
            for (let x = 0; x < plane.width; x++) {
              const at = y * plane.stride + x;
              let cover = 0;
              for (let j = 0; j < sy; j++)
                for (let i = 0; i < sx; i++)
                  cover = Math.max(
                    cover,
                    covered[Math.min(HEIGHT - 1, y * sy + j) * WIDTH + Math.min(WIDTH - 1, x * sx + i)],
                  );
              if (plane.samples[at] !== before.planes[k].samples[at]) changed++;
              if (cover === 0 && !Object.is(plane.samples[at], before.planes[k].samples[at])) touched++;
            }
          }
        });
        expect(touched).toBe(0);
        expect(changed).toBeGreaterThan(500);
      });
    });

    test.each(KINDS.filter(([, layout]) => layout === 'rgb'))(
      '%s follows the formula, written out pixel by pixel',
      (_, layout, depth, color) => {
        const before = picture(layout, depth, color);
        const plate = picture(layout, depth, color);
        makeApply()(plate, { ...INPUT, change: STRONG, matte: FULL });
        const [{ scale }] = planeCodings(plate);
        for (let y = 20; y < 60; y += 3) {
          for (let x = 30; x < 70; x += 3) {
            const wanted = formula(before, color, x, y);
            plate.planes.forEach((plane, k) =>
              expect(Math.abs(plane.samples[y * plane.stride + x] - wanted[k] / scale)).toBeLessThan(
                roundingOf(depth) + 2e-5 / scale,
              ),
            );
          }
        }
      },
    );

    test.each([
      ['float linear RGB', 'float', LINEAR],
      ['16-bit RGB', 16, SRGB],
    ] as const)('a close-up follows the formula to half an 8-bit code: %s', (_, depth, color) => {
      const before = picture('rgb', depth, color);
      const plate = picture('rgb', depth, color);
      makeApply()(plate, { ...CLOSE, change: STRONG, matte: FULL });
      const [{ scale }] = planeCodings(plate);
      for (const [x, y] of [
        [30, 25],
        [31, 26],
        [59, 40],
        [77, 61],
      ]) {
        const expected = formula(before, color, x, y, CLOSE);
        plate.planes.forEach((plane, k) => {
          expect(Math.abs(plane.samples[y * plane.stride + x] * scale - expected[k])).toBeLessThan(0.5 / 255);
        });
      }
    });

    test('a close-up: samples whose matte is 0 are bit-identical', () => {
      const before = picture('yuv420', 8, REC709);
      const plate = picture('yuv420', 8, REC709);
      const covered = new Float32Array(WIDTH * HEIGHT);
      makeApply()(plate, { ...CLOSE, change: STRONG, matte: matte((u, v) => (u > 0.4 && v < 0.5 ? 1 : 0)) }, covered);
      const [luma] = plate.planes;
      const wrong = covered.findIndex((cover, i) => cover === 0 && luma.samples[i] !== before.planes[0].samples[i]);
      expect(wrong).toBe(-1);
      expect(covered.filter((cover) => cover === 0).length).toBeGreaterThan(2000);
      expect(covered.filter((cover) => cover === 1).length).toBeGreaterThan(2000);
    });

    test('a brightening by a constant gain reaches luma and chroma of a 4:2:0 plate alike', () => {
      const plate = makePlate(WIDTH, HEIGHT, 'yuv420', 10, REC709);
      const [luma, cb, cr] = plate.planes;
      luma.samples.fill(400);
      cb.samples.fill(480);
      cr.samples.fill(560);
      makeApply()(plate, {
        ...INPUT,
        change: change(() => [0, 0, Math.LN2 / 2, Math.LN2 / 2, Math.LN2 / 2, 0, 0, 0]),
        matte: FULL,
      });
      const gain = Math.SQRT2;
      const inside = [40 * WIDTH + 50, 20 * (WIDTH / 2) + 25];
      expect(luma.samples[inside[0]]).toBe(Math.round(64 + (400 - 64) * gain));
      expect(cb.samples[inside[1]]).toBe(Math.round(512 + (480 - 512) * gain));
      expect(cr.samples[inside[1]]).toBe(Math.round(512 + (560 - 512) * gain));
    });

    test('codes stay inside their range where the change would leave it', () => {
      const plate = makePlate(WIDTH, HEIGHT, 'rgb', 8, SRGB);
      for (const { samples } of plate.planes) samples.fill(250);
      makeApply()(plate, { ...INPUT, change: change(() => [0, 0, 1, 1, 1, 0, 0, 0]), matte: FULL });
      expect(plate.planes[0].samples[40 * WIDTH + 50]).toBe(255);
      makeApply()(plate, { ...INPUT, change: change(() => [0, 0, 0, 0, 0, -2, -2, -2]), matte: FULL });
      expect(plate.planes[0].samples[40 * WIDTH + 50]).toBe(0);
    });
  });
}

/** out = plate + plate(q+F) - plate(q) + T'(d(q+F) e^g + r) - T'(d(q+F)) at one pixel of an RGB plate, matte 1. */
function formula(plate: Plate, color: ColorTags, x: number, y: number, place: Place = INPUT): number[] {
  const { plateToCrop: m, cropToPlate } = place;
  const transform = displayTransform(color);
  const [{ scale }] = planeCodings(plate);
  const cell = bilinear(
    (u, v) => Array.from(STRONG.subarray((v * SIZE + u) * CHANGE_CHANNELS, (v * SIZE + u + 1) * CHANGE_CHANNELS)),
    m[0] * (x + 0.5) + m[2] - 0.5,
    m[4] * (y + 0.5) + m[5] - 0.5,
  );
  const rgb = (u: number, v: number): number[] =>
    plate.planes.map((plane) => plane.samples[v * plane.stride + u] * scale);
  const moved = bilinear(rgb, x + cropToPlate[0] * cell[0], y + cropToPlate[4] * cell[1]);
  const here = rgb(x, y);
  const display = transform.toDisplay(moved[0], moved[1], moved[2]);
  const aged = display.map((d, k) => d * Math.exp(cell[2 + k]) + cell[5 + k]);
  const forth = transform.fromDisplay(aged[0], aged[1], aged[2]);
  const back = transform.fromDisplay(display[0], display[1], display[2]);
  return here.map((value, k) => value + moved[k] - here[k] + forth[k] - back[k]);
}

function bilinear(at: (u: number, v: number) => number[], x: number, y: number): number[] {
  const [ix, iy] = [Math.floor(x), Math.floor(y)];
  const [fx, fy] = [x - ix, y - iy];
  const corners = [at(ix, iy), at(ix + 1, iy), at(ix, iy + 1), at(ix + 1, iy + 1)];
  const weights = [(1 - fx) * (1 - fy), fx * (1 - fy), (1 - fx) * fy, fx * fy];
  return corners[0].map((_, k) => weights.reduce((sum, w, i) => sum + w * corners[i][k], 0));
}
