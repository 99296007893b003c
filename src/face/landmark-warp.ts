// A smooth map of the plane through given points: radial functions (Hardy's multiquadrics) on top of an affine map. What
// depends on the crop is worked out once; each photo then costs little.

/**
 * Rounds the tips of the radial functions, as a share of the crop's side: smaller is nearer to flat triangles between
 * the points, larger swings more between them. Of 0.005, 0.02 and 0.05 the middle one passed nearest to the points.
 */
const TIP = 0.02;
/** How far the map may pass by a point, so that points which nearly fall together do not tear it. */
const GIVE = 0.15;

/** Maps from the crop to anywhere, which agree with given places at points of the crop. Owns its buffers; not re-entrant. */
export class LandmarkWarp {
  private readonly size: number;
  private readonly count: number;
  private readonly cells: number;
  /** [count, count + 3]: what each function is at each point; then 1, x and y there, the latter two in sides. */
  private readonly rows: Float64Array;
  /** Nodes of the lattice at which maps are worked out. */
  private nodes: Int32Array = new Int32Array(0);
  /** [nodes, count]: each radial function there. */
  private basis: Float32Array = new Float32Array(0);
  private readonly system: Float64Array;
  private readonly order: Int32Array;
  /** Of x and of y. */
  private readonly solutions: readonly [Float64Array, Float64Array];

  /**
   * @param count - Of points.
   * @param size - Side of the crop, pixels.
   * @param cells - Of the lattice on which the maps are worked out.
   */
  constructor(count: number, size: number, cells: number) {
    this.size = size;
    this.count = count;
    this.cells = cells;
    this.rows = new Float64Array(count * (count + 3));
    this.system = new Float64Array((count + 3) ** 2);
    this.order = new Int32Array(count + 3);
    this.solutions = [new Float64Array(count + 3), new Float64Array(count + 3)];
  }

  /**
   * @param points - x, y each, crop pixels.
   * @param nodes - Of the lattice, row by row: where maps are worked out.
   */
  aim(points: Float32Array, nodes: Int32Array): void {
    const { count, size, rows } = this;
    const tip = (TIP * size) ** 2;
    this.nodes = nodes;
    for (let i = 0; i < count; i++) {
      const row = i * (count + 3);
      const [x, y] = [points[2 * i], points[2 * i + 1]];
      for (let j = 0; j < count; j++)
        rows[row + j] = -Math.sqrt((x - points[2 * j]) ** 2 + (y - points[2 * j + 1]) ** 2 + tip);
      rows[row + i] += GIVE;
      rows[row + count] = 1;
      rows[row + count + 1] = x / size;
      rows[row + count + 2] = y / size;
    }
    this.fillBasis(points, tip);
  }

  /**
   * @param places - Where the points go, x, y each.
   * @param used - The points that count, by number; three of them at least, not on one line.
   * @param out - x, y of each node of the lattice; those that were not aimed at are left as they are.
   */
  through(places: Float32Array, used: readonly number[], out: Float32Array): void {
    const { count, cells, basis, nodes, solutions } = this;
    const m = used.length;
    this.fillSystem(used);
    factorise(this.system, this.order, m + 3);
    solutions.forEach((solution, axis) => {
      for (let i = 0; i < m + 3; i++) solution[i] = this.order[i] < m ? places[2 * used[this.order[i]] + axis] : 0;
      solve(this.system, solution, m + 3);
    });
    const [p, q] = solutions;
    const side = cells + 1;
    for (let n = 0, from = 0; n < nodes.length; n++, from += count) {
      const node = nodes[n];
      const row = Math.floor(node / side);
      const col = node - row * side;
      let x = p[m] + (p[m + 1] * col + p[m + 2] * row) / cells;
      let y = q[m] + (q[m + 1] * col + q[m + 2] * row) / cells;
      for (let k = 0; k < m; k++) {
        const value = basis[from + used[k]];
        x += p[k] * value;
        y += q[k] * value;
      }
      out[2 * node] = x;
      out[2 * node + 1] = y;
    }
  }

  private fillBasis(points: Float32Array, tip: number): void {
    const { count, size, cells, nodes } = this;
    if (this.basis.length < nodes.length * count) this.basis = new Float32Array(nodes.length * count);
    const step = size / cells;
    for (let n = 0, at = 0; n < nodes.length; n++) {
      const row = Math.floor(nodes[n] / (cells + 1));
      const x = (nodes[n] - row * (cells + 1)) * step;
      const y = row * step;
      for (let k = 0; k < count; k++, at++) {
        const dx = points[2 * k] - x;
        const dy = points[2 * k + 1] - y;
        this.basis[at] = -Math.sqrt(dx * dx + dy * dy + tip);
      }
    }
  }

  private fillSystem(used: readonly number[]): void {
    const { count, rows, system } = this;
    const m = used.length;
    for (let i = 0; i < m; i++) {
      const from = used[i] * (count + 3);
      for (let j = 0; j < m; j++) system[i * (m + 3) + j] = rows[from + used[j]];
      for (let k = 0; k < 3; k++) {
        system[i * (m + 3) + m + k] = rows[from + count + k];
        system[(m + k) * (m + 3) + i] = rows[from + count + k];
      }
    }
    for (let i = m; i < m + 3; i++) for (let j = m; j < m + 3; j++) system[i * (m + 3) + j] = 0;
  }
}

/** LU with partial pivoting, in place; whole rows change places, and `order` says whence they came. */
function factorise(matrix: Float64Array, order: Int32Array, n: number): void {
  for (let i = 0; i < n; i++) order[i] = i;
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(matrix[i * n + k]) > Math.abs(matrix[pivot * n + k])) pivot = i;
    if (pivot !== k) {
      for (let j = 0; j < n; j++) {
        const held = matrix[k * n + j];
        matrix[k * n + j] = matrix[pivot * n + j];
        matrix[pivot * n + j] = held;
      }
      const row = order[k];
      order[k] = order[pivot];
      order[pivot] = row;
    }
    const inverse = 1 / matrix[k * n + k];
    for (let i = k + 1; i < n; i++) {
      const factor = matrix[i * n + k] * inverse;
      matrix[i * n + k] = factor;
      if (factor === 0) continue;
      for (let j = k + 1; j < n; j++) matrix[i * n + j] -= factor * matrix[k * n + j];
    }
  }
}

/** @param x - The right side in the order of `factorise`; becomes the solution. */
function solve(matrix: Float64Array, x: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    let sum = x[i];
    for (let j = 0; j < i; j++) sum -= matrix[i * n + j] * x[j];
    x[i] = sum;
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = x[i];
    for (let j = i + 1; j < n; j++) sum -= matrix[i * n + j] * x[j];
    x[i] = sum / matrix[i * n + i];
  }
}
