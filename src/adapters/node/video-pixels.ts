// How the pixel formats of FFmpeg hold the three planes of a plate, read from the names of the formats, and the copying
// of one into the other. Turning a picture upright is the same copy with other steps. No sample value ever changes here.

import type { Plane, Plate, PlateLayout, SampleArray, SampleDepth } from '../../core/index.ts';
import { chromaShift } from '../../core/index.ts';

/** Where the samples of one plane lie in a frame, counted in samples. */
interface PlanePlace {
  /** Which of the frame's buffers. */
  readonly buffer: number;
  readonly offset: number;
  readonly step: number;
}

export interface PixelForm {
  readonly layout: PlateLayout;
  readonly depth: SampleDepth;
  readonly places: readonly [PlanePlace, PlanePlace, PlanePlace];
}

/** A frame's memory as FFmpeg describes it. */
export interface FrameMemory {
  readonly buffers: readonly Buffer[];
  /** Bytes from one row to the next, for each buffer. */
  readonly rowBytes: readonly number[];
  readonly width: number;
  readonly height: number;
}

const DEPTHS: Readonly<Record<string, SampleDepth>> = { '': 8, 10: 10, 12: 12, 16: 16, f16: 'half', f32: 'float' };

/** Channel offsets of R, G, B and the channels of a pixel. */
const PACKED_RGB: Readonly<Record<string, readonly [number, number, number, number]>> = {
  rgb: [0, 1, 2, 3],
  bgr: [2, 1, 0, 3],
  rgba: [0, 1, 2, 4],
  rgb0: [0, 1, 2, 4],
  bgra: [2, 1, 0, 4],
  bgr0: [2, 1, 0, 4],
  argb: [1, 2, 3, 4],
  '0rgb': [1, 2, 3, 4],
  abgr: [3, 2, 1, 4],
  '0bgr': [3, 2, 1, 4],
};

/** Buffer, offset and step of Y, Cb, Cr. */
const PACKED_YUV: Readonly<Record<string, readonly [PlateLayout, readonly (readonly [number, number, number])[]]>> = {
  uyvy422: ['yuv422', [[0, 1, 2], [0, 0, 4], [0, 2, 4]]], // prettier-ignore
  yuyv422: ['yuv422', [[0, 0, 2], [0, 1, 4], [0, 3, 4]]], // prettier-ignore
  nv12: ['yuv420', [[0, 0, 1], [1, 0, 2], [1, 1, 2]]], // prettier-ignore
  nv16: ['yuv422', [[0, 0, 1], [1, 0, 2], [1, 1, 2]]], // prettier-ignore
};

function places(of: readonly (readonly [number, number, number])[]): PixelForm['places'] {
  const [a, b, c] = of.map(([buffer, offset, step]) => ({ buffer, offset, step }));
  return [a, b, c];
}

/**
 * @param name - FFmpeg's name: `yuv420p10le`, `bgr0`, `gbrpf32le` …; alpha, where there is one, is left out.
 * @returns null for formats whose samples are not those of a plate (packed bits, other depths, big endian).
 */
export function pixelForm(name: string): PixelForm | null {
  const planar = /^(yuvj?a?(420|422|444)p|gbra?p)(10|12|16|f16|f32)?(?:le)?$/.exec(name);
  if (planar) {
    const layout: PlateLayout = planar[2] ? (`yuv${planar[2]}` as PlateLayout) : 'rgb';
    const order = layout === 'rgb' ? [2, 0, 1] : [0, 1, 2];
    return { layout, depth: DEPTHS[planar[3] ?? ''], places: places(order.map((buffer) => [buffer, 0, 1])) };
  }
  if (PACKED_YUV[name]) return { layout: PACKED_YUV[name][0], depth: 8, places: places(PACKED_YUV[name][1]) };
  const packed = /^(0?[rgb]{3}0?|a[rgb]{3}|[rgb]{3}a)(24|48le|64le|f16le|f32le)?$/.exec(name);
  const channels = packed && PACKED_RGB[packed[1]];
  if (!channels) return null;
  const bits = packed[2] ?? '';
  const depth = bits === '48le' || bits === '64le' ? 16 : bits === 'f16le' ? 'half' : bits === 'f32le' ? 'float' : 8;
  return { layout: 'rgb', depth, places: places([0, 1, 2].map((k) => [0, channels[k], channels[3]])) };
}

