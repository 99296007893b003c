// What plate numbers mean: sample codes to RGB numbers, YUV matrices, and T, the invertible and unclamped transform from
// a plate's own RGB to the display-referred sRGB that the networks see. Closed forms only; sources beside each curve.

import type { ColorTags, Plate, Primaries, SampleDepth, Transfer } from './frame.ts';

/** value = code * scale + offset. Luma and RGB: 0 black, 1 reference white. Chroma: -0.5..0.5. */
export interface SampleCoding {
  readonly scale: number;
  readonly offset: number;
}

function fullScale(depth: SampleDepth): number {
  return depth === 'half' || depth === 'float' ? 1 : 2 ** depth - 1;
}

/** Coding of the plate's three planes. Float samples are values already. */
export function planeCodings(
  plate: Pick<Plate, 'layout' | 'depth' | 'color'>,
): readonly [SampleCoding, SampleCoding, SampleCoding] {
  const { layout, depth, color } = plate;
  const isFloat = depth === 'half' || depth === 'float';
  const unit = isFloat ? 1 : 2 ** (depth - 8);
  const luma: SampleCoding =
    color.range === 'full' || isFloat
      ? { scale: 1 / fullScale(depth), offset: 0 }
      : { scale: 1 / (219 * unit), offset: -16 / 219 };
  if (layout === 'rgb') return [luma, luma, luma];
  const chroma: SampleCoding = isFloat
    ? { scale: 1, offset: 0 }
    : color.range === 'full'
      ? { scale: 1 / fullScale(depth), offset: -(128 * unit) / fullScale(depth) }
      : { scale: 1 / (224 * unit), offset: -128 / 224 };
  return [luma, chroma, chroma];
}

/** Row-major 3x3. */
export type Matrix3 = readonly [number, number, number, number, number, number, number, number, number];

const LUMA_WEIGHTS: Record<ColorTags['matrix'], readonly [number, number]> = {
  bt601: [0.299, 0.114],
  bt709: [0.2126, 0.0722],
  bt2020: [0.2627, 0.0593],
};

/** Y'CbCr (Cb, Cr -0.5..0.5) -> R'G'B'. Rec. ITU-R BT.601, BT.709, BT.2020 (non-constant luminance). */
export function yuvToRgb(matrix: ColorTags['matrix']): Matrix3 {
  const [kr, kb] = LUMA_WEIGHTS[matrix];
  const kg = 1 - kr - kb;
  const r = 2 * (1 - kr);
  const b = 2 * (1 - kb);
  return [1, 0, r, 1, (-kb * b) / kg, (-kr * r) / kg, 1, b, 0];
}

/** R'G'B' -> Y'CbCr; the inverse of `yuvToRgb`. */
export function rgbToYuv(matrix: ColorTags['matrix']): Matrix3 {
  const [kr, kb] = LUMA_WEIGHTS[matrix];
  const kg = 1 - kr - kb;
  const r = 2 * (1 - kr);
  const b = 2 * (1 - kb);
  return [kr, kg, kb, -kr / b, -kg / b, (1 - kb) / b, (1 - kr) / r, -kg / r, -kb / r];
}

function mirrored(curve: (x: number) => number): (x: number) => number {
  return (x) => (x < 0 ? -curve(-x) : curve(x));
}

/** Linear light -> sRGB code, IEC 61966-2-1; odd-symmetric and unclamped, so invertible everywhere. */
export const srgbEncode: (x: number) => number = mirrored((x) =>
  x <= 0.0031308 ? 12.92 * x : 1.055 * x ** (1 / 2.4) - 0.055,
);
export const srgbDecode: (x: number) => number = mirrored((x) =>
  x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4,
);

/** Luminance of SDR white within an HDR picture, Rec. ITU-R BT.2408. */
const SDR_WHITE_NITS = 203;

const PQ_M1 = 2610 / 16384;
const PQ_M2 = (2523 / 4096) * 128;
const PQ_C1 = 3424 / 4096;
const PQ_C2 = (2413 / 4096) * 32;
const PQ_C3 = (2392 / 4096) * 32;

/** SMPTE ST 2084 code -> linear light, 1 = SDR white (203 cd/m2). */
export const pqDecode: (x: number) => number = mirrored((x) => {
  const p = x ** (1 / PQ_M2);
  // beyond the code for 10,000 cd/m2 the curve has a pole near 1.99; codes there do not occur in pictures
  return (Math.max(p - PQ_C1, 0) / Math.max(PQ_C2 - PQ_C3 * p, 1e-6)) ** (1 / PQ_M1) * (10000 / SDR_WHITE_NITS);
});
export const pqEncode: (x: number) => number = mirrored((x) => {
  const p = (x * (SDR_WHITE_NITS / 10000)) ** PQ_M1;
  return ((PQ_C1 + PQ_C2 * p) / (1 + PQ_C3 * p)) ** PQ_M2;
});

