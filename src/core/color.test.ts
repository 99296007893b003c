import { describe, expect, it } from 'vitest';
import type { Matrix3 } from './color.ts';
import {
  displayTransform,
  hlgDecode,
  hlgEncode,
  invert3,
  multiply3,
  planeCodings,
  pqDecode,
  pqEncode,
  rgbToYuv,
  srgbDecode,
  srgbEncode,
  yuvToRgb,
} from './color.ts';
import type { ColorTags, Primaries, SampleDepth, Transfer } from './frame.ts';

const TRANSFERS: readonly Transfer[] = ['bt709', 'srgb', 'linear', 'pq', 'hlg'];
const PRIMARIES: readonly Primaries[] = ['bt709', 'bt601-525', 'bt601-625', 'bt2020', 'p3'];
const tags = (transfer: Transfer, primaries: Primaries): ColorTags => ({
  matrix: 'bt709',
  transfer,
  primaries,
  range: 'full',
});

type Change = (r: number, g: number, b: number) => [number, number, number];

/** Chromaticities of red, green and blue: ITU-R BT.709, BT.2020, SMPTE EG 432-1; the white of all three is D65. */
const XY = {
  bt709: [0.64, 0.33, 0.3, 0.6, 0.15, 0.06],
  bt2020: [0.708, 0.292, 0.17, 0.797, 0.131, 0.046],
  p3: [0.68, 0.32, 0.265, 0.69, 0.15, 0.06],
} as const;
const WHITE: readonly [number, number, number] = [0.3127 / 0.329, 1, (1 - 0.3127 - 0.329) / 0.329];

/** Linear RGB -> CIE XYZ, by the definition in SMPTE RP 177. */
function rgbToXyz([rx, ry, gx, gy, bx, by]: (typeof XY)[keyof typeof XY]): Matrix3 {
  const m: Matrix3 = [rx / ry, gx / gy, bx / by, 1, 1, 1, (1 - rx - ry) / ry, (1 - gx - gy) / gy, (1 - bx - by) / by];
  const [r, g, b] = multiply3(invert3(m), ...WHITE);
  return m.map((v, i) => v * [r, g, b][i % 3]) as unknown as Matrix3;
}

function product(a: Matrix3, b: Matrix3): number[] {
  const columns = [0, 1, 2].map((k) => multiply3(a, b[k], b[3 + k], b[6 + k]));
  return [0, 1, 2].flatMap((row) => columns.map((column) => column[row]));
}

/** Largest difference of any number. */
function apart(a: readonly number[], b: readonly number[]): number {
  return Math.max(...a.map((v, i) => Math.abs(v - b[i])));
}

/** A luma and a chroma code as values. */
function values(depth: SampleDepth, range: ColorTags['range'], luma: number, chroma: number): number[] {
  const [y, u] = planeCodings({ layout: 'yuv420', depth, color: { ...tags('bt709', 'bt709'), range } });
  return [luma * y.scale + y.offset, chroma * u.scale + u.offset];
}

describe('sample codings', () => {
  it.each<[SampleDepth, number]>([
    [8, 1],
    [10, 4],
    [12, 16],
    [16, 256],
  ])('of %s bits hold black, white and no colour where BT.2100 puts them', (depth, unit) => {
    expect(apart(values(depth, 'limited', 16 * unit, 128 * unit), [0, 0])).toBeLessThan(1e-12);
    expect(apart(values(depth, 'limited', 235 * unit, 240 * unit), [1, 0.5])).toBeLessThan(1e-12);
    expect(apart(values(depth, 'limited', 235 * unit, 16 * unit), [1, -0.5])).toBeLessThan(1e-12);
    expect(apart(values(depth, 'full', 0, 128 * unit), [0, 0])).toBeLessThan(1e-12);
    expect(apart(values(depth, 'full', 256 * unit - 1, 128 * unit), [1, 0])).toBeLessThan(1e-12);
  });

  it('take float samples as the values they are, whatever the range says', () => {
    for (const depth of ['half', 'float'] as const)
      for (const range of ['limited', 'full'] as const)
        expect(apart(values(depth, range, 3.5, -0.25), [3.5, -0.25])).toBeLessThan(1e-12);
  });

  it('treat the three planes of RGB alike', () => {
    const [r, g, b] = planeCodings({ layout: 'rgb', depth: 10, color: tags('srgb', 'bt709') });
    expect(r.scale * 1023 + r.offset).toBe(1);
    expect([g, b]).toEqual([r, r]);
  });
});

describe('YUV matrices', () => {
  it.each(['bt601', 'bt709', 'bt2020'] as const)("of %s are each other's inverse", (matrix) => {
    expect(apart(product(yuvToRgb(matrix), rgbToYuv(matrix)), [1, 0, 0, 0, 1, 0, 0, 0, 1])).toBeLessThan(1e-12);
    expect(apart(invert3(yuvToRgb(matrix)), rgbToYuv(matrix))).toBeLessThan(1e-12);
  });

  it('hold the numbers of the recommendations', () => {
    expect(apart(yuvToRgb('bt601'), [1, 0, 1.402, 1, -0.344136, -0.714136, 1, 1.772, 0])).toBeLessThan(1e-6);
    expect(apart(yuvToRgb('bt709'), [1, 0, 1.5748, 1, -0.187324, -0.468124, 1, 1.8556, 0])).toBeLessThan(1e-6);
    expect(apart(yuvToRgb('bt2020'), [1, 0, 1.4746, 1, -0.164553, -0.571353, 1, 1.8814, 0])).toBeLessThan(1e-6);
  });
});

