import { describe, expect, it } from 'vitest';
import type { ColorTags, PlateLayout, SampleDepth } from '../core/index.ts';
import { copyPlate, makePlate, SRGB } from '../core/index.ts';
import { GLYPH_HEIGHT, glyphOf } from './bitmap-font.ts';
import { burnIn } from './burn-in.ts';
import { MattePicture } from './matte-picture.ts';
import { greyCodes } from './paint.ts';
import { SideBySide } from './side-by-side.ts';

const LIMITED: ColorTags = { matrix: 'bt709', transfer: 'bt709', primaries: 'bt709', range: 'limited' };
const PQ: ColorTags = { matrix: 'bt2020', transfer: 'pq', primaries: 'bt2020', range: 'limited' };

describe('the letters', () => {
  it('are seven rows of five bits, all different', () => {
    const signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,:;-_/><()+=#&'!?|%@ ";
    const drawn = [...signs].map((sign) => glyphOf(sign));
    expect(new Set(drawn.map(String)).size).toBe(signs.length);
    for (const rows of drawn) {
      expect(rows).toHaveLength(GLYPH_HEIGHT);
      expect(rows.every((row) => row >= 0 && row < 32)).toBe(true);
    }
    expect(glyphOf('é')).toEqual(glyphOf('E'));
  });
});

describe.each<[PlateLayout, SampleDepth, ColorTags, readonly number[]]>([
  ['yuv420', 8, LIMITED, [235, 128, 128]],
  ['yuv422', 10, LIMITED, [940, 512, 512]],
  ['rgb', 16, SRGB, [65535, 65535, 65535]],
  ['rgb', 'float', SRGB, [1, 1, 1]],
])('a burn-in on %s of %s', (layout, depth, color, white) => {
  const plate = makePlate(322, 241, layout, depth, color);
  plate.planes.forEach((plane, k) => plane.samples.fill(white[k] / 2));
  const before = copyPlate(plate);
  burnIn(plate, { name: 'A_very_long_clip_name_of_a_camera_C004.mov', place: '01:00:00;12' });

  it('writes white letters on a darker bar', () => {
    const luma = plate.planes[0].samples;
    expect(Math.max(...luma)).toBeCloseTo(white[0], 3);
    const corner = luma[luma.length - 1];
    expect(corner).toBeLessThan(before.planes[0].samples[0]);
  });

  it('changes nothing above the bar', () => {
    plate.planes.forEach((plane, k) => {
      const end = Math.floor(plane.height * 0.85) * plane.stride;
      const was = before.planes[k].samples;
      expect(plane.samples.subarray(0, end).findIndex((value, i) => value !== was[i])).toBe(-1);
    });
  });
});

it('paints white of an HDR picture at its SDR white, not at its peak', () => {
  const [luma, u] = greyCodes(makePlate(2, 2, 'yuv420', 10, PQ), 1);
  // 203 cd/m2 is 58 % of the PQ scale
  expect((luma - 64) / 876).toBeCloseTo(0.58, 2);
  expect(u).toBe(512);
});

it('lays plate and comp side by side, the right half on a whole chroma sample', () => {
  const plate = makePlate(5, 3, 'yuv420', 8, LIMITED);
  plate.planes.forEach((plane, k) => plane.samples.fill(10 + k));
  const comp = copyPlate(plate);
  comp.planes.forEach((plane, k) => plane.samples.fill(20 + k));
  const sides = new SideBySide(plate);
  sides.put(plate, 'left');
  sides.put(comp, 'right');
  expect([...sides.picture.planes[0].samples.subarray(0, 12)]).toEqual([10, 10, 10, 10, 10, 0, 20, 20, 20, 20, 20, 0]);
  expect([...sides.picture.planes[1].samples.subarray(0, 6)]).toEqual([11, 11, 11, 21, 21, 21]);
});

it('shows a matte as grey from black to white', () => {
  for (const [depth, black, white] of [
    [8, 16, 235],
    [10, 64, 940],
  ] as const) {
    // prettier-ignore
    const shown = new MattePicture(4, 2, depth);
    shown.put(Float32Array.of(0, 1, 0.5, 0, 0, 0, 0, 1));
    const luma = shown.picture.planes[0].samples;
    expect([luma[0], luma[1], luma[7]]).toEqual([black, white, white]);
    expect(shown.picture.planes[1].samples[0]).toBe(1 << (depth - 1));
  }
});
