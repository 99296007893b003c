// Reading a rectangle of a plate as RGB and adding a change of RGB back, in each of the plate's layouts and depths.

import type { Matrix3, Plane, Plate, SampleArray, SampleCoding } from '../core/index.ts';
import { chromaShift, planeCodings, rgbToYuv, yuvToRgb } from '../core/index.ts';

/** Plate rectangle, half-open: x0, y0, x1, y1. */
export type Box = readonly [number, number, number, number];

/** Reads the box as interleaved RGB in the plate's own coding, chroma interpolated to every pixel. */
export function readRgb(plate: Plate, [x0, y0, x1, y1]: Box, out: Float32Array): void {
  const [a, b, c] = plate.planes;
  const [ca, cb, cc] = planeCodings(plate);
  const width = x1 - x0;
  if (plate.layout === 'rgb') {
    for (let y = y0, at = 0; y < y1; y++) {
      for (let x = x0; x < x1; x++, at += 3) {
        out[at] = a.samples[y * a.stride + x * a.step] * ca.scale + ca.offset;
        out[at + 1] = b.samples[y * b.stride + x * b.step] * cb.scale + cb.offset;
        out[at + 2] = c.samples[y * c.stride + x * c.step] * cc.scale + cc.offset;
      }
    }
    return;
  }
  const m = yuvToRgb(plate.color.matrix);
  const shifts = chromaShift(plate.layout);
  const u = new Float32Array(width + 1);
  const v = new Float32Array(width + 1);
  for (let y = y0, at = 0; y < y1; y++) {
    chromaRow(b, shifts, x0, x1, y, cb, u);
    chromaRow(c, shifts, x0, x1, y, cc, v);
    let from = y * a.stride + x0 * a.step;
    for (let i = 0; i < width; i++, at += 3, from += a.step) {
      const luma = a.samples[from] * ca.scale + ca.offset;
      out[at] = luma + m[2] * v[i];
      out[at + 1] = luma + m[4] * u[i] + m[5] * v[i];
      out[at + 2] = luma + m[7] * u[i];
    }
  }
}

/** One row of chroma at luma resolution: linear, sited left and vertically centred. `out` has room for one more. */
function chromaRow(
  plane: Plane,
  [sx, sy]: readonly [number, number],
  x0: number,
  x1: number,
  y: number,
  { scale, offset }: SampleCoding,
  out: Float32Array,
): void {
  const { samples, stride, step, width, height } = plane;
  const cy = sy ? (y + 0.5) / 2 - 0.5 : y;
  const top = Math.max(0, Math.min(height - 1, Math.floor(cy)));
  const below = Math.max(0, Math.min(height - 1, Math.floor(cy) + 1));
  const lowerShare = (cy - Math.floor(cy)) * scale;
  const upperShare = scale - lowerShare;
  const rowA = top * stride;
  const rowB = below * stride;
  if (!sx) {
    for (let x = x0, i = 0; x < x1; x++, i++)
      out[i] = samples[rowA + x * step] * upperShare + samples[rowB + x * step] * lowerShare + offset;
    return;
  }
  // even pixels have a sample of their own; odd ones lie half way between two
  const start = (x0 >> 1) * step;
  const last = (width - 1) * step;
  let value = samples[rowA + start] * upperShare + samples[rowB + start] * lowerShare + offset;
  for (let i = -(x0 & 1), at = start; i < x1 - x0; i += 2) {
    at = Math.min(last, at + step);
    const next = samples[rowA + at] * upperShare + samples[rowB + at] * lowerShare + offset;
    if (i >= 0) out[i] = value;
    out[i + 1] = 0.5 * (value + next);
    value = next;
  }
}

/** Adds `codes` to one sample, rounded and kept inside the code range; floats are not limited. */
function addTo(samples: SampleArray, index: number, codes: number, max: number): void {
  const value = samples[index] + codes;
  if (max === Infinity) samples[index] = value;
  else samples[index] = value < 0 ? 0 : value > max ? max : (value + 0.5) | 0;
}

