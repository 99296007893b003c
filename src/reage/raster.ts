// Soft shapes on a small square grid: antialiased polygon fill and box blur. Grids are row-major Float32Arrays of
// side * side cells; coordinates are in cells, cell (i, j) covering [i, i+1) x [j, j+1).

import type { Affine, MeshLandmarks } from '../core/index.ts';

/** Sub-scanlines per cell: edges get five levels vertically and exact coverage horizontally; blur does the rest. */
const SUB_LINES = 4;

/** Places where one line meets the polygon, from left to right: at most one per corner. */
const crossings = new Float64Array(64);

/** Adds the coverage, 0..1, of the polygon to `out` (even-odd), at most 1 in each cell. `xy` holds x, y of at most 64 corners. */
export function fillPolygon(xy: Float32Array, corners: number, side: number, out: Float32Array): void {
  let top = Infinity;
  let bottom = -Infinity;
  for (let i = 0; i < corners; i++) {
    top = Math.min(top, xy[2 * i + 1]);
    bottom = Math.max(bottom, xy[2 * i + 1]);
  }
  const first = Math.max(0, Math.floor(top * SUB_LINES));
  const last = Math.min(side * SUB_LINES, Math.ceil(bottom * SUB_LINES));
  for (let line = first; line < last; line++) {
    const y = (line + 0.5) / SUB_LINES;
    let count = 0;
    for (let i = 0, j = corners - 1; i < corners; j = i++) {
      const y0 = xy[2 * j + 1];
      const y1 = xy[2 * i + 1];
      if (y0 <= y === y1 <= y) continue;
      const x = xy[2 * j] + ((y - y0) / (y1 - y0)) * (xy[2 * i] - xy[2 * j]);
      // kept in order; there are seldom more than two
      let k = count++;
      for (; k > 0 && crossings[k - 1] > x; k--) crossings[k] = crossings[k - 1];
      crossings[k] = x;
    }
    const row = Math.floor(line / SUB_LINES) * side;
    for (let k = 0; k + 1 < count; k += 2) addSpan(crossings[k], crossings[k + 1], side, row, out);
  }
}

function addSpan(from: number, to: number, side: number, row: number, out: Float32Array): void {
  const a = Math.max(0, from);
  const b = Math.min(side, to);
  if (b <= a) return;
  const ia = Math.floor(a);
  const ib = Math.min(side - 1, Math.floor(b));
  for (let x = ia; x <= ib; x++) {
    const cover = Math.min(b, x + 1) - Math.max(a, x);
    if (cover > 0) out[row + x] = Math.min(1, out[row + x] + cover / SUB_LINES);
  }
}

const corners = new Float32Array(128);

/** Fills the outline through mesh points, carried to the grid by `plateToGrid`. */
export function fillOutline(
  landmarks: MeshLandmarks,
  outline: readonly number[],
  plateToGrid: Affine,
  side: number,
  out: Float32Array,
): void {
  for (let i = 0; i < outline.length; i++) {
    const x = landmarks[outline[i] * 3];
    const y = landmarks[outline[i] * 3 + 1];
    corners[2 * i] = plateToGrid[0] * x + plateToGrid[1] * y + plateToGrid[2];
    corners[2 * i + 1] = plateToGrid[3] * x + plateToGrid[4] * y + plateToGrid[5];
  }
  fillPolygon(corners, outline.length, side, out);
}

/** Two box blurs of the given radius in cells (a tent of s.d. about 0.82 (radius + 0.5)), edges held; in place. */
export function softenGrid(grid: Float32Array, side: number, radius: number, scratch: Float32Array): void {
  if (radius < 1) return;
  boxMean(grid, side, radius, scratch);
  boxMean(grid, side, radius, scratch);
}

/** Mean over the square of 2 radius + 1 cells, edges held; in place. */
export function boxMean(grid: Float32Array, side: number, radius: number, scratch: Float32Array): void {
  blurRows(grid, scratch, side, radius);
  blurColumns(scratch, grid, side, radius);
}

/** Running sums along each row. */
function blurRows(from: Float32Array, to: Float32Array, side: number, radius: number): void {
  const scale = 1 / (2 * radius + 1);
  const last = side - 1;
  for (let start = 0; start < side * side; start += side) {
    const end = start + last;
    let sum = from[start] * (radius + 1);
    for (let i = 1; i <= radius; i++) sum += from[start + Math.min(i, last)];
    for (let at = start; at <= end; at++) {
      to[at] = sum * scale;
      const enter = at + radius + 1;
      const leave = at - radius;
      sum += from[enter < end ? enter : end] - from[leave > start ? leave : start];
    }
  }
}

const columnSums = new Float64Array(1024);

/** The same down all columns at once, row by row, as the grid lies in memory. */
function blurColumns(from: Float32Array, to: Float32Array, side: number, radius: number): void {
  const scale = 1 / (2 * radius + 1);
  const last = side - 1;
  for (let x = 0; x < side; x++) columnSums[x] = from[x] * (radius + 1);
  for (let i = 1; i <= radius; i++)
    for (let x = 0, at = Math.min(i, last) * side; x < side; x++, at++) columnSums[x] += from[at];
  for (let y = 0; y < side; y++) {
    const row = y * side;
    const enter = Math.min(y + radius + 1, last) * side;
    const leave = Math.max(y - radius, 0) * side;
    for (let x = 0; x < side; x++) {
      const sum = columnSums[x];
      to[row + x] = sum * scale;
      columnSums[x] = sum + from[enter + x] - from[leave + x];
    }
  }
}

/** Sweeps forth and back; a way that winds more often than this is not followed to its end. */
const SWEEPS = 3;

/**
 * How strongly each cell hangs together with the seeds: the weakest cell of `field` on the best way there, side by side,
 * through rows before `endY`; beyond them 0. Moves as the field moves, where a flood over a threshold would jump.
 *
 * @param out - 0..1; the field's own value or less, and 1 on seeds (cells of `seeds` above one half).
 * @see Vincent 1993, "Morphological grayscale reconstruction in image analysis", doi:10.1109/83.217222
 */
export function hangTogether(
  seeds: Float32Array,
  field: Float32Array,
  side: number,
  endY: number,
  out: Float32Array,
): void {
  const end = Math.max(0, Math.min(side, Math.floor(endY))) * side;
  for (let i = 0; i < side * side; i++) out[i] = seeds[i] > 0.5 ? 1 : 0;
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (let i = 0; i < end; i++) {
      const left = i % side > 0 ? out[i - 1] : 0;
      const above = i >= side ? out[i - side] : 0;
      const best = Math.min(field[i], Math.max(left, above));
      if (best > out[i]) out[i] = best;
    }
    for (let i = end - 1; i >= 0; i--) {
      const right = i % side < side - 1 ? out[i + 1] : 0;
      const below = i + side < end ? out[i + side] : 0;
      const best = Math.min(field[i], Math.max(right, below));
      if (best > out[i]) out[i] = best;
    }
  }
}

export function smoothstep(from: number, to: number, x: number): number {
  const t = Math.max(0, Math.min(1, (x - from) / (to - from)));
  return t * t * (3 - 2 * t);
}
