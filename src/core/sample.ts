// Reads a square crop out of a plate as RGB floats: box reduction by a whole factor (so that a face larger than the
// crop does not alias, which is most of what makes landmarks tremble), then bilinear taps, then colour. Planes are filtered
// in their own coding and converted afterwards: filtering is linear, so only the crop's pixels pay for the conversion.

import type { Affine } from './affine.ts';
import { affineScale, composeAffine } from './affine.ts';
import { displayTransform, planeCodings, yuvToRgb } from './color.ts';
import type { Plane, Plate } from './frame.ts';
import { chromaShift } from './frame.ts';

export interface CropOptions {
  /** nhwc: r, g, b packed per pixel; nchw: three planes. */
  readonly layout: 'nhwc' | 'nchw';
  /** Display-referred 0 becomes `low`, 1 becomes `high`; linear between, clamped to that range unless `unclamped`. */
  readonly low: number;
  readonly high: number;
  /** Outside the plate: black (`low`), or the nearest pixel of its edge. */
  readonly border: 'black' | 'edge';
  readonly unclamped?: boolean;
}

/** Largest whole factor of the box reduction; a 4K plate on a 192 px detector needs 20. */
const MAX_REDUCTION = 32;

interface Reduced {
  data: Float32Array;
  width: number;
  height: number;
  /** Plane coordinates -> coordinates of `data`: subtract the origin, divide by the factor. */
  originX: number;
  originY: number;
  factor: number;
}

/** Owns the scratch memory of cropping, so that nothing is allocated per frame. Not re-entrant. */
export class PlateCropper {
  private readonly scratch: Reduced[] = [0, 1, 2].map(() => ({
    data: new Float32Array(0),
    width: 0,
    height: 0,
    originX: 0,
    originY: 0,
    factor: 1,
  }));
  private channels: Float32Array[] = [];

  /**
   * Fills `out` (size * size * 3) with the crop of `plate` under `cropToPlate` (crop pixels -> plate pixels).
   *
   * @returns `out`
   */
  crop(plate: Plate, cropToPlate: Affine, size: number, out: Float32Array, options: CropOptions): Float32Array {
    if (out.length < size * size * 3)
      throw new RangeError(`a crop of ${size} needs ${size * size * 3} numbers, got ${out.length}`);
    const count = size * size;
    if ((this.channels[0]?.length ?? 0) < count) this.channels = [0, 1, 2].map(() => new Float32Array(count));
    const [shiftX, shiftY] = chromaShift(plate.layout);
    plate.planes.forEach((plane, k) => {
      const toPlane = k === 0 ? cropToPlate : composeAffine(chromaFromLuma(shiftX, shiftY), cropToPlate);
      reducePlane(plane, toPlane, size, this.scratch[k]);
      sampleReduced(this.scratch[k], toPlane, size, this.channels[k]);
    });
    this.toRgb(plate, count);
    this.write(size, out, options);
    if (options.border === 'black') blackOutside(plate, cropToPlate, size, out, options);
    return out;
  }

  /** Turns the three sampled planes, in place, into display-referred RGB. */
  private toRgb(plate: Plate, count: number): void {
    const [a, b, c] = this.channels;
    const [ca, cb, cc] = planeCodings(plate);
    const m = plate.layout === 'rgb' ? null : yuvToRgb(plate.color.matrix);
    const display = displayTransform(plate.color);
    for (let i = 0; i < count; i++) {
      let r = a[i] * ca.scale + ca.offset;
      let g = b[i] * cb.scale + cb.offset;
      let bl = c[i] * cc.scale + cc.offset;
      if (m) {
        const y = r;
        const u = g;
        const v = bl;
        r = y + m[2] * v;
        g = y + m[4] * u + m[5] * v;
        bl = y + m[7] * u;
      }
      if (!display.isIdentity) [r, g, bl] = display.toDisplay(r, g, bl);
      a[i] = r;
      b[i] = g;
      c[i] = bl;
    }
  }

  private write(size: number, out: Float32Array, { layout, low, high, unclamped }: CropOptions): void {
    const count = size * size;
    const range = high - low;
    for (let k = 0; k < 3; k++) {
      const from = this.channels[k];
      const step = layout === 'nhwc' ? 3 : 1;
      let to = layout === 'nhwc' ? k : k * count;
      for (let i = 0; i < count; i++, to += step) {
        const v = from[i];
        out[to] = (unclamped ? v : v < 0 ? 0 : v > 1 ? 1 : v) * range + low;
      }
    }
  }
}

/** Luma -> chroma coordinates: sited left horizontally and centred vertically (H.264, HEVC, ProRes default). */
function chromaFromLuma(shiftX: number, shiftY: number): Affine {
  return [shiftX ? 0.5 : 1, 0, shiftX ? 0.25 : 0, 0, shiftY ? 0.5 : 1, 0];
}

