// A smooth map of the plane through given points: radial functions (Hardy's multiquadrics) on top of an affine map. What
// depends on the crop is worked out once; each photo then costs little.

import type { SampleGrid } from '../core/index.ts';

/**
 * Rounds the tips of the radial functions, as a share of the crop's side: smaller is nearer to flat triangles between
 * the points, larger swings more between them. Of 0.005, 0.02 and 0.05 the middle one passed nearest to the points.
 */
const TIP = 0.02;
/** How far the map may pass by a point, so that points which nearly fall together do not tear it. */
const GIVE = 0.15;

/** Maps from the crop to anywhere, which agree with given places at points of the crop. */
export class LandmarkWarp {
  readonly count: number;
  private readonly cells: number;
  /** [count, count + 3]: what each function is at each point; then 1, x and y there, the latter two in sides. */
  private readonly rows: Float64Array;
  /** [nodes, count]: each radial function at each node of the lattice. */
  private readonly basis: Float32Array;

  /**
   * @param points - x, y each, crop pixels.
   * @param cells - Of the lattice on which the maps are worked out.
   */
  constructor(points: Float32Array, size: number, cells: number) {
    this.count = points.length / 2;
    this.cells = cells;
    const n = this.count;
    const tip = (TIP * size) ** 2;
    this.rows = new Float64Array(n * (n + 3));
    for (let i = 0; i < n; i++) {
      const row = i * (n + 3);
      const [x, y] = [points[2 * i], points[2 * i + 1]];
      for (let j = 0; j < n; j++)
        this.rows[row + j] = -Math.sqrt((x - points[2 * j]) ** 2 + (y - points[2 * j + 1]) ** 2 + tip);
      this.rows[row + i] += GIVE;
      this.rows.set([1, x / size, y / size], row + n);
    }
    this.basis = radialBasis(points, size, cells, tip);
  }

  /**
   * @param places - Where the points go, x, y each.
   * @param used - The points that count, by number; three of them at least, not on one line.
   */
  through(places: Float32Array, used: readonly number[]): SampleGrid {
    const { count, cells, basis } = this;
    const m = used.length;
    const factors = factorise(this.systemOf(used), m + 3);
    const [p, q] = [0, 1].map((axis) => {
      const right = new Float64Array(m + 3);
      used.forEach((point, i) => {
        right[i] = places[2 * point + axis];
      });
      return solve(factors, right);
    });
    const out = new Float32Array((cells + 1) ** 2 * 2);
    for (let row = 0, node = 0; row <= cells; row++) {
      for (let col = 0; col <= cells; col++, node++) {
        let x = p[m] + (p[m + 1] * col + p[m + 2] * row) / cells;
        let y = q[m] + (q[m + 1] * col + q[m + 2] * row) / cells;
        for (let k = 0, from = node * count; k < m; k++) {
          const value = basis[from + used[k]];
          x += p[k] * value;
          y += q[k] * value;
        }
        out[2 * node] = x;
        out[2 * node + 1] = y;
      }
    }
    return { cells, places: out };
  }

  private systemOf(used: readonly number[]): Float64Array {
    const { count, rows } = this;
    const m = used.length;
    const system = new Float64Array((m + 3) ** 2);
    for (let i = 0; i < m; i++) {
      const from = used[i] * (count + 3);
      for (let j = 0; j < m; j++) system[i * (m + 3) + j] = rows[from + used[j]];
      for (let k = 0; k < 3; k++) {
        system[i * (m + 3) + m + k] = rows[from + count + k];
        system[(m + k) * (m + 3) + i] = rows[from + count + k];
      }
    }
    return system;
  }
}

function radialBasis(points: Float32Array, size: number, cells: number, tip: number): Float32Array {
  const count = points.length / 2;
  const basis = new Float32Array((cells + 1) ** 2 * count);
  const step = size / cells;
  for (let row = 0, at = 0; row <= cells; row++) {
    for (let col = 0; col <= cells; col++) {
      for (let k = 0; k < count; k++, at++) {
        const dx = points[2 * k] - col * step;
        const dy = points[2 * k + 1] - row * step;
        basis[at] = -Math.sqrt(dx * dx + dy * dy + tip);
      }
    }
  }
  return basis;
}

interface Lu {
  readonly matrix: Float64Array;
  readonly order: Int32Array;
  readonly n: number;
}

/** LU with partial pivoting, in place. */
function factorise(matrix: Float64Array, n: number): Lu {
  const order = Int32Array.from({ length: n }, (_, i) => i);
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(matrix[i * n + k]) > Math.abs(matrix[pivot * n + k])) pivot = i;
    if (pivot !== k) {
      for (let j = 0; j < n; j++) {
        const held = matrix[k * n + j];
        matrix[k * n + j] = matrix[pivot * n + j];
        matrix[pivot * n + j] = held;
      }
      [order[k], order[pivot]] = [order[pivot], order[k]];
    }
    const inverse = 1 / matrix[k * n + k];
    for (let i = k + 1; i < n; i++) {
      const factor = matrix[i * n + k] * inverse;
      matrix[i * n + k] = factor;
      if (factor === 0) continue;
      for (let j = k + 1; j < n; j++) matrix[i * n + j] -= factor * matrix[k * n + j];
    }
  }
  return { matrix, order, n };
}

function solve({ matrix, order, n }: Lu, right: Float64Array): Float64Array {
  const x = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let sum = right[order[i]];
    for (let j = 0; j < i; j++) sum -= matrix[i * n + j] * x[j];
    x[i] = sum;
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = x[i];
    for (let j = i + 1; j < n; j++) sum -= matrix[i * n + j] * x[j];
    x[i] = sum / matrix[i * n + i];
  }
  return x;
}
