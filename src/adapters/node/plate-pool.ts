// Memory for plates that come and go frame after frame: taken, given back, taken again. It lies in SharedArrayBuffers, so
// that a worker can look at a plate without a copy.

import type { ColorTags, Plane, Plate, PlateLayout, SampleArray, SampleDepth } from '../../core/index.ts';
import { chromaShift } from '../../core/index.ts';

export interface PlateShape {
  readonly width: number;
  readonly height: number;
  readonly layout: PlateLayout;
  readonly depth: SampleDepth;
  readonly color: ColorTags;
}

/** A planar plate over shared memory, rows without gaps. */
export function makeSharedPlate({ width, height, layout, depth, color }: PlateShape): Plate {
  const [sx, sy] = chromaShift(layout);
  const plane = (w: number, h: number): Plane => ({
    samples: sharedSamples(depth, w * h),
    width: w,
    height: h,
    stride: w,
    step: 1,
  });
  const cw = (width + (1 << sx) - 1) >> sx;
  const ch = (height + (1 << sy) - 1) >> sy;
  return { width, height, layout, depth, color, planes: [plane(width, height), plane(cw, ch), plane(cw, ch)] };
}

function sharedSamples(depth: SampleDepth, length: number): SampleArray {
  if (depth === 8) return new Uint8Array(new SharedArrayBuffer(length));
  if (depth === 'float') return new Float32Array(new SharedArrayBuffer(length * 4));
  if (depth === 'half') return new Float16Array(new SharedArrayBuffer(length * 2));
  return new Uint16Array(new SharedArrayBuffer(length * 2));
}

export class PlatePool {
  private readonly shape: PlateShape;
  private readonly idle: Plate[] = [];

  constructor(shape: PlateShape) {
    this.shape = shape;
  }

  /** The samples hold whatever they held last. */
  take(): Plate {
    return this.idle.pop() ?? makeSharedPlate(this.shape);
  }

  giveBack(plate: Plate): void {
    this.idle.push(plate);
  }
}