const HLG_A = 0.17883277;
const HLG_B = 1 - 4 * HLG_A;
const HLG_C = 0.5 - HLG_A * Math.log(4 * HLG_A);
const hlgInverse = (x: number): number => (x <= 0.5 ? (x * x) / 3 : (Math.exp((x - HLG_C) / HLG_A) + HLG_B) / 12);
/** HLG 75 % is SDR white (BT.2408); the system gamma is left out, since only the inverse pair matters here. */
const HLG_WHITE = hlgInverse(0.75);
/** ARIB STD-B67 code -> linear light, 1 = SDR white. */
export const hlgDecode: (x: number) => number = mirrored((x) => hlgInverse(x) / HLG_WHITE);
export const hlgEncode: (x: number) => number = mirrored((y) => {
  const e = y * HLG_WHITE;
  return e <= 1 / 12 ? Math.sqrt(3 * e) : HLG_A * Math.log(12 * e - HLG_B) + HLG_C;
});

const CURVES: Record<Transfer, { decode: (x: number) => number; encode: (x: number) => number }> = {
  // display-referred SDR codes are what the networks were taught on; BT.709 and sRGB are not told apart
  bt709: { decode: srgbDecode, encode: srgbEncode },
  srgb: { decode: srgbDecode, encode: srgbEncode },
  linear: { decode: (x) => x, encode: (x) => x },
  pq: { decode: pqDecode, encode: pqEncode },
  hlg: { decode: hlgDecode, encode: hlgEncode },
};

// Linear RGB of the named primaries -> linear BT.709, D65 (BT.2087 for 2020; computed from SMPTE EG 432-1 for P3).
const TO_BT709: Partial<Record<Primaries, Matrix3>> = {
  bt2020: [1.660491, -0.5876411, -0.0728499, -0.1245505, 1.1328999, -0.0083494, -0.0181508, -0.1005789, 1.1187297],
  p3: [1.2249402, -0.2249404, 0, -0.0420569, 1.0420571, 0, -0.0196376, -0.0786361, 1.0982735],
};

export function multiply3(m: Matrix3, x: number, y: number, z: number): [number, number, number] {
  return [m[0] * x + m[1] * y + m[2] * z, m[3] * x + m[4] * y + m[5] * z, m[6] * x + m[7] * y + m[8] * z];
}

export function invert3(m: Matrix3): Matrix3 {
  const [a, b, c, d, e, f, g, h, i] = m;
  const A = e * i - f * h;
  const B = f * g - d * i;
  const C = d * h - e * g;
  const det = a * A + b * B + c * C;
  return [A, c * h - b * i, b * f - c * e, B, a * i - c * g, c * d - a * f, C, b * g - a * h, a * e - b * d].map(
    (v) => v / det,
  ) as unknown as Matrix3;
}

/** T of the frame path: RGB in the plate's own coding <-> display-referred sRGB, both unclamped, inverse of each other. */
export interface DisplayTransform {
  /** True when plate RGB is display-referred already: both functions then return their input. */
  readonly isIdentity: boolean;
  toDisplay(r: number, g: number, b: number): [number, number, number];
  fromDisplay(r: number, g: number, b: number): [number, number, number];
}

const AS_IS: DisplayTransform = {
  isIdentity: true,
  toDisplay: (r, g, b) => [r, g, b],
  fromDisplay: (r, g, b) => [r, g, b],
};

export function displayTransform(color: ColorTags): DisplayTransform {
  const gamut = TO_BT709[color.primaries];
  if (!gamut && (color.transfer === 'srgb' || color.transfer === 'bt709')) return AS_IS;
  const { decode, encode } = CURVES[color.transfer];
  const inverse = gamut && invert3(gamut);
  return {
    isIdentity: false,
    toDisplay(r, g, b) {
      const linear: [number, number, number] = [decode(r), decode(g), decode(b)];
      const [x, y, z] = gamut ? multiply3(gamut, ...linear) : linear;
      return [srgbEncode(x), srgbEncode(y), srgbEncode(z)];
    },
    fromDisplay(r, g, b) {
      const linear: [number, number, number] = [srgbDecode(r), srgbDecode(g), srgbDecode(b)];
      const [x, y, z] = inverse ? multiply3(inverse, ...linear) : linear;
      return [encode(x), encode(y), encode(z)];
    },
  };
}
