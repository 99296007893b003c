// Gives a carried photo the light of the crop that it was carried onto: what is coarse comes from the crop, what is fine
// stays the photo's. Worked out on a coarse grid, since light is coarse.

/** Reach of the light, standard deviation of a Gaussian, as a share of the side. */
const REACH = 0.07;
const CELLS = 32;
/** Keeps the blacks from being lifted without end. */
const BLACK_FLOOR = 0.02;
const WEIGHT_FLOOR = 1e-3;
const MOST_GAIN = 4;

/** Owns its buffers; not re-entrant. */
export class Relighter {
  private readonly size: number;
  private readonly weight: Float32Array = new Float32Array(CELLS * CELLS);
  private readonly from: Float32Array = new Float32Array(CELLS * CELLS);
  private readonly to: Float32Array = new Float32Array(CELLS * CELLS);
  private readonly scratch: Float32Array = new Float32Array(CELLS * CELLS);
  private readonly taps: Float32Array;

  /** @param size - Side of the crops, pixels; a multiple of 32. */
  constructor(size: number) {
    if (size % CELLS !== 0) throw new RangeError(`a side of ${size} is no multiple of ${CELLS}`);
    this.size = size;
    const sigma = REACH * CELLS;
    this.taps = Float32Array.from({ length: Math.ceil(3 * sigma) + 1 }, (_, i) =>
      Math.exp((-i * i) / (2 * sigma ** 2)),
    );
  }

  /**
   * @param photo - Three planes, 0..1; changed in place.
   * @param crop - Three planes, 0..1.
   * @param valid - One plane: where the two show the same; light is compared there.
   */
  relight(photo: Float32Array, crop: Float32Array, valid: Float32Array): void {
    const plane = this.size * this.size;
    this.gather(valid, null, this.weight);
    this.blur(this.weight);
    for (let c = 0; c < 3; c++) {
      const channel = photo.subarray(c * plane, (c + 1) * plane);
      this.gather(valid, channel, this.from);
      this.gather(valid, crop.subarray(c * plane, (c + 1) * plane), this.to);
      this.blur(this.from);
      this.blur(this.to);
      for (let i = 0; i < this.weight.length; i++) {
        const floor = BLACK_FLOOR * this.weight[i];
        const gain = (this.to[i] + floor) / (this.from[i] + floor);
        this.to[i] = Math.max(1 / MOST_GAIN, Math.min(MOST_GAIN, gain));
      }
      this.multiply(channel, this.to);
    }
  }

  /** Sums of valid * values (of valid alone where there are none) over each cell. */
  private gather(valid: Float32Array, values: Float32Array | null, out: Float32Array): void {
    const { size } = this;
    const cell = size / CELLS;
    out.fill(0);
    for (let row = 0, i = 0; row < size; row++) {
      const line = Math.floor(row / cell) * CELLS;
      for (let col = 0; col < size; col++, i++) {
        const weight = valid[i] + WEIGHT_FLOOR;
        out[line + ((col / cell) | 0)] += values ? weight * values[i] : weight;
      }
    }
  }

  /** Nothing is held at the edges: weights and values lose alike, and only their ratio counts. */
  private blur(grid: Float32Array): void {
    const { scratch, taps } = this;
    for (const [from, to, step, lines] of [
      [grid, scratch, 1, CELLS],
      [scratch, grid, CELLS, 1],
    ] as const) {
      for (let line = 0; line < CELLS; line++) {
        for (let k = 0; k < CELLS; k++) {
          let sum = 0;
          for (let j = Math.max(0, k - taps.length + 1); j < Math.min(CELLS, k + taps.length); j++)
            sum += taps[Math.abs(j - k)] * from[line * lines + j * step];
          to[line * lines + k * step] = sum;
        }
      }
    }
  }

  private multiply(channel: Float32Array, gain: Float32Array): void {
    const { size } = this;
    const scale = CELLS / size;
    for (let row = 0, i = 0; row < size; row++) {
      const v = Math.max(0, Math.min(CELLS - 1, (row + 0.5) * scale - 0.5));
      const top = Math.min(CELLS - 2, v | 0);
      for (let col = 0; col < size; col++, i++) {
        const u = Math.max(0, Math.min(CELLS - 1, (col + 0.5) * scale - 0.5));
        const left = Math.min(CELLS - 2, u | 0);
        const at = top * CELLS + left;
        const upper = gain[at] + (gain[at + 1] - gain[at]) * (u - left);
        const lower = gain[at + CELLS] + (gain[at + CELLS + 1] - gain[at + CELLS]) * (u - left);
        const value = channel[i] * (upper + (lower - upper) * (v - top));
        channel[i] = value > 1 ? 1 : value;
      }
    }
  }
}
