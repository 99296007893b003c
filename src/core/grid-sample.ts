// Reads a packed 8-bit RGB picture, or its material mask, at any places: those of an affine map, or of a bent one given on
// a coarse lattice. For pictures in memory that are looked at again and again; what a plate holds is read by sample.ts.

import type { Affine } from './affine.ts';

/** A picture in memory: packed r, g, b, display-referred, 8 bit. */
export interface Rgb8 {
  readonly samples: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** What stands beyond the border: the outermost pixel held, or the picture mirrored. */
export type Beyond = 'edge' | 'mirror';

/** A lattice over a square crop. */
export interface SampleGrid {
  /** Cells a side; there is one node more. */
  readonly cells: number;
  /** x, y per node in picture pixels, row by row; node (i, j) stands at (i, j) * size / cells of the crop. */
  readonly places: Float32Array;
}

/**
 * For each pixel of a square crop the place in the picture where it is read, less half a pixel: whole numbers are pixel
 * centres. Worked out once, used for a picture, its mask, and all that lie on it.
 */
export class CropPlaces {
  readonly size: number;
  readonly x: Float32Array;
  readonly y: Float32Array;

  constructor(size: number) {
    this.size = size;
    this.x = new Float32Array(size * size);
    this.y = new Float32Array(size * size);
  }

  /** @param toPicture - Crop pixels -> picture pixels. @returns itself */
  setAffine([a, b, c, d, e, f]: Affine): this {
    const { size, x, y } = this;
    for (let row = 0, i = 0; row < size; row++) {
      const left = b * (row + 0.5) + c - 0.5;
      const top = e * (row + 0.5) + f - 0.5;
      for (let col = 0; col < size; col++, i++) {
        x[i] = a * (col + 0.5) + left;
        y[i] = d * (col + 0.5) + top;
      }
    }
    return this;
  }

