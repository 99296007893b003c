// Gaussian blur of the planes of a batch, in place: exact taps for small widths, three boxes for large ones.

/** From here on three boxes are within 3 % of a Gaussian, and cost the same for any width. */
const BOXES_FROM_PX = 2.5;

/** Owns its scratch memory; not re-entrant. */
export class PlaneBlur {
  private readonly side: number;
  private readonly scratch: Float32Array;
  private readonly line: Float32Array;

  /** @param side - Of the planes, pixels. */
  constructor(side: number) {
    this.side = side;
    this.scratch = new Float32Array(side * side);
    this.line = new Float32Array(side);
  }

  /**
   * @param planes - Any number of planes of side * side, one after the other; edges are held.
   * @param sigmaPx - Standard deviation, above 0.
   */
  blur(planes: Float32Array, sigmaPx: number): void {
    const plane = this.side * this.side;
    for (let at = 0; at < planes.length; at += plane) {
      const one = planes.subarray(at, at + plane);
      if (sigmaPx < BOXES_FROM_PX) this.exact(one, sigmaPx);
      else this.boxes(one, sigmaPx);
    }
  }

  private exact(plane: Float32Array, sigmaPx: number): void {
    const taps = halfKernel(sigmaPx);
    this.columns(plane, this.scratch, taps);
    this.rows(this.scratch, plane, taps);
  }

  /** Whole rows are added, so that memory is read in order. */
  private columns(from: Float32Array, to: Float32Array, taps: Float32Array): void {
    const { side } = this;
    for (let y = 0; y < side; y++) {
      const row = y * side;
      for (let x = 0; x < side; x++) to[row + x] = taps[0] * from[row + x];
      for (let k = 1; k < taps.length; k++) {
        const above = Math.max(0, y - k) * side;
        const below = Math.min(side - 1, y + k) * side;
        const tap = taps[k];
        for (let x = 0; x < side; x++) to[row + x] += tap * (from[above + x] + from[below + x]);
      }
    }
  }

  private rows(from: Float32Array, to: Float32Array, taps: Float32Array): void {
    const { side } = this;
    const radius = taps.length - 1;
    for (let y = 0; y < side; y++) {
      const row = y * side;
      const last = row + side - 1;
      for (let x = 0; x < side; x++) {
        const i = row + x;
        let sum = taps[0] * from[i];
        if (x >= radius && x < side - radius) {
          for (let k = 1; k <= radius; k++) sum += taps[k] * (from[i - k] + from[i + k]);
        } else {
          for (let k = 1; k <= radius; k++) sum += taps[k] * (from[Math.max(row, i - k)] + from[Math.min(last, i + k)]);
        }
        to[i] = sum;
      }
    }
  }

  private boxes(plane: Float32Array, sigmaPx: number): void {
    // a box of half width r has the variance r (r + 1) / 3; some of the three are wider by one, so that their sum fits
    const variance = sigmaPx ** 2;
    const radius = Math.floor(Math.sqrt(variance + 0.25) - 0.5);
    const wider = Math.round((3 * (variance - radius * (radius + 1))) / (2 * (radius + 1)));
    for (let pass = 0; pass < 3; pass++) {
      const reach = pass < wider ? radius + 1 : radius;
      for (let k = 0; k < this.side; k++) {
        this.box(plane, k * this.side, 1, reach);
        this.box(plane, k, this.side, reach);
      }
    }
  }

  private box(plane: Float32Array, start: number, step: number, radius: number): void {
    const { side, line } = this;
    for (let i = 0; i < side; i++) line[i] = plane[start + i * step];
    const scale = 1 / (2 * radius + 1);
    let sum = line[0] * (radius + 1);
    for (let i = 1; i <= radius; i++) sum += line[Math.min(i, side - 1)];
    for (let i = 0; i < side; i++) {
      plane[start + i * step] = sum * scale;
      sum += line[Math.min(side - 1, i + radius + 1)] - line[Math.max(0, i - radius)];
    }
  }
}

/** Taps 0..radius of a kernel that sums to 1. */
function halfKernel(sigmaPx: number): Float32Array {
  const radius = Math.max(1, Math.ceil(2.6 * sigmaPx));
  const taps = Float32Array.from({ length: radius + 1 }, (_, i) => Math.exp((-i * i) / (2 * sigmaPx * sigmaPx)));
  const sum = taps.reduce((total, tap, i) => total + (i === 0 ? tap : 2 * tap), 0);
  return taps.map((tap) => tap / sum);
}
