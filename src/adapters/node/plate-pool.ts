// Memory for plates that come and go frame after frame: taken, given back, taken again. It lies in SharedArrayBuffers, so
// that a worker can look at a plate without a copy.

import type { ColorTags, Plate, PlateLayout, SampleDepth } from '../../core/index.ts';
import { makePlate } from '../../core/index.ts';

interface PlateShape {
  readonly width: number;
  readonly height: number;
  readonly layout: PlateLayout;
  readonly depth: SampleDepth;
  readonly color: ColorTags;
}

export class PlatePool {
  private readonly shape: PlateShape;
  private readonly idle: Plate[] = [];

  constructor(shape: PlateShape) {
    this.shape = shape;
  }

  /** The samples hold whatever they held last. */
  take(): Plate {
    const { width, height, layout, depth, color } = this.shape;
    return this.idle.pop() ?? makePlate(width, height, layout, depth, color, { shared: true });
  }

  giveBack(plate: Plate): void {
    this.idle.push(plate);
  }
}
