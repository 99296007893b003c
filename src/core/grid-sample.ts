// Reads a packed 8-bit RGB picture, or its material mask, through a lattice of places: one cell for an affine map, many for
// a bent one. For pictures in memory that are looked at again and again; what a plate holds is read by sample.ts.

import type { Affine } from './affine.ts';
import { applyAffine } from './affine.ts';

/** A picture in memory: packed r, g, b, display-referred, 8 bit. */
export interface Rgb8 {
  readonly samples: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Where a square crop is read from. Bilinear between the nodes. */
export interface SampleGrid {
  /** Cells a side; there is one node more. */
  readonly cells: number;
  /** x, y per node in picture pixels, row by row; node (i, j) stands at (i, j) * size / cells of the crop. */
  readonly places: Float32Array;
}

/** @param cropToPicture - Crop pixels -> picture pixels. */
export function affineGrid(cropToPicture: Affine, size: number): SampleGrid {
  const corners = [0, 1, 2, 3].flatMap((k) => applyAffine(cropToPicture, (k & 1) * size, (k >> 1) * size));
  return { cells: 1, places: Float32Array.from(corners) };
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

/** The places of one row of the crop; kept between rows so that nothing is allocated. */
class RowPlaces {
  readonly x: Float32Array;
  readonly y: Float32Array;
  private readonly grid: SampleGrid;
  private readonly size: number;

  constructor(grid: SampleGrid, size: number) {
    this.grid = grid;
    this.size = size;
    this.x = new Float32Array(size);
    this.y = new Float32Array(size);
  }

  /** Fills x and y, less half a pixel: whole numbers are pixel centres. */
  moveTo(row: number): void {
    const { cells, places } = this.grid;
    const { x, y, size } = this;
    const v = ((row + 0.5) * cells) / size;
    const top = Math.min(cells - 1, Math.floor(v));
    const fv = v - top;
    const upper = top * (cells + 1) * 2;
    const lower = upper + (cells + 1) * 2;
    const step = cells / size;
    for (let cell = 0; cell < cells; cell++) {
      const a = upper + cell * 2;
      const b = lower + cell * 2;
      const left = places[a] + (places[b] - places[a]) * fv;
      const right = places[a + 2] + (places[b + 2] - places[a + 2]) * fv;
      const leftY = places[a + 1] + (places[b + 1] - places[a + 1]) * fv;
      const rightY = places[a + 3] + (places[b + 3] - places[a + 3]) * fv;
      const end = Math.min(size, Math.ceil(((cell + 1) * size) / cells - 0.5));
      for (let col = Math.ceil((cell * size) / cells - 0.5); col < end; col++) {
        const fu = (col + 0.5) * step - cell;
        x[col] = left + (right - left) * fu - 0.5;
        y[col] = leftY + (rightY - leftY) * fu - 0.5;
      }
    }
  }
}

/**
 * Bicubic (Catmull-Rom), the outermost pixels held beyond the border: for up to about 1.3 picture pixels per crop pixel,
 * beyond which it would alias.
 *
 * @param out - Takes three planes of size * size, 0..1.
 */
export function sampleRgb(picture: Rgb8, grid: SampleGrid, size: number, out: Float32Array): void {
  const { samples, width, height } = picture;
  const places = new RowPlaces(grid, size);
  const { x: xs, y: ys } = places;
  const plane = size * size;
  const stride = width * 3;
  for (let row = 0, at = 0; row < size; row++) {
    places.moveTo(row);
    for (let col = 0; col < size; col++, at++) {
      const x = xs[col];
      const y = ys[col];
      const ix = Math.floor(x);
      const iy = Math.floor(y);
      const wx = (((x - ix) * 256 + 0.5) | 0) * 4;
      const wy = (((y - iy) * 256 + 0.5) | 0) * 4;
      if (ix < 1 || iy < 1 || ix > width - 3 || iy > height - 3) {
        sampleAtBorder(picture, ix, iy, wx, wy, at, plane, out);
        continue;
      }
      const w0 = CUBIC[wx];
      const w1 = CUBIC[wx + 1];
      const w2 = CUBIC[wx + 2];
      const w3 = CUBIC[wx + 3];
      let r = 0;
      let g = 0;
      let b = 0;
      let i = (iy - 1) * stride + (ix - 1) * 3;
      for (let k = 0; k < 4; k++, i += stride) {
        const w = CUBIC[wy + k];
        r += w * (w0 * samples[i] + w1 * samples[i + 3] + w2 * samples[i + 6] + w3 * samples[i + 9]);
        g += w * (w0 * samples[i + 1] + w1 * samples[i + 4] + w2 * samples[i + 7] + w3 * samples[i + 10]);
        b += w * (w0 * samples[i + 2] + w1 * samples[i + 5] + w2 * samples[i + 8] + w3 * samples[i + 11]);
      }
      out[at] = r < 0 ? 0 : r > 255 ? 1 : r / 255;
      out[at + plane] = g < 0 ? 0 : g > 255 ? 1 : g / 255;
      out[at + 2 * plane] = b < 0 ? 0 : b > 255 ? 1 : b / 255;
    }
  }
}

function sampleAtBorder(
  { samples, width, height }: Rgb8,
  ix: number,
  iy: number,
  wx: number,
  wy: number,
  at: number,
  plane: number,
  out: Float32Array,
): void {
  for (let c = 0; c < 3; c++) {
    let sum = 0;
    for (let k = 0; k < 4; k++) {
      const row = clampIndex(iy - 1 + k, height) * width;
      for (let l = 0; l < 4; l++)
        sum += CUBIC[wy + k] * CUBIC[wx + l] * samples[(row + clampIndex(ix - 1 + l, width)) * 3 + c];
    }
    out[at + c * plane] = Math.max(0, Math.min(1, sum / 255));
  }
}

function clampIndex(i: number, count: number): number {
  return i < 0 ? 0 : i >= count ? count - 1 : i;
}

/**
 * How much of each crop pixel lies in certain materials, bilinear.
 *
 * @param materials - One byte a pixel, [height, width] of the picture.
 * @param counts - 256 numbers: what each material counts as.
 * @param out - Takes one plane of size * size.
 */
export function sampleMaterials(
  materials: Uint8Array,
  { width, height }: Pick<Rgb8, 'width' | 'height'>,
  counts: Float32Array,
  grid: SampleGrid,
  size: number,
  out: Float32Array,
): void {
  const places = new RowPlaces(grid, size);
  const { x: xs, y: ys } = places;
  for (let row = 0, at = 0; row < size; row++) {
    places.moveTo(row);
    for (let col = 0; col < size; col++, at++) {
      const x = xs[col] < 0 ? 0 : xs[col] > width - 1 ? width - 1 : xs[col];
      const y = ys[col] < 0 ? 0 : ys[col] > height - 1 ? height - 1 : ys[col];
      const ix = x | 0;
      const iy = y | 0;
      const i = iy * width + ix;
      const right = ix < width - 1 ? 1 : 0;
      const below = iy < height - 1 ? width : 0;
      const a = counts[materials[i]];
      const b = counts[materials[i + below]];
      const top = a + (counts[materials[i + right]] - a) * (x - ix);
      const bottom = b + (counts[materials[i + below + right]] - b) * (x - ix);
      out[at] = top + (bottom - top) * (y - iy);
    }
  }
}
