// What a performer's shape at two ages says about a crop: where each place of the re-aged face is found on the plate, as a
// flow that a network is shown beside the crop.

import { LandmarkWarp } from './landmark-warp.ts';

/** The flow is told on a grid of a quarter of the crop's side, as networks predict it. */
export const SHAPE_REDUCTION = 4;
/** It is told in 32nds of the crop's side, so that its numbers are about 1. */
export const SHAPE_UNIT: number = 1 / 32;

/** Distance to the next point, as a share of the side: known up to the first, not known from the second on. */
const KNOWN = [0.09, 0.18] as const;
/** Cells of the grid for each cell of the lattice on which the flow is worked out. */
const COARSER = 2;
/**
 * Places in CARRY_POINTS: the outline from ear to ear below, eyes, brows, nose and lips. What a mesh says of the skin
 * between them it has only made up, and those who learn from 68 landmarks never saw it.
 */
const USED: readonly number[] = [...range(4, 15), ...range(18, 69)];

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

/**
 * Where the points of a face would lie at another age: each goes the way of its shape, turned, scaled and foreshortened as
 * the face is.
 *
 * @param points - As `carryPoints`, of the face as it is.
 * @param from - The shape at its age, @param to - at the other: as `carryPoints`, in one square of any size.
 * @param out - Takes as many numbers as `points`; may be `points`.
 */
export function pointsAtAge(points: Float32Array, from: Float32Array, to: Float32Array, out: Float32Array): void {
  const [a, b, c, d] = linearPart(from, points);
  for (let i = 0; i < points.length; i += 2) {
    const [dx, dy] = [to[i] - from[i], to[i + 1] - from[i + 1]];
    out[i] = points[i] + a * dx + b * dy;
    out[i + 1] = points[i + 1] + c * dx + d * dy;
  }
}

/** Draws flows for one crop after another. Owns its buffers; not re-entrant. */
export class ShapeFlow {
  private readonly size: number;
  private readonly cells: number;
  private readonly warp: LandmarkWarp;
  private readonly nodes: Int32Array;
  private readonly used: readonly number[] = range(0, USED.length);
  /** Points that the warp is aimed at, and the way from each to where the plate shows it. */
  private readonly aimed: Float32Array = new Float32Array(2 * USED.length);
  private readonly ways: Float32Array = new Float32Array(2 * USED.length);
  private readonly places: Float32Array;
  private readonly known: Float32Array;

  /** @param size - Side of the crops, pixels; a multiple of 8. */
  constructor(size: number) {
    this.size = size;
    this.cells = size / SHAPE_REDUCTION / COARSER;
    const count = (this.cells + 1) ** 2;
    this.warp = new LandmarkWarp(USED.length, size, this.cells);
    this.nodes = Int32Array.from({ length: count }, (_, i) => i);
    this.places = new Float32Array(2 * count);
    this.known = new Float32Array(count);
  }

  /**
   * @param source - As `carryPoints`, crop pixels: the face on the plate; @param target - as it would lie at the target age.
   * @param flow - Takes [2, size / 4, size / 4]: x, y in units of SHAPE_UNIT, from a place of the re-aged face to where the
   *   plate shows it; 0 where nothing is known.
   * @param known - Takes [size / 4, size / 4], 0..1.
   */
  draw(source: Float32Array, target: Float32Array, flow: Float32Array, known: Float32Array): void {
    const { aimed, ways, places, cells } = this;
    USED.forEach((point, i) => {
      for (const axis of [0, 1]) {
        aimed[2 * i + axis] = target[2 * point + axis];
        ways[2 * i + axis] = source[2 * point + axis] - target[2 * point + axis];
      }
    });
    this.warp.aim(aimed, this.nodes);
    this.warp.through(ways, this.used, places);
    const scale = 1 / (SHAPE_UNIT * this.size);
    knownAround(aimed, this.size, cells + 1, 0, this.known);
    const side = this.size / SHAPE_REDUCTION;
    for (let row = 0, at = 0; row < side; row++) {
      const [above, fy] = nodeBelow(row);
      for (let col = 0; col < side; col++, at++) {
        const [left, fx] = nodeBelow(col);
        const node = above * (cells + 1) + left;
        const k = between(this.known, node, cells + 1, 1, fx, fy);
        flow[at] = scale * k * between(places, 2 * node, 2 * (cells + 1), 2, fx, fy);
        flow[at + side * side] = scale * k * between(places, 2 * node + 1, 2 * (cells + 1), 2, fx, fy);
        known[at] = k;
      }
    }
  }
}

/** Bilinear; the four numbers lie at `at` and a column and a row on. */
function between(values: Float32Array, at: number, row: number, column: number, fx: number, fy: number): number {
  const upper = values[at] + (values[at + column] - values[at]) * fx;
  const lower = values[at + row] + (values[at + row + column] - values[at + row]) * fx;
  return upper + (lower - upper) * fy;
}

/** The lattice node before the middle of a cell of the grid, and how far the middle lies beyond it, in lattice cells. */
function nodeBelow(cell: number): [number, number] {
  const at = (cell + 0.5) / COARSER;
  const node = Math.floor(at);
  return [node, at - node];
}

/**
 * How far a flow through points is known on a square grid over the crop.
 *
 * @param points - x, y each, crop pixels.
 * @param side - Places of the grid in a row.
 * @param offset - Of the first, as a share of the distance between them: 0 for corners, 0.5 for middles of cells.
 * @param out - Takes side * side numbers, 0..1.
 */
export function knownAround(
  points: Float32Array,
  size: number,
  side: number,
  offset: 0 | 0.5,
  out: Float32Array,
): void {
  const step = size / (offset === 0 ? side - 1 : side);
  for (let i = 0; i < side * side; i++) {
    const [x, y] = [((i % side) + offset) * step, (Math.floor(i / side) + offset) * step];
    let nearest = Infinity;
    for (let k = 0; k < points.length; k += 2) {
      const [dx, dy] = [points[k] - x, points[k + 1] - y];
      nearest = Math.min(nearest, dx * dx + dy * dy);
    }
    const share = (KNOWN[1] - Math.sqrt(nearest) / size) / (KNOWN[1] - KNOWN[0]);
    out[i] = Math.max(0, Math.min(1, share));
  }
}

/** a, b, c, d of the affine map that carries one list of points onto another best: (x, y) -> (a x + b y, c x + d y) + shift. */
function linearPart(from: Float32Array, to: Float32Array): readonly [number, number, number, number] {
  const n = from.length / 2;
  const means = [0, 0, 0, 0];
  for (let i = 0; i < 2 * n; i++) {
    means[i & 1] += from[i] / n;
    means[2 + (i & 1)] += to[i] / n;
  }
  let xx = 0, xy = 0, yy = 0, ux = 0, uy = 0, vx = 0, vy = 0; // prettier-ignore
  for (let i = 0; i < 2 * n; i += 2) {
    const [x, y] = [from[i] - means[0], from[i + 1] - means[1]];
    const [u, v] = [to[i] - means[2], to[i + 1] - means[3]];
    xx += x * x;
    xy += x * y;
    yy += y * y;
    ux += u * x;
    uy += u * y;
    vx += v * x;
    vy += v * y;
  }
  const det = xx * yy - xy * xy;
  return [(ux * yy - uy * xy) / det, (uy * xx - ux * xy) / det, (vx * yy - vy * xy) / det, (vy * xx - vx * xy) / det];
}
