// The formula of apply.ts for plates whose RGB is display-referred already, where it shortens to
//   delta = matte * [ p(q+F) e^g + r - p(q) ].
// The same sums as in apply.ts, unrolled: this loop is where the frame path spends its time outside the networks, and
// calls and array traffic were half of it.

import type { ApplyInput } from './apply-input.ts';
import { CHANGE_CHANNELS } from './apply-input.ts';
import type { Box } from './plate-rgb.ts';

/** Plate RGB of a rectangle that contains the box and all that the flow reaches from it, interleaved. */
export interface Surroundings {
  readonly rgb: Float32Array;
  readonly box: Box;
}

/**
 * Fills delta (interleaved RGB) and coverage over the box.
 *
 * @returns Mean |change| where the coverage is above one half.
 */
export function displayDelta(
  input: ApplyInput,
  box: Box,
  { rgb, box: wide }: Surroundings,
  delta: Float32Array,
  coverage: Float32Array,
): number {
  const [x0, y0, x1, y1] = box;
  const { plateToCrop: m, cropToPlate: p, size, change, matte, matteSize, strength } = input;
  const perMatte = matteSize / size;
  const lastMatte = matteSize - 1;
  const last = size - 1;
  const rowOfChange = size * CHANGE_CHANNELS;
  const width = wide[2] - wide[0];
  const height = wide[3] - wide[1];
  const row = width * 3;
  let changed = 0;
  let total = 0;
  let at = 0;
  for (let y = y0; y < y1; y++) {
    for (let x = x0; x < x1; x++, at++) {
      const u = m[0] * (x + 0.5) + m[1] * (y + 0.5) + m[2];
      const v = m[3] * (x + 0.5) + m[4] * (y + 0.5) + m[5];
      if (u <= 0 || v <= 0 || u >= size || v >= size) {
        coverage[at] = 0;
        continue;
      }
      let sx = u * perMatte - 0.5;
      let sy = v * perMatte - 0.5;
      sx = sx < 0 ? 0 : sx > lastMatte ? lastMatte : sx;
      sy = sy < 0 ? 0 : sy > lastMatte ? lastMatte : sy;
      let ix = sx >= lastMatte ? lastMatte - 1 : sx | 0;
      let iy = sy >= lastMatte ? lastMatte - 1 : sy | 0;
      let fx = sx - ix;
      let fy = sy - iy;
      let a = iy * matteSize + ix;
      const upper = matte[a] + (matte[a + 1] - matte[a]) * fx;
      const lower = matte[a + matteSize] + (matte[a + matteSize + 1] - matte[a + matteSize]) * fx;
      const cover = strength * (upper + (lower - upper) * fy);
      coverage[at] = cover;
      if (cover === 0) continue;

      sx = u - 0.5;
      sy = v - 0.5;
      sx = sx < 0 ? 0 : sx > last ? last : sx;
      sy = sy < 0 ? 0 : sy > last ? last : sy;
      ix = sx >= last ? last - 1 : sx | 0;
      iy = sy >= last ? last - 1 : sy | 0;
      fx = sx - ix;
      fy = sy - iy;
      let w11 = fx * fy;
      let w10 = fx - w11;
      let w01 = fy - w11;
      let w00 = 1 - fx - w01;
      a = iy * rowOfChange + ix * CHANGE_CHANNELS;
      let b = a + CHANGE_CHANNELS;
      let c = a + rowOfChange;
      let d = c + CHANGE_CHANNELS;
      const flowX = w00 * change[a] + w10 * change[b] + w01 * change[c] + w11 * change[d];
      const flowY = w00 * change[a + 1] + w10 * change[b + 1] + w01 * change[c + 1] + w11 * change[d + 1];
      const g0 = w00 * change[a + 2] + w10 * change[b + 2] + w01 * change[c + 2] + w11 * change[d + 2];
      const g1 = w00 * change[a + 3] + w10 * change[b + 3] + w01 * change[c + 3] + w11 * change[d + 3];
      const g2 = w00 * change[a + 4] + w10 * change[b + 4] + w01 * change[c + 4] + w11 * change[d + 4];
      const r0 = w00 * change[a + 5] + w10 * change[b + 5] + w01 * change[c + 5] + w11 * change[d + 5];
      const r1 = w00 * change[a + 6] + w10 * change[b + 6] + w01 * change[c + 6] + w11 * change[d + 6];
      const r2 = w00 * change[a + 7] + w10 * change[b + 7] + w01 * change[c + 7] + w11 * change[d + 7];

      const hereX = x - wide[0];
      const hereY = y - wide[1];
      sx = hereX + p[0] * flowX + p[1] * flowY;
      sy = hereY + p[3] * flowX + p[4] * flowY;
      sx = sx < 0 ? 0 : sx > width - 1 ? width - 1 : sx;
      sy = sy < 0 ? 0 : sy > height - 1 ? height - 1 : sy;
      ix = sx | 0;
      iy = sy | 0;
      fx = sx - ix;
      fy = sy - iy;
      w11 = fx * fy;
      w10 = fx - w11;
      w01 = fy - w11;
      w00 = 1 - fx - w01;
      a = iy * row + ix * 3;
      b = ix < width - 1 ? a + 3 : a;
      c = iy < height - 1 ? a + row : a;
      d = c + b - a;
      const here = hereY * row + hereX * 3;
      const d0 = (w00 * rgb[a] + w10 * rgb[b] + w01 * rgb[c] + w11 * rgb[d]) * fastExp(g0) + r0 - rgb[here];
      const d1 =
        (w00 * rgb[a + 1] + w10 * rgb[b + 1] + w01 * rgb[c + 1] + w11 * rgb[d + 1]) * fastExp(g1) + r1 - rgb[here + 1];
      const d2 =
        (w00 * rgb[a + 2] + w10 * rgb[b + 2] + w01 * rgb[c + 2] + w11 * rgb[d + 2]) * fastExp(g2) + r2 - rgb[here + 2];
      const to = at * 3;
      delta[to] = cover * d0;
      delta[to + 1] = cover * d1;
      delta[to + 2] = cover * d2;
      if (cover > 0.5) {
        changed += cover * ((d0 < 0 ? -d0 : d0) + (d1 < 0 ? -d1 : d1) + (d2 < 0 ? -d2 : d2));
        total++;
      }
    }
  }
  return total === 0 ? 0 : changed / (3 * total);
}

/** e^x for |x| up to 3 to 1e-5 relative: Taylor on x / 16, squared four times; several times the speed of Math.exp. */
export function fastExp(x: number): number {
  const t = x * 0.0625;
  let e = 1 + t * (1 + t * (0.5 + t * (1 / 6 + t * (1 / 24))));
  e *= e;
  e *= e;
  e *= e;
  return e * e;
}
