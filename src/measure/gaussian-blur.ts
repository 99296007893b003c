// Gaussian blur of a picture, with OpenCV's choice of kernel length for float pictures (cv::GaussianBlur, ksize 0,
// BORDER_REFLECT_101), so that figures can be compared with those of experiments made with OpenCV.

import type { Picture } from './picture.ts';

/** Half length of the kernel: taps -radius..radius. */
export function blurRadius(sigmaPx: number): number {
  return (Math.round(sigmaPx * 8 + 1) | 1) >> 1;
}

/** Taps 0..radius; the kernel is symmetric and sums to 1. */
function halfKernel(sigmaPx: number): Float64Array {
  const radius = blurRadius(sigmaPx);
  const taps = new Float64Array(radius + 1);
  let sum = 0;
  for (let i = 0; i <= radius; i++) {
    taps[i] = Math.exp((-i * i) / (2 * sigmaPx * sigmaPx));
    sum += i === 0 ? taps[i] : 2 * taps[i];
  }
  return taps.map((tap) => tap / sum);
}

/** The place of a pixel beyond the border, mirrored about the outermost pixel: -1 is 1, size is size - 2. */
function mirrored(at: number, size: number): number {
  if (size === 1) return 0;
  const period = 2 * (size - 1);
  const place = ((at % period) + period) % period;
  return place < size ? place : period - place;
}

/** @param sigmaPx - Standard deviation, pixels, above 0. */
export function gaussianBlur(picture: Picture, sigmaPx: number): Picture {
  if (!(sigmaPx > 0)) throw new RangeError(`sigma is ${sigmaPx}: it must be above 0`);
  const taps = halfKernel(sigmaPx);
  return { ...picture, data: blurColumns(blurRows(picture, taps), picture.width, picture.height, taps) };
}

function blurRows({ width, height, data }: Picture, taps: Float64Array): Float32Array {
  const radius = taps.length - 1;
  const out = new Float32Array(data.length);
  const padded = new Float64Array((width + 2 * radius) * 3);
  for (let y = 0; y < height; y++) {
    const row = y * width * 3;
    for (let x = -radius; x < width + radius; x++) {
      const from = row + mirrored(x, width) * 3;
      const to = (x + radius) * 3;
      padded[to] = data[from];
      padded[to + 1] = data[from + 1];
      padded[to + 2] = data[from + 2];
    }
    for (let i = 0, centre = radius * 3; i < width * 3; i++, centre++) {
      let sum = taps[0] * padded[centre];
      for (let k = 1, step = 3; k <= radius; k++, step += 3)
        sum += taps[k] * (padded[centre - step] + padded[centre + step]);
      out[row + i] = sum;
    }
  }
  return out;
}

function blurColumns(data: Float32Array, width: number, height: number, taps: Float64Array): Float32Array {
  const radius = taps.length - 1;
  const length = width * 3;
  const out = new Float32Array(data.length);
  const sums = new Float64Array(length);
  for (let y = 0; y < height; y++) {
    const row = y * length;
    for (let i = 0; i < length; i++) sums[i] = taps[0] * data[row + i];
    for (let k = 1; k <= radius; k++) {
      const above = mirrored(y - k, height) * length;
      const below = mirrored(y + k, height) * length;
      const tap = taps[k];
      for (let i = 0; i < length; i++) sums[i] += tap * (data[above + i] + data[below + i]);
    }
    out.set(sums, row);
  }
  return out;
}

/** Blur widths of the detail band, in pixels of a 512 px frame: pores and fine lines lie between them. */
const DETAIL_SIGMAS = [1, 4] as const;

/** How far a pixel of the detail band sees, in pixels. */
export const DETAIL_REACH: number = blurRadius(DETAIL_SIGMAS[1]);

/** The band between the two blurs: what is finer than shading and coarser than grain. */
export function detailBand(picture: Picture): Picture {
  const fine = gaussianBlur(picture, DETAIL_SIGMAS[0]).data;
  const coarse = gaussianBlur(picture, DETAIL_SIGMAS[1]).data;
  for (let i = 0; i < fine.length; i++) fine[i] -= coarse[i];
  return { ...picture, data: fine };
}