  /** Bilinear between the nodes. @returns itself */
  setGrid({ cells, places }: SampleGrid): this {
    const { size, x, y } = this;
    const step = cells / size;
    for (let row = 0, i = 0; row < size; row++) {
      const v = (row + 0.5) * step;
      const top = v | 0;
      const fv = v - top;
      const line = top * (cells + 1);
      for (let col = 0; col < size; col++, i++) {
        const u = (col + 0.5) * step;
        const left = u | 0;
        const fu = u - left;
        const a = (line + left) * 2;
        const b = a + (cells + 1) * 2;
        const upper = places[a] + (places[a + 2] - places[a]) * fu;
        const lower = places[b] + (places[b + 2] - places[b]) * fu;
        const upperY = places[a + 1] + (places[a + 3] - places[a + 1]) * fu;
        const lowerY = places[b + 1] + (places[b + 3] - places[b + 1]) * fu;
        x[i] = upper + (lower - upper) * fv - 0.5;
        y[i] = upperY + (lowerY - upperY) * fv - 0.5;
      }
    }
    return this;
  }
}

/** Catmull-Rom weights of the four pixels around a place, by its 256th part of a pixel. */
const CUBIC = cubicTable();

function cubicTable(): Float32Array {
  const table = new Float32Array(257 * 4);
  for (let k = 0; k <= 256; k++) {
    const t = k / 256;
    table[4 * k] = ((-0.5 * t + 1) * t - 0.5) * t;
    table[4 * k + 1] = (1.5 * t - 2.5) * t * t + 1;
    table[4 * k + 2] = ((-1.5 * t + 2) * t + 0.5) * t;
    table[4 * k + 3] = (0.5 * t - 0.5) * t * t;
  }
  return table;
}

/**
 * Bicubic (Catmull-Rom): for up to about 1.3 picture pixels per crop pixel, beyond which it would alias.
 *
 * @param out - Takes three planes of size * size, 0..1.
 * @param where - One plane: where it is 0, nothing is read and `out` is left as it is.
 */
export function sampleRgb(
  picture: Rgb8,
  places: CropPlaces,
  out: Float32Array,
  beyond: Beyond = 'edge',
  where: Float32Array | null = null,
): void {
  const { samples, width, height } = picture;
  const { x: xs, y: ys } = places;
  const plane = xs.length;
  const stride = width * 3;
  const scale = 1 / 255;
  for (let at = 0; at < plane; at++) {
    if (where !== null && where[at] === 0) continue;
    const x = xs[at];
    const y = ys[at];
    if (!(x >= 1 && y >= 1 && x < width - 2 && y < height - 2)) {
      sampleAtBorder(picture, x, y, beyond, out, at);
      continue;
    }
    const ix = x | 0;
    const iy = y | 0;
    const wx = (((x - ix) * 256 + 0.5) | 0) * 4;
    const wy = (((y - iy) * 256 + 0.5) | 0) * 4;
    const w0 = CUBIC[wx];
    const w1 = CUBIC[wx + 1];
    const w2 = CUBIC[wx + 2];
    const w3 = CUBIC[wx + 3];
    let r = 0;
    let g = 0;
    let b = 0;
    let i = (iy - 1) * stride + (ix - 1) * 3;
    for (let k = wy; k < wy + 4; k++, i += stride) {
      const w = CUBIC[k];
      r += w * (w0 * samples[i] + w1 * samples[i + 3] + w2 * samples[i + 6] + w3 * samples[i + 9]);
      g += w * (w0 * samples[i + 1] + w1 * samples[i + 4] + w2 * samples[i + 7] + w3 * samples[i + 10]);
      b += w * (w0 * samples[i + 2] + w1 * samples[i + 5] + w2 * samples[i + 8] + w3 * samples[i + 11]);
    }
    out[at] = r < 0 ? 0 : r > 255 ? 1 : r * scale;
    out[at + plane] = g < 0 ? 0 : g > 255 ? 1 : g * scale;
    out[at + 2 * plane] = b < 0 ? 0 : b > 255 ? 1 : b * scale;
  }
}

function sampleAtBorder(
  { samples, width, height }: Rgb8,
  x: number,
  y: number,
  beyond: Beyond,
  out: Float32Array,
  at: number,
): void {
  const ix = Math.floor(x);
  const iy = Math.floor(y);
  const wx = (((x - ix) * 256 + 0.5) | 0) * 4;
  const wy = (((y - iy) * 256 + 0.5) | 0) * 4;
  const plane = out.length / 3;
  for (let c = 0; c < 3; c++) {
    let sum = 0;
    for (let k = 0; k < 4; k++) {
      const row = inside(iy - 1 + k, height, beyond) * width;
      for (let l = 0; l < 4; l++)
        sum += CUBIC[wy + k] * CUBIC[wx + l] * samples[(row + inside(ix - 1 + l, width, beyond)) * 3 + c];
    }
    out[at + c * plane] = sum < 0 ? 0 : sum > 255 ? 1 : sum / 255;
  }
}

/** The pixel that stands for one beyond the border. */
function inside(i: number, count: number, beyond: Beyond): number {
  if (i >= 0 && i < count) return i;
  if (beyond === 'edge') return i < 0 ? 0 : count - 1;
  const period = 2 * count;
  const k = ((i % period) + period) % period;
  return k < count ? k : period - 1 - k;
}

/** A set of materials, and how much of each crop pixel lies in it. */
export interface MaterialShare {
  /** 256 numbers: what each material counts as. */
  readonly counts: Float32Array;
  /** Takes one plane of size * size. */
  readonly out: Float32Array;
}

/**
 * Reads any number of shares in one go, bilinear.
 *
 * @param materials - One byte a pixel, [height, width] of the picture.
 */
export function sampleMaterials(
  materials: Uint8Array,
  { width, height }: Pick<Rgb8, 'width' | 'height'>,
  places: CropPlaces,
  shares: readonly MaterialShare[],
  beyond: Beyond = 'edge',
): void {
  const { x: xs, y: ys } = places;
  for (let at = 0; at < xs.length; at++) {
    const ix = Math.floor(xs[at]);
    const iy = Math.floor(ys[at]);
    const left = inside(ix, width, beyond);
    const right = inside(ix + 1, width, beyond);
    const top = inside(iy, height, beyond) * width;
    const bottom = inside(iy + 1, height, beyond) * width;
    const a = materials[top + left];
    const b = materials[top + right];
    const c = materials[bottom + left];
    const d = materials[bottom + right];
    const isPlain = a === b && a === c && a === d;
    const fx = xs[at] - ix;
    const fy = ys[at] - iy;
    for (const { counts, out } of shares) {
      if (isPlain) {
        out[at] = counts[a];
        continue;
      }
      const upper = counts[a] + (counts[b] - counts[a]) * fx;
      const lower = counts[c] + (counts[d] - counts[c]) * fx;
      out[at] = upper + (lower - upper) * fy;
    }
  }
}