function cornerBounds(m: Affine, size: number): [number, number, number, number] {
  const xs = [m[2], m[2] + m[0] * size, m[2] + m[1] * size, m[2] + (m[0] + m[1]) * size];
  const ys = [m[5], m[5] + m[3] * size, m[5] + m[4] * size, m[5] + (m[3] + m[4]) * size];
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

function clampTo(v: number, max: number): number {
  return Math.max(0, Math.min(max, v));
}

/** Averages factor x factor blocks of the plane under the crop. The block grid is fixed to the plate, not to the crop,
 * so that a still picture under a moving crop is always reduced alike. */
function reducePlane(plane: Plane, toPlane: Affine, size: number, out: Reduced): void {
  const factor = Math.max(1, Math.min(MAX_REDUCTION, Math.floor(affineScale(toPlane) + 0.1)));
  const [x0, y0, x1, y1] = cornerBounds(toPlane, size);
  const blocksX = Math.ceil(plane.width / factor);
  const blocksY = Math.ceil(plane.height / factor);
  const left = clampTo(Math.floor(x0 / factor) - 1, blocksX - 1);
  const top = clampTo(Math.floor(y0 / factor) - 1, blocksY - 1);
  out.factor = factor;
  out.width = clampTo(Math.ceil(x1 / factor) + 1, blocksX) - left;
  out.height = clampTo(Math.ceil(y1 / factor) + 1, blocksY) - top;
  if (out.width < 1) out.width = 1;
  if (out.height < 1) out.height = 1;
  out.originX = left * factor;
  out.originY = top * factor;
  if (out.data.length < out.width * out.height) out.data = new Float32Array(out.width * out.height);
  averageBlocks(plane, out);
}

/** Rows outermost, so that the plane is read in the order in which it lies in memory. */
function averageBlocks({ samples, stride, step, width: planeWidth, height: planeHeight }: Plane, out: Reduced): void {
  const { data, width, height, factor, originX, originY } = out;
  const whole = Math.min(width, Math.floor((planeWidth - originX) / factor));
  data.fill(0, 0, width * height);
  for (let by = 0, row = 0; by < height; by++, row += width) {
    const yTo = Math.min(originY + (by + 1) * factor, planeHeight);
    const rows = yTo - originY - by * factor;
    for (let y = yTo - rows; y < yTo; y++) {
      let at = y * stride + originX * step;
      for (let bx = 0; bx < whole; bx++) {
        let sum = 0;
        for (let i = 0; i < factor; i++, at += step) sum += samples[at];
        data[row + bx] += sum;
      }
      // the last block of the plane may be narrower
      if (whole === width) continue;
      for (let x = originX + whole * factor; x < planeWidth; x++, at += step) data[row + whole] += samples[at];
    }
    const full = 1 / (rows * factor);
    for (let bx = 0; bx < whole; bx++) data[row + bx] *= full;
    if (whole < width) data[row + whole] /= rows * (planeWidth - originX - whole * factor);
  }
}

/** Reduced pixels per crop pixel from which one bilinear tap would skip some: then four are averaged. */
const SKIPS_FROM = 1.25;

/** Bilinear; where the reduction left more than a pixel per crop pixel, the mean of 2 x 2 taps, which is its area. */
function sampleReduced(from: Reduced, toPlane: Affine, size: number, out: Float32Array): void {
  const scale = affineScale(toPlane) / from.factor;
  if (scale < SKIPS_FROM) {
    sampleBilinear(from, toPlane, size, 0.5, 0.5, 1, out);
    return;
  }
  out.fill(0, 0, size * size);
  for (const y of [0.25, 0.75]) for (const x of [0.25, 0.75]) sampleBilinear(from, toPlane, size, x, y, 0.25, out);
}

/** One tap per crop pixel, at (x, y) of the pixel; `weight` 1 writes, less adds. */
function sampleBilinear(
  from: Reduced,
  toPlane: Affine,
  size: number,
  atX: number,
  atY: number,
  weight: number,
  out: Float32Array,
): void {
  const { data, width, height, factor } = from;
  const inv = 1 / factor;
  const dx = toPlane[0] * inv;
  const dy = toPlane[3] * inv;
  const maxX = width - 1;
  const maxY = height - 1;
  const keep = weight === 1 ? 0 : 1;
  let at = 0;
  for (let row = 0; row < size; row++) {
    let x = (toPlane[0] * atX + toPlane[1] * (row + atY) + toPlane[2] - from.originX) * inv - 0.5;
    let y = (toPlane[3] * atX + toPlane[4] * (row + atY) + toPlane[5] - from.originY) * inv - 0.5;
    for (let col = 0; col < size; col++, x += dx, y += dy, at++) {
      const px = x < 0 ? 0 : x > maxX ? maxX : x;
      const py = y < 0 ? 0 : y > maxY ? maxY : y;
      const ix = px | 0;
      const iy = py | 0;
      const fx = px - ix;
      const fy = py - iy;
      const i = iy * width + ix;
      const right = ix < maxX ? 1 : 0;
      const down = iy < maxY ? width : 0;
      const top = data[i] + (data[i + right] - data[i]) * fx;
      const bottom = data[i + down] + (data[i + down + right] - data[i + down]) * fx;
      out[at] = keep * out[at] + weight * (top + (bottom - top) * fy);
    }
  }
}

function blackOutside(plate: Plate, m: Affine, size: number, out: Float32Array, { layout, low }: CropOptions): void {
  const [x0, y0, x1, y1] = cornerBounds(m, size);
  if (x0 >= 0 && y0 >= 0 && x1 <= plate.width && y1 <= plate.height) return;
  const count = size * size;
  for (let row = 0; row < size; row++) {
    for (let col = 0; col < size; col++) {
      const x = m[0] * (col + 0.5) + m[1] * (row + 0.5) + m[2];
      const y = m[3] * (col + 0.5) + m[4] * (row + 0.5) + m[5];
      if (x >= 0 && y >= 0 && x < plate.width && y < plate.height) continue;
      const i = row * size + col;
      for (let k = 0; k < 3; k++) out[layout === 'nhwc' ? i * 3 + k : k * count + i] = low;
    }
  }
}
