// Plates composed from pictures of faces, for tests and benches of the tracker: heads pasted on a grainy ground, where one
// can cover another, noise, and a camera's 4:2:0.

import type { ColorTags, Plate } from '../src/core/index.ts';
import { makePlate, packedRgb, rgbToYuv } from '../src/core/index.ts';
import { readImage } from '../src/adapters/node/images.ts';

/** Packed RGB, 0..255 as floats, so that noise can be added before rounding. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/** The oval of a picture that is pasted: centre and half-axes in the picture's pixels. */
export interface Oval {
  readonly cx: number;
  readonly cy: number;
  readonly rx: number;
  readonly ry: number;
}

/** Even numbers between 0 and 1 that are the same in every run. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

export async function readCanvas(file: string): Promise<Canvas> {
  const { plate } = await readImage(file);
  const { width, height, planes } = plate;
  const data = new Float32Array(width * height * 3);
  planes.forEach(({ samples, stride, step }, k) => {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) data[(y * width + x) * 3 + k] = samples[y * stride + x * step];
    }
  });
  return { width, height, data };
}

/** Blocks of random grey, so that the ground has edges of its own; another seed is another scene. */
export function ground(width: number, height: number, seed: number): Canvas {
  const random = randomNumbers(seed);
  const block = Math.ceil(width / 16);
  const blocks = Array.from({ length: 17 * Math.ceil(height / block + 1) }, () => 40 + 120 * random());
  const data = new Float32Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const grey = blocks[Math.floor(y / block) * 17 + Math.floor(x / block)];
      const i = (y * width + x) * 3;
      data[i] = data[i + 1] = data[i + 2] = grey;
    }
  }
  return { width, height, data };
}

/** Lays the oval of `picture`, scaled, with its centre at (x, y) of `canvas`; what was there is covered. */
export function paste(canvas: Canvas, picture: Canvas, oval: Oval, x: number, y: number, scale: number): void {
  const top = Math.max(0, Math.floor(y - oval.ry * scale));
  const bottom = Math.min(canvas.height, Math.ceil(y + oval.ry * scale));
  const left = Math.max(0, Math.floor(x - oval.rx * scale));
  const right = Math.min(canvas.width, Math.ceil(x + oval.rx * scale));
  for (let py = top; py < bottom; py++) {
    for (let px = left; px < right; px++) {
      const u = (px + 0.5 - x) / scale;
      const v = (py + 0.5 - y) / scale;
      if ((u / oval.rx) ** 2 + (v / oval.ry) ** 2 > 1) continue;
      for (let k = 0; k < 3; k++) {
        canvas.data[(py * canvas.width + px) * 3 + k] = bilinear(picture, u + oval.cx, v + oval.cy, k);
      }
    }
  }
}

function bilinear({ width, height, data }: Canvas, x: number, y: number, channel: number): number {
  const u = Math.max(0, Math.min(width - 1.001, x - 0.5));
  const v = Math.max(0, Math.min(height - 1.001, y - 0.5));
  const [ix, iy] = [Math.floor(u), Math.floor(v)];
  const at = (i: number, j: number): number => data[(j * width + i) * 3 + channel];
  const upper = at(ix, iy) + (at(ix + 1, iy) - at(ix, iy)) * (u - ix);
  const lower = at(ix, iy + 1) + (at(ix + 1, iy + 1) - at(ix, iy + 1)) * (u - ix);
  return upper + (lower - upper) * (v - iy);
}

/** Another light: every number times `gain` plus `offset`. */
export function relit(canvas: Canvas, gain: number, offset: number): Canvas {
  return { ...canvas, data: canvas.data.map((v) => v * gain + offset) };
}

/** 8-bit sRGB; `noise` is its standard deviation in codes. */
export function rgbPlate({ width, height, data }: Canvas, noise = 0, seed = 1): Plate {
  const bytes = new Uint8ClampedArray(data.length);
  const random = gaussian(seed);
  for (let i = 0; i < data.length; i++) bytes[i] = noise > 0 ? data[i] + noise * random() : data[i];
  return packedRgb(new Uint8Array(bytes.buffer), width, height, 3, 8);
}

const HD: ColorTags = { matrix: 'bt709', transfer: 'bt709', primaries: 'bt709', range: 'limited' };

/** 8-bit 4:2:0, limited range, as a camera delivers it; width and height are even. `noise` as in rgbPlate, on every plane. */
export function cameraPlate({ width, height, data }: Canvas, noise = 0, seed = 1): Plate {
  const plate = makePlate(width, height, 'yuv420', 8, HD);
  const m = rgbToYuv('bt709');
  const random = gaussian(seed);
  const [luma, cb, cr] = plate.planes.map((plane) => plane.samples);
  const weigh = (row: number, i: number): number =>
    (m[row * 3] * data[i] + m[row * 3 + 1] * data[i + 1] + m[row * 3 + 2] * data[i + 2]) / 255;
  const coded = (v: number): number => Math.max(0, Math.min(255, Math.round(noise > 0 ? v + noise * random() : v)));
  for (let i = 0; i < luma.length; i++) luma[i] = coded(16 + 219 * weigh(0, i * 3));
  for (let y = 0, at = 0; y < height; y += 2) {
    for (let x = 0; x < width; x += 2, at++) {
      const i = (y * width + x) * 3;
      const four = [i, i + 3, i + width * 3, i + width * 3 + 3];
      cb[at] = coded(128 + 56 * four.reduce((sum, k) => sum + weigh(1, k), 0));
      cr[at] = coded(128 + 56 * four.reduce((sum, k) => sum + weigh(2, k), 0));
    }
  }
  return plate;
}

/** Standard normal numbers, by Box and Muller. */
const NORMAL = Float32Array.from({ length: 1 << 16 }, normalNumbers(randomNumbers(1)));

function normalNumbers(random: () => number): () => number {
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Drawn from the table, which is much faster than making each. */
function gaussian(seed: number): () => number {
  const random = randomNumbers(seed);
  return () => NORMAL[Math.floor(random() * NORMAL.length)];
}