describe('transfer curves', () => {
  it('hit the code points that the standards name', () => {
    // IEC 61966-2-1
    expect(srgbDecode(0.5)).toBeCloseTo(0.2140411, 6);
    expect(srgbEncode(0.18)).toBeCloseTo(0.4613561, 6);
    // SMPTE ST 2084 with the levels of BT.2408: 203 cd/m2 at 58 %, 1,000 at 75 %, 10,000 at 100 %
    expect(pqDecode(0.58) * 203).toBeCloseTo(201.7, 1);
    expect(pqEncode(1)).toBeCloseTo(0.5807, 4);
    expect(pqEncode(100 / 203)).toBeCloseTo(0.5081, 4);
    expect(pqEncode(1000 / 203)).toBeCloseTo(0.7518, 4);
    expect(pqDecode(1)).toBeCloseTo(10000 / 203, 9);
    // ARIB STD-B67: one half is where the square root meets the logarithm, at a twelfth of the peak
    expect(hlgDecode(0.75)).toBeCloseTo(1, 12);
    expect(hlgDecode(0.5) / hlgDecode(1)).toBeCloseTo(1 / 12, 6);
  });

  it.each([
    ['sRGB', srgbEncode, srgbDecode, 3],
    ['PQ', pqEncode, pqDecode, 1.2],
    ['HLG', hlgEncode, hlgDecode, 1.5],
  ] as const)(
    '%s goes there and back, below black and above white too, and never falls',
    (_name, encode, decode, top) => {
      let before = -Infinity;
      for (let step = -100; step <= 100; step++) {
        const code = (step / 100) * top;
        const light = decode(code);
        expect(light).toBeGreaterThanOrEqual(before);
        before = light;
        // PQ has no code for light under a millionth of SDR white: its zero lies at 7e-7
        expect(Math.abs(encode(light) - code)).toBeLessThan(1e-6);
        expect(decode(-code)).toBeCloseTo(-light, 12);
      }
    },
  );
});

describe('gamut', () => {
  it.each(['bt2020', 'p3'] as const)('%s is carried to BT.709 as its chromaticities demand', (primaries) => {
    const wanted = product(invert3(rgbToXyz(XY.bt709)), rgbToXyz(XY[primaries]));
    const { toDisplay } = displayTransform(tags('linear', primaries));
    const columns = [toDisplay(1, 0, 0), toDisplay(0, 1, 0), toDisplay(0, 0, 1)].map((rgb) => rgb.map(srgbDecode));
    for (let row = 0; row < 3; row++)
      expect(
        apart([columns[0][row], columns[1][row], columns[2][row]], wanted.slice(row * 3, row * 3 + 3)),
      ).toBeLessThan(2e-6);
  });

  it('leaves white white', () => {
    for (const primaries of PRIMARIES) {
      expect(apart(displayTransform(tags('linear', primaries)).toDisplay(1, 1, 1), [1, 1, 1])).toBeLessThan(1e-6);
      expect(
        apart(displayTransform(tags('pq', primaries)).toDisplay(0.5806889, 0.5806889, 0.5806889), [1, 1, 1]),
      ).toBeLessThan(1e-6);
    }
  });
});

/** Largest error of going there and back, over every triple of the levels. */
function worst(there: Change, back: Change, over: readonly number[]): number {
  let error = 0;
  for (const r of over)
    for (const g of over)
      for (const b of over) {
        const [x, y, z] = back(...there(r, g, b));
        error = Math.max(error, Math.abs(x - r), Math.abs(y - g), Math.abs(z - b));
      }
  return error;
}

describe('T', () => {
  const levels = [-0.5, -0.1, -1e-3, 0, 1e-4, 0.02, 0.3, 0.7, 1, 1.5, 3];
  const cases = TRANSFERS.flatMap((transfer) => PRIMARIES.map((primaries) => [transfer, primaries] as const));

  it.each(cases)('%s %s: display -> plate -> display', (transfer, primaries) => {
    const { toDisplay, fromDisplay } = displayTransform(tags(transfer, primaries));
    expect(worst(fromDisplay, toDisplay, levels)).toBeLessThan(1e-10);
  });

  it.each(cases)('%s %s: plate -> display -> plate', (transfer, primaries) => {
    const { toDisplay, fromDisplay } = displayTransform(tags(transfer, primaries));
    // code 1 of PQ is 10,000 cd/m2
    const codes = transfer === 'pq' ? levels.filter((v) => v <= 1) : levels;
    // where the curve of the plate is steepest, at black, the rounding of doubles shows: under one 16-bit code
    expect(worst(toDisplay, fromDisplay, codes)).toBeLessThan(1e-5);
  });

  it('is no work at all for plates that are display-referred already', () => {
    for (const transfer of ['srgb', 'bt709'] as const) {
      const t = displayTransform(tags(transfer, 'bt709'));
      expect(t.isIdentity).toBe(true);
      expect(t.toDisplay(-0.2, 0.4, 1.7)).toEqual([-0.2, 0.4, 1.7]);
    }
    expect(displayTransform(tags('srgb', 'p3')).isIdentity).toBe(false);
    expect(displayTransform(tags('linear', 'bt709')).isIdentity).toBe(false);
  });
});
