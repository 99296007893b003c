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
  /** Of the crop, a grid for each channel. */
  private readonly to: Float32Array = new Float32Array(3 * CELLS * CELLS);
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
    this.aim(crop, valid);
    this.give(photo, valid);
  }

  private aim(crop: Float32Array, valid: Float32Array): void {
    const plane = this.size * this.size;
    this.gather(valid, null, this.weight);
    this.blur(this.weight);
    for (let c = 0; c < 3; c++) {
      const grid = this.to.subarray(c * CELLS * CELLS, (c + 1) * CELLS * CELLS);
      this.gather(valid, crop.subarray(c * plane, (c + 1) * plane), grid);
      this.blur(grid);
    }
  }

  private give(photo: Float32Array, valid: Float32Array): void {
    const plane = this.size * this.size;
    const { from, to, weight } = this;
    for (let c = 0; c < 3; c++) {
      const channel = photo.subarray(c * plane, (c + 1) * plane);
      this.gather(valid, channel, from);
      this.blur(from);
      for (let i = 0, k = c * CELLS * CELLS; i < weight.length; i++, k++) {
        const floor = BLACK_FLOOR * weight[i];
        from[i] = Math.max(1 / MOST_GAIN, Math.min(MOST_GAIN, (to[k] + floor) / (from[i] + floor)));
      }
      this.multiply(channel, from);
    }
  }

  /** Sums of valid * values (of valid alone where there are none) over each cell. */
  private gather(valid: Float32Array, values: Float32Array | null, out: Float32Array): void {
    const { size } = this;
    const cell = size / CELLS;
    out.fill(0);
    for (let row = 0, i = 0; row < size; row++) {
      const line = Math.floor(row / cell) * CELLS;
      for (let at = line; at < line + CELLS; at++) {
        let sum = 0;
        for (const end = i + cell; i < end; i++) {
          const w = valid[i] + WEIGHT_FLOOR;
          sum += values === null ? w : w * values[i];
        }
        out[at] += sum;
      }
    }
  }

  /** Nothing is held at the edges: weights and values lose alike, and only their ratio counts. */
  private blur(grid: Float32Array): void {
    this.blurLines(grid, this.scratch, 1, CELLS);
    this.blurLines(this.scratch, grid, CELLS, 1);
  }

  private blurLines(from: Float32Array, to: Float32Array, step: number, lines: number): void {
    const { taps } = this;
    for (let line = 0; line < CELLS; line++) {
      const start = line * lines;
      for (let k = 0; k < CELLS; k++) {
        const last = Math.min(CELLS, k + taps.length);
        let sum = 0;
        for (let j = Math.max(0, k - taps.length + 1); j < last; j++)
          sum += taps[j < k ? k - j : j - k] * from[start + j * step];
        to[start + k * step] = sum;
      }
    }
  }

  /** What is black stays so, and costs nothing. */
  private multiply(channel: Float32Array, gain: Float32Array): void {
    const { size } = this;
    const scale = CELLS / size;
    for (let row = 0, i = 0; row < size; row++) {
      const v = Math.max(0, Math.min(CELLS - 1, (row + 0.5) * scale - 0.5));
      const top = Math.min(CELLS - 2, v | 0);
      const down = v - top;
      for (let col = 0; col < size; col++, i++) {
        if (channel[i] === 0) continue;
        const u = Math.max(0, Math.min(CELLS - 1, (col + 0.5) * scale - 0.5));
        const left = Math.min(CELLS - 2, u | 0);
        const at = top * CELLS + left;
        const upper = gain[at] + (gain[at + 1] - gain[at]) * (u - left);
        const lower = gain[at + CELLS] + (gain[at + CELLS + 1] - gain[at + CELLS]) * (u - left);
        const value = channel[i] * (upper + (lower - upper) * down);
        channel[i] = value > 1 ? 1 : value;
      }
    }
  }
}