/** FFmpeg's planar format for such plates. */
export function planarFormatName(layout: PlateLayout, depth: SampleDepth): string {
  const family = layout === 'rgb' ? 'gbrp' : `${layout}p`;
  if (depth === 8) return family;
  return `${family}${depth === 'half' ? 'f16' : depth === 'float' ? 'f32' : depth}le`;
}

function samplesIn(buffer: Buffer, depth: SampleDepth): SampleArray {
  const { buffer: memory, byteOffset, byteLength } = buffer;
  if (depth === 8) return new Uint8Array(memory, byteOffset, byteLength);
  if (depth === 'float') return new Float32Array(memory, byteOffset, byteLength >> 2);
  if (depth === 'half') return new Float16Array(memory, byteOffset, byteLength >> 1);
  return new Uint16Array(memory, byteOffset, byteLength >> 1);
}

/** Views the memory of a frame (no copy) as the planes of a plate that is not turned yet. */
export function viewPlanes(frame: FrameMemory, form: PixelForm): readonly [Plane, Plane, Plane] {
  const [sx, sy] = chromaShift(form.layout);
  const [a, b, c] = form.places.map(({ buffer, offset, step }, k): Plane => {
    const samples = samplesIn(frame.buffers[buffer], form.depth);
    return {
      samples: samples.subarray(offset),
      width: k === 0 ? frame.width : (frame.width + (1 << sx) - 1) >> sx,
      height: k === 0 ? frame.height : (frame.height + (1 << sy) - 1) >> sy,
      stride: frame.rowBytes[buffer] / samples.BYTES_PER_ELEMENT,
      step,
    };
  });
  return [a, b, c];
}

/** Stored coordinates of a shown pixel: p = a·x + b·y, q = c·x + d·y, shifted so that they count from 0. */
export interface Orientation {
  readonly a: -1 | 0 | 1;
  readonly b: -1 | 0 | 1;
  readonly c: -1 | 0 | 1;
  readonly d: -1 | 0 | 1;
}

export const UPRIGHT: Orientation = { a: 1, b: 0, c: 0, d: 1 };

export function isTransposed({ a }: Orientation): boolean {
  return a === 0;
}

/** A quarter turn makes of 4:2:2 a picture with half the chroma rows; repeated, it is exactly held by 4:4:4. */
export function uprightLayout(layout: PlateLayout, orientation: Orientation): PlateLayout {
  return layout === 'yuv422' && isTransposed(orientation) ? 'yuv444' : layout;
}

/** Copies planes into those of an upright plate of `uprightLayout`; sizes must agree. */
export function copyPlanes(from: readonly Plane[], to: Plate, orientation: Orientation): void {
  from.forEach((source, k) => {
    const target = to.planes[k];
    const doubled = target.height > (isTransposed(orientation) ? source.width : source.height) ? 1 : 0;
    copyPlane(source, target, orientation, doubled);
  });
}

/** @param doubled - Shift of the target's rows: 1 where each row is written twice (turned 4:2:2 chroma). */
function copyPlane(from: Plane, to: Plane, { a, b, c, d }: Orientation, doubled: 0 | 1): void {
  const dx = a * from.step + c * from.stride;
  const dy = b * from.step + d * from.stride;
  const start = (a + b < 0 ? (from.width - 1) * from.step : 0) + (c + d < 0 ? (from.height - 1) * from.stride : 0);
  const source = from.samples;
  const target = to.samples;
  for (let y = 0; y < to.height; y++) {
    let read = start + (y >> doubled) * dy;
    let write = y * to.stride;
    if (dx === 1 && to.step === 1) {
      target.set(source.subarray(read, read + to.width) as never, write);
    } else {
      for (let x = 0; x < to.width; x++, read += dx, write += to.step) target[write] = source[read];
    }
  }
}

/** Copies a plate into the memory of a frame of the same layout and depth. */
export function fillFrame(plate: Plate, frame: FrameMemory, form: PixelForm): void {
  viewPlanes(frame, form).forEach((target, k) => copyPlane(plate.planes[k], target, UPRIGHT, 0));
}
