// Reading a rectangle of a plate as RGB and adding a change of RGB back, in each of the plate's layouts and depths.

import type { Matrix3, Plane, Plate } from '../core/index.ts';
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
  const u = new Float32Array(width);
  const v = new Float32Array(width);
  for (let y = y0, at = 0; y < y1; y++) {
    chromaRow(b, shifts, x0, x1, y, cb.scale, cb.offset, u);
    chromaRow(c, shifts, x0, x1, y, cc.scale, cc.offset, v);
    const row = y * a.stride;
    for (let i = 0; i < width; i++, at += 3) {
      const luma = a.samples[row + (x0 + i) * a.step] * ca.scale + ca.offset;
      out[at] = luma + m[2] * v[i];
      out[at + 1] = luma + m[4] * u[i] + m[5] * v[i];
      out[at + 2] = luma + m[7] * u[i];
    }
  }
}

/** One row of chroma at luma resolution: linear, sited left and vertically centred. */
function chromaRow(
  plane: Plane,
  [sx, sy]: readonly [number, number],
  x0: number,
  x1: number,
  y: number,
  scale: number,
  offset: number,
  out: Float32Array,
): void {
  const { samples, stride, step, width, height } = plane;
  const cy = sy ? (y + 0.5) / 2 - 0.5 : y;
  const top = Math.max(0, Math.min(height - 1, Math.floor(cy)));
  const below = Math.max(0, Math.min(height - 1, Math.floor(cy) + 1));
  const fy = cy - Math.floor(cy);
  const rowA = top * stride;
  const rowB = below * stride;
  for (let x = x0; x < x1; x++) {
    const left = sx ? x >> 1 : x;
    const right = sx && x & 1 ? Math.min(width - 1, left + 1) : left;
    const l = left * step;
    const r = right * step;
    const upper = (samples[rowA + l] + samples[rowA + r]) * 0.5;
    const lower = (samples[rowB + l] + samples[rowB + r]) * 0.5;
    out[x - x0] = (upper + (lower - upper) * fy) * scale + offset;
  }
}

/** Adds `delta` (in coded value units) to one sample, rounded and kept inside the code range; floats are not limited. */
function addTo(plane: Plane, index: number, delta: number, scale: number, max: number): void {
  const { samples } = plane;
  if (max === Infinity) {
    samples[index] += delta;
    return;
  }
  const value = samples[index] + delta / scale;
  samples[index] = value < 0 ? 0 : value > max ? max : (value + 0.5) | 0;
}

function maxCode(plate: Plate): number {
  return plate.depth === 'half' || plate.depth === 'float' ? Infinity : 2 ** plate.depth - 1;
}

function addToRgb(plate: Plate, [x0, y0, x1, y1]: Box, delta: Float32Array, coverage: Float32Array): void {
  const max = maxCode(plate);
  const codings = planeCodings(plate);
  plate.planes.forEach((plane, k) => {
    const { scale } = codings[k];
    for (let y = y0, at = 0; y < y1; y++) {
      for (let x = x0; x < x1; x++, at++) {
        if (coverage[at] > 0) addTo(plane, y * plane.stride + x * plane.step, delta[at * 3 + k], scale, max);
      }
    }
  });
}

function addToYuv(plate: Plate, box: Box, delta: Float32Array, coverage: Float32Array): void {
  const [x0, y0, x1, y1] = box;
  const max = maxCode(plate);
  const m = rgbToYuv(plate.color.matrix);
  const [ca] = planeCodings(plate);
  const [luma] = plate.planes;
  for (let y = y0, at = 0; y < y1; y++) {
    for (let x = x0; x < x1; x++, at++) {
      if (coverage[at] === 0) continue;
      const d = m[0] * delta[at * 3] + m[1] * delta[at * 3 + 1] + m[2] * delta[at * 3 + 2];
      addTo(luma, y * luma.stride + x * luma.step, d, ca.scale, max);
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
  const [, cb] = planeCodings(plate);
  const [, planeU, planeV] = plate.planes;
  for (let cy = y0 >> sy; cy << sy < y1; cy++) {
    for (let cx = x0 >> sx; cx << sx < x1; cx++) {
      let r = 0;
      let g = 0;
      let b = 0;
      let count = 0;
      let covered = false;
      for (let y = Math.max(y0, cy << sy); y < Math.min(y1, (cy + 1) << sy); y++) {
        for (let x = Math.max(x0, cx << sx); x < Math.min(x1, (cx + 1) << sx); x++) {
          const at = (y - y0) * width + x - x0;
          count++;
          if (coverage[at] === 0) continue;
          covered = true;
          r += delta[at * 3];
          g += delta[at * 3 + 1];
          b += delta[at * 3 + 2];
        }
      }
      if (!covered) continue;
      addTo(planeU, cy * planeU.stride + cx * planeU.step, (m[3] * r + m[4] * g + m[5] * b) / count, cb.scale, max);
      addTo(planeV, cy * planeV.stride + cx * planeV.step, (m[6] * r + m[7] * g + m[8] * b) / count, cb.scale, max);
    }
  }
}

/**
 * Adds a change to the box, in place; samples without coverage are not written.
 *
 * @param delta - Change of RGB in the plate's own coding, interleaved, over the box.
 * @param coverage - Per pixel of the box; only 0 or not matters.
 */
export function addRgb(plate: Plate, box: Box, delta: Float32Array, coverage: Float32Array): void {
  if (plate.layout === 'rgb') addToRgb(plate, box, delta, coverage);
  else addToYuv(plate, box, delta, coverage);
}
