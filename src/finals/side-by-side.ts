// Plate and comp next to each other in one picture, for --compare.

import type { Plate } from '../core/index.ts';
import { chromaShift, makePlate } from '../core/index.ts';

/** Owns its picture. Left the plate, right the comp. */
export class SideBySide {
  readonly picture: Plate;
  private readonly halfWidth: number;

  /** @param like - Size, layout, depth and colour of the plates that will be laid in. */
  constructor(like: Pick<Plate, 'width' | 'height' | 'layout' | 'depth' | 'color'>) {
    const { height, layout, depth, color } = like;
    this.halfWidth = halfWidthOf(like);
    this.picture = makePlate(2 * this.halfWidth, height, layout, depth, color);
  }

  put(plate: Plate, side: 'left' | 'right'): void {
    const [shiftX] = chromaShift(plate.layout);
    plate.planes.forEach((from, k) => {
      const to = this.picture.planes[k];
      const left = side === 'left' ? 0 : k === 0 ? this.halfWidth : this.halfWidth >> shiftX;
      for (let y = 0; y < from.height; y++) {
        const row = y * from.stride;
        const at = y * to.stride + left;
        if (from.step === 1) to.samples.set(from.samples.subarray(row, row + from.width) as never, at);
        else for (let x = 0; x < from.width; x++) to.samples[at + x] = from.samples[row + x * from.step];
      }
    });
  }
}

/** Rounded up so that the right half begins on a whole chroma sample. */
export function halfWidthOf({ width, layout }: Pick<Plate, 'width' | 'layout'>): number {
  const [shiftX] = chromaShift(layout);
  return (width + shiftX) & ~shiftX;
}

/** Plate and comp in one picture of its own. */
export function sideBySide(plate: Plate, comp: Plate): Plate {
  const sides = new SideBySide(plate);
  sides.put(plate, 'left');
  sides.put(comp, 'right');
  return sides.picture;
}
