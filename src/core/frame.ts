// The plate: one camera picture as its own numbers, planar or packed, 8 bit to float, with the tags that say what the
// numbers mean. Nothing here converts; sample.ts reads, reage/apply writes.

export type SampleArray = Uint8Array | Uint16Array | Float16Array | Float32Array;

/** Chroma planes of yuv420 are half as wide and half as high (rounded up); of yuv422, half as wide. */
export type PlateLayout = 'yuv420' | 'yuv422' | 'yuv444' | 'rgb';

/** Bits of an integer sample (held in the low bits), or the kind of float. */
export type SampleDepth = 8 | 10 | 12 | 16 | 'half' | 'float';

export type Transfer = 'bt709' | 'srgb' | 'linear' | 'pq' | 'hlg';
export type Primaries = 'bt709' | 'bt601-525' | 'bt601-625' | 'bt2020' | 'p3';

export interface ColorTags {
  /** YUV matrix; of no meaning for layout rgb. */
  readonly matrix: 'bt601' | 'bt709' | 'bt2020';
  readonly transfer: Transfer;
  readonly primaries: Primaries;
  readonly range: 'limited' | 'full';
}

export const SRGB: ColorTags = { matrix: 'bt709', transfer: 'srgb', primaries: 'bt709', range: 'full' };

/** One plane. Sample (x, y) is at `samples[y * stride + x * step]`. */
export interface Plane {
  readonly samples: SampleArray;
  readonly width: number;
  readonly height: number;
  /** Samples from one row to the next. */
  readonly stride: number;
  /** Samples from one column to the next: 1 for planar pictures, 3 or 4 where RGB is packed. */
  readonly step: number;
}

export interface Plate {
  readonly width: number;
  readonly height: number;
  readonly layout: PlateLayout;
  readonly depth: SampleDepth;
  readonly color: ColorTags;
  /** Three: Y, Cb, Cr or R, G, B. Alpha, if any, is nobody's business here and stays with the reader. */
  readonly planes: readonly [Plane, Plane, Plane];
}

/** Right shift from luma to chroma coordinates, [horizontal, vertical]. */
export function chromaShift(layout: PlateLayout): readonly [number, number] {
  return layout === 'yuv420' ? [1, 1] : layout === 'yuv422' ? [1, 0] : [0, 0];
}

function makeSamples(depth: SampleDepth, length: number, shared: boolean): SampleArray {
  const memory = (bytes: number): ArrayBuffer =>
    // A typed array takes either; the type of a plate says nothing of where it lies.
    (shared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes)) as ArrayBuffer;
  if (depth === 8) return new Uint8Array(memory(length));
  if (depth === 'half') return new Float16Array(memory(length * 2));
  if (depth === 'float') return new Float32Array(memory(length * 4));
  return new Uint16Array(memory(length * 2));
}

/** A black-bits (all zero) planar plate, rows without gaps. `shared`: over memory that worker threads see without a copy. */
export function makePlate(
  width: number,
  height: number,
  layout: PlateLayout,
  depth: SampleDepth,
  color: ColorTags,
  { shared = false }: { shared?: boolean } = {},
): Plate {
  const [sx, sy] = chromaShift(layout);
  const plane = (w: number, h: number): Plane => ({
    samples: makeSamples(depth, w * h, shared),
    width: w,
    height: h,
    stride: w,
    step: 1,
  });
  const cw = (width + (1 << sx) - 1) >> sx;
  const ch = (height + (1 << sy) - 1) >> sy;
  return { width, height, layout, depth, color, planes: [plane(width, height), plane(cw, ch), plane(cw, ch)] };
}

/** Views packed RGB or RGBA samples (no copy) as a plate. `channels` is 3 or 4; a fourth is skipped. */
export function packedRgb(
  samples: SampleArray,
  width: number,
  height: number,
  channels: 3 | 4,
  depth: SampleDepth,
  color: ColorTags = SRGB,
): Plate {
  if (samples.length < width * height * channels)
    throw new RangeError(
      `${width}x${height}x${channels} needs ${width * height * channels} samples, got ${samples.length}`,
    );
  const plane = (c: number): Plane => ({
    samples: samples.subarray(c),
    width,
    height,
    stride: width * channels,
    step: channels,
  });
  return { width, height, layout: 'rgb', depth, color, planes: [plane(0), plane(1), plane(2)] };
}

/** A deep copy with its own samples, row for row; packed plates become planar. */
export function copyPlate(plate: Plate): Plate {
  const copy = makePlate(plate.width, plate.height, plate.layout, plate.depth, plate.color);
  plate.planes.forEach((from, k) => {
    const to = copy.planes[k];
    for (let y = 0; y < from.height; y++) {
      const row = y * from.stride;
      if (from.step === 1) to.samples.set(from.samples.subarray(row, row + from.width) as never, y * to.stride);
      else for (let x = 0; x < from.width; x++) to.samples[y * to.stride + x] = from.samples[row + x * from.step];
    }
  });
  return copy;
}
