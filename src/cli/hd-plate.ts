// Display-referred RGB as the kind of plate that every player shows: 8 bit, 4:2:0, limited range, BT.709.

import type { ColorTags, Plate } from '../core/index.ts';
import { makePlate, rgbToYuv } from '../core/index.ts';

const HD: ColorTags = { matrix: 'bt709', transfer: 'bt709', primaries: 'bt709', range: 'limited' };

/**
 * @param rgb - [height, width, 3], 0..1.
 * @param width - Even, as is `height`: each chroma sample is the mean of four pixels.
 */
export function hdPlate(rgb: Float32Array, width: number, height: number): Plate {
  if (width % 2 || height % 2) throw new RangeError(`${width}x${height}: 4:2:0 from RGB needs even sides`);
  const plate = makePlate(width, height, 'yuv420', 8, HD);
  const m = rgbToYuv('bt709');
  const [luma, cb, cr] = plate.planes.map((plane) => plane.samples);
  const weigh = (row: number, i: number): number =>
    m[row * 3] * rgb[i] + m[row * 3 + 1] * rgb[i + 1] + m[row * 3 + 2] * rgb[i + 2];
  for (let i = 0; i < luma.length; i++) luma[i] = Math.round(16 + 219 * weigh(0, i * 3));
  for (let y = 0, at = 0; y < height; y += 2) {
    for (let x = 0; x < width; x += 2, at++) {
      const i = (y * width + x) * 3;
      const four = [i, i + 3, i + width * 3, i + width * 3 + 3];
      cb[at] = Math.round(128 + 56 * four.reduce((sum, k) => sum + weigh(1, k), 0));
      cr[at] = Math.round(128 + 56 * four.reduce((sum, k) => sum + weigh(2, k), 0));
    }
  }
  return plate;
}
