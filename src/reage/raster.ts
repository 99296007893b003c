// Soft shapes on a small square grid: antialiased polygon fill and box blur. Grids are row-major Float32Arrays of
// side * side cells; coordinates are in cells, cell (i, j) covering [i, i+1) x [j, j+1).

import type { Affine, MeshLandmarks } from '../core/index.ts';

/** Sub-scanlines per cell: edges get five levels vertically and exact coverage horizontally; blur does the rest. */
const SUB_LINES = 4;

/** Adds the coverage, 0..1, of the polygon to `out` (even-odd), at most 1 in each cell. `xy` holds x, y per corner. */
export function fillPolygon(xy: Float32Array, corners: number, side: number, out: Float32Array): void {
  let top = Infinity;
  let bottom = -Infinity;
  for (let i = 0; i < corners; i++) {
    top = Math.min(top, xy[2 * i + 1]);
    bottom = Math.max(bottom, xy[2 * i + 1]);
  }
  const crossings: number[] = [];
  const first = Math.max(0, Math.floor(top * SUB_LINES));
  const last = Math.min(side * SUB_LINES, Math.ceil(bottom * SUB_LINES));
  for (let line = first; line < last; line++) {
    const y = (line + 0.5) / SUB_LINES;
    crossings.length = 0;
    for (let i = 0, j = corners - 1; i < corners; j = i++) {
      const y0 = xy[2 * j + 1];
      const y1 = xy[2 * i + 1];
      if (y0 <= y !== y1 <= y) crossings.push(xy[2 * j] + ((y - y0) / (y1 - y0)) * (xy[2 * i] - xy[2 * j]));
    }
    crossings.sort((a, b) => a - b);
    const row = Math.floor(line / SUB_LINES) * side;
    for (let k = 0; k + 1 < crossings.length; k += 2) addSpan(crossings[k], crossings[k + 1], side, row, out);
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
  blurLines(grid, scratch, side, radius, side, 1);
  blurLines(scratch, grid, side, radius, 1, side);
}

/** One running-sum box blur along lines: `lineStep` from line to line, `step` along a line. */
function blurLines(
  from: Float32Array,
  to: Float32Array,
  side: number,
  radius: number,
  lineStep: number,
  step: number,
): void {
  const scale = 1 / (2 * radius + 1);
  for (let line = 0; line < side; line++) {
    const start = line * lineStep;
    const end = start + (side - 1) * step;
    let sum = from[start] * (radius + 1);
    for (let i = 1; i <= radius; i++) sum += from[start + Math.min(i, side - 1) * step];
    for (let i = 0; i < side; i++) {
      to[start + i * step] = sum * scale;
      const enter = i + radius + 1;
      const leave = i - radius;
      sum +=
        (enter < side ? from[start + enter * step] : from[end]) -
        (leave > 0 ? from[start + leave * step] : from[start]);
    }
  }
}

export function smoothstep(from: number, to: number, x: number): number {
  const t = Math.max(0, Math.min(1, (x - from) / (to - from)));
  return t * t * (3 - 2 * t);
}
