// A picture as the measures see it: display-referred RGB floats, and the yes/no regions they look at. Not a plate: a
// plate's own numbers are converted once, here, and measured as what an eye would see.

import type { Plate } from '../core/index.ts';

/** Display-referred sRGB, 0..1 (unclamped where a plate goes beyond). */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** [height, width, 3]. */
  readonly data: Float32Array;
}

/** A rectangle of pixels, half-open: columns [left, right), rows [top, bottom). */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** A yes/no region of a picture: 1 inside, 0 outside. Shape [height, width]. */
export type Mask = Uint8Array;

/**
 * An RGB plate that is display-referred already (sRGB or BT.709 codes), as a picture.
 *
 * @param plate - Layout rgb; integer depths are taken as full range.
 * @throws {RangeError} for YUV plates and for plates in another coding: convert those first.
 */
export function pictureOfRgb(plate: Plate): Picture {
  const { width, height, layout, depth, color, planes } = plate;
  if (layout !== 'rgb' || color.range !== 'full' || (color.transfer !== 'srgb' && color.transfer !== 'bt709'))
    throw new RangeError(
      `a picture is made of full-range display-referred RGB, not of ${layout}, ${color.transfer}, ${color.range}`,
    );
  const scale = depth === 'half' || depth === 'float' ? 1 : 1 / (2 ** depth - 1);
  const data = new Float32Array(width * height * 3);
  planes.forEach(({ samples, stride, step }, channel) => {
    for (let y = 0; y < height; y++) {
      let from = y * stride;
      let to = y * width * 3 + channel;
      for (let x = 0; x < width; x++, from += step, to += 3) data[to] = samples[from] * scale;
    }
  });
  return { width, height, data };
}

/** A copy of one rectangle of a picture. */
export function cutPicture(picture: Picture, box: Box): Picture {
  const width = box.right - box.left;
  const height = box.bottom - box.top;
  const data = new Float32Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const from = ((box.top + y) * picture.width + box.left) * 3;
    data.set(picture.data.subarray(from, from + width * 3), y * width * 3);
  }
  return { width, height, data };
}

/** @throws {RangeError} naming both sizes when the pictures are not of one size. */
export function requireSameSize(a: Picture, b: Picture): void {
  if (a.width !== b.width || a.height !== b.height)
    throw new RangeError(`pictures of one size are needed, got ${a.width}x${a.height} and ${b.width}x${b.height}`);
}

/** What was added to the plate: output less plate, number by number. */
export function changeOf(plate: Picture, output: Picture): Picture {
  requireSameSize(plate, output);
  const data = new Float32Array(plate.data.length);
  for (let i = 0; i < data.length; i++) data[i] = output.data[i] - plate.data[i];
  return { ...plate, data };
}