function maxCode(plate: Plate): number {
  return plate.depth === 'half' || plate.depth === 'float' ? Infinity : 2 ** plate.depth - 1;
}

function addToRgb(plate: Plate, [x0, y0, x1, y1]: Box, delta: Float32Array, coverage: Float32Array): void {
  const max = maxCode(plate);
  const codings = planeCodings(plate);
  plate.planes.forEach((plane, k) => {
    const perCode = 1 / codings[k].scale;
    for (let y = y0, at = 0; y < y1; y++) {
      for (let x = x0; x < x1; x++, at++) {
        if (coverage[at] > 0) addTo(plane.samples, y * plane.stride + x * plane.step, delta[at * 3 + k] * perCode, max);
      }
    }
  });
}

function addToYuv(plate: Plate, box: Box, delta: Float32Array, coverage: Float32Array): void {
  const [x0, y0, x1, y1] = box;
  const max = maxCode(plate);
  const m = rgbToYuv(plate.color.matrix);
  const perCode = 1 / planeCodings(plate)[0].scale;
  const [red, green, blue] = [m[0] * perCode, m[1] * perCode, m[2] * perCode];
  const { samples, stride, step } = plate.planes[0];
  for (let y = y0, at = 0; y < y1; y++) {
    for (let x = x0, to = y * stride + x0 * step; x < x1; x++, at++, to += step) {
      if (coverage[at] === 0) continue;
      const codes = red * delta[at * 3] + green * delta[at * 3 + 1] + blue * delta[at * 3 + 2];
      addTo(samples, to, codes, max);
    }
  }
  writeChroma(plate, box, delta, coverage, m, max);
}

/** Each chroma sample gets the mean change of the luma pixels that it covers; one with no coverage is not written. */
function writeChroma(
  plate: Plate,
  [x0, y0, x1, y1]: Box,
  delta: Float32Array,
  coverage: Float32Array,
  m: Matrix3,
  max: number,
): void {
  const [sx, sy] = chromaShift(plate.layout);
  const width = x1 - x0;
  const share = 0.25 / planeCodings(plate)[1].scale;
  const [, planeU, planeV] = plate.planes;
  for (let cy = y0 >> sy; cy << sy < y1; cy++) {
    const top = ((cy << sy) - y0) * width;
    // the last row and column of a plate of odd size stand alone; then they count twice
    const below = (cy << sy) + sy < y1 ? top + sy * width : top;
    for (let cx = x0 >> sx; cx << sx < x1; cx++) {
      const left = (cx << sx) - x0;
      const right = (cx << sx) + sx < x1 ? left + sx : left;
      const [i, j, k, l] = [top + left, top + right, below + left, below + right];
      if (coverage[i] === 0 && coverage[j] === 0 && coverage[k] === 0 && coverage[l] === 0) continue;
      const red = share * (delta[3 * i] + delta[3 * j] + delta[3 * k] + delta[3 * l]);
      const green = share * (delta[3 * i + 1] + delta[3 * j + 1] + delta[3 * k + 1] + delta[3 * l + 1]);
      const blue = share * (delta[3 * i + 2] + delta[3 * j + 2] + delta[3 * k + 2] + delta[3 * l + 2]);
      const at = cy * planeU.stride + cx * planeU.step;
      addTo(planeU.samples, at, m[3] * red + m[4] * green + m[5] * blue, max);
      addTo(planeV.samples, cy * planeV.stride + cx * planeV.step, m[6] * red + m[7] * green + m[8] * blue, max);
    }
  }
}

/**
 * Adds a change to the box, in place; samples without coverage are not written.
 *
 * @param delta - Change of RGB in the plate's own coding, interleaved, over the box; 0 where the coverage is.
 * @param coverage - Per pixel of the box; only 0 or not matters.
 */
export function addRgb(plate: Plate, box: Box, delta: Float32Array, coverage: Float32Array): void {
  if (plate.layout === 'rgb') addToRgb(plate, box, delta, coverage);
  else addToYuv(plate, box, delta, coverage);
}
