// The formula of apply.ts for plates whose RGB is display-referred already, where it shortens to
//   delta = matte * [ p(q+F) e^g + r - p(q) ].
// The same sums as in apply.ts, unrolled: calls and array traffic would be half of the time of this loop.

import { ROW_FIELDS } from './change-rows.ts';

/** Plate RGB of a rectangle that contains the box and all that the flow reaches from it, interleaved. */
export interface Surroundings {
  readonly rgb: Float32Array;
  readonly width: number;
  readonly height: number;
}

/** A row of the box: where its first pixel lies in the surroundings and among the box's, and how many pixels it has. */
export interface RowPlace {
  readonly surroundings: Surroundings;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly at: number;
}

/** Adds up |change|, mean over RGB, of the pixels whose coverage is above one half, and counts them. */
export interface ChangeSums {
  changed: number;
  total: number;
}

/**
 * @param fields - [width, ROW_FIELDS], as ChangeRows gives it.
 * @param delta - [pixels of the box, 3]; 0 where the coverage is.
 */
export function displayRow(fields: Float32Array, place: RowPlace, delta: Float32Array, sums: ChangeSums): void {
  const { rgb, width, height } = place.surroundings;
  const row = width * 3;
  let changed = 0;
  let total = 0;
  let here = (place.y * width + place.x) * 3;
  for (let i = 0, f = 0, to = place.at * 3; i < place.width; i++, f += ROW_FIELDS, to += 3, here += 3) {
    const cover = fields[f];
    if (cover === 0) {
      delta[to] = 0;
      delta[to + 1] = 0;
      delta[to + 2] = 0;
      continue;
    }
    let x = place.x + i + fields[f + 1];
    let y = place.y + fields[f + 2];
    x = x < 0 ? 0 : x > width - 1 ? width - 1 : x;
    y = y < 0 ? 0 : y > height - 1 ? height - 1 : y;
    const ix = x | 0;
    const iy = y | 0;
    const fx = x - ix;
    const fy = y - iy;
    const w11 = fx * fy;
    const w10 = fx - w11;
    const w01 = fy - w11;
    const w00 = 1 - fx - w01;
    const a = iy * row + ix * 3;
    const b = ix < width - 1 ? a + 3 : a;
    const c = iy < height - 1 ? a + row : a;
    const d = c + b - a;
    const r = w00 * rgb[a] + w10 * rgb[b] + w01 * rgb[c] + w11 * rgb[d];
    const g = w00 * rgb[a + 1] + w10 * rgb[b + 1] + w01 * rgb[c + 1] + w11 * rgb[d + 1];
    const bl = w00 * rgb[a + 2] + w10 * rgb[b + 2] + w01 * rgb[c + 2] + w11 * rgb[d + 2];
    const d0 = r * fields[f + 3] + fields[f + 6] - rgb[here];
    const d1 = g * fields[f + 4] + fields[f + 7] - rgb[here + 1];
    const d2 = bl * fields[f + 5] + fields[f + 8] - rgb[here + 2];
    delta[to] = cover * d0;
    delta[to + 1] = cover * d1;
    delta[to + 2] = cover * d2;
    if (cover > 0.5) {
      changed += cover * ((d0 < 0 ? -d0 : d0) + (d1 < 0 ? -d1 : d1) + (d2 < 0 ? -d2 : d2));
      total++;
    }
  }
  sums.changed += changed / 3;
  sums.total += total;
}
