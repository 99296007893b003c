// What cameras, lamps and labs do to a picture, drawn at random: light, colour, focus, grain. The same draw may be put on
// several pictures, since a pair has to stay a pair.

import { SeededRandom } from '../model/index.ts';
import { PlaneBlur } from './blur-planes.ts';

const CURVE_STEPS = 1024;
/** Grain is cut out of a tile of this side, made once; a power of two. */
const TILE = 512;

/** Owns its scratch memory; not re-entrant. Pictures are three planes of side * side, 0..1, changed in place. */
export class Film {
  readonly blurring: PlaneBlur;
  private readonly side: number;
  private readonly curve: Float32Array = new Float32Array(CURVE_STEPS + 2);
  private readonly before: Float32Array;
  private fine: Float32Array | null = null;
  private coarse: Float32Array | null = null;

  constructor(side: number) {
    this.side = side;
    this.blurring = new PlaneBlur(side);
    this.before = new Float32Array(side * side);
  }

  /** x ^ gamma times a gain per channel, clamped: exposure, white balance and contrast at once. */
  light(pictures: readonly Float32Array[], gamma: number, gains: readonly [number, number, number]): void {
    const plane = this.side * this.side;
    for (let i = 0; i <= CURVE_STEPS; i++) this.curve[i] = (i / CURVE_STEPS) ** gamma;
    this.curve[CURVE_STEPS + 1] = this.curve[CURVE_STEPS];
    for (const picture of pictures) {
      for (let c = 0; c < 3; c++) {
        const gain = gains[c];
        for (let i = c * plane; i < (c + 1) * plane; i++) {
          const at = picture[i] * CURVE_STEPS;
          const k = at | 0;
          const v = (this.curve[k] + (this.curve[k + 1] - this.curve[k]) * (at - k)) * gain;
          picture[i] = v > 1 ? 1 : v;
        }
      }
    }
  }

  /** @param factor - 0 grey, 1 unchanged. */
  saturate(pictures: readonly Float32Array[], factor: number): void {
    const plane = this.side * this.side;
    for (const picture of pictures) {
      for (let i = 0; i < plane; i++) {
        const grey = ((picture[i] + picture[i + plane] + picture[i + 2 * plane]) / 3) * (1 - factor);
        for (let k = i; k < 3 * plane; k += plane) picture[k] = limited(grey + picture[k] * factor);
      }
    }
  }

  /**
   * Light from elsewhere: a smooth gain, alike in all channels.
   *
   * @param waves - Distance of the nodes between which it is interpolated, pixels, a divisor of the side; s.d. of its natural
   *   logarithm at the nodes.
   */
  shade(random: SeededRandom, picture: Float32Array, waves: readonly (readonly [px: number, sigma: number])[]): void {
    const logGain = this.before.fill(0);
    for (const [px, sigma] of waves) this.addWave(random, px, sigma, logGain);
    const plane = this.side * this.side;
    for (let i = 0; i < plane; i++) {
      const gain = Math.exp(logGain[i]);
      for (let k = i; k < 3 * plane; k += plane) picture[k] = limited(picture[k] * gain);
    }
  }

  private addWave(random: SeededRandom, px: number, sigma: number, out: Float32Array): void {
    const { side } = this;
    const nodes = side / px + 1;
    const grid = Float32Array.from({ length: nodes * nodes }, () => sigma * random.normal());
    for (let row = 0, i = 0; row < side; row++) {
      const y = Math.floor(row / px);
      const fy = row / px - y;
      for (let col = 0; col < side; col++, i++) {
        const x = Math.floor(col / px);
        const fx = col / px - x;
        const at = y * nodes + x;
        const upper = grid[at] + (grid[at + 1] - grid[at]) * fx;
        const lower = grid[at + nodes] + (grid[at + nodes + 1] - grid[at + nodes]) * fx;
        out[i] += upper + (lower - upper) * fy;
      }
    }
  }

  blur(pictures: readonly Float32Array[], sigmaPx: number): void {
    for (const picture of pictures) this.blurring.blur(picture, sigmaPx);
  }

  /** Unsharp mask: what a picture that was enlarged lacks of one that was not. */
  sharpen(pictures: readonly Float32Array[], amount: number, sigmaPx: number): void {
    const plane = this.side * this.side;
    for (const picture of pictures) {
      for (let c = 0; c < 3; c++) {
        const one = picture.subarray(c * plane, (c + 1) * plane);
        this.before.set(one);
        this.blurring.blur(one, sigmaPx);
        for (let i = 0; i < plane; i++) one[i] = limited(this.before[i] + amount * (this.before[i] - one[i]));
      }
    }
  }

  /** Adds the same grain to each of the pictures. @param sigma - Standard deviation, of 0..1. */
  grain(pictures: readonly Float32Array[], random: SeededRandom, sigma: number): void {
    this.fine ??= grainTile();
    this.coarse ??= coarser(this.fine);
    const tile = random.uniform() < 0.5 ? this.fine : this.coarse;
    const isGrey = random.uniform() < 0.5;
    const plane = this.side * this.side;
    let [x, y] = [random.integer(TILE), random.integer(TILE)];
    for (let c = 0; c < 3; c++) {
      if (c > 0 && !isGrey) [x, y] = [random.integer(TILE), random.integer(TILE)];
      for (const picture of pictures) this.addTile(picture.subarray(c * plane, (c + 1) * plane), tile, x, y, sigma);
    }
  }

  private addTile(plane: Float32Array, tile: Float32Array, left: number, top: number, sigma: number): void {
    const { side } = this;
    for (let row = 0, i = 0; row < side; row++) {
      const line = ((top + row) & (TILE - 1)) * TILE;
      for (let col = 0; col < side; col++, i++)
        plane[i] = limited(plane[i] + sigma * tile[line + ((left + col) & (TILE - 1))]);
    }
  }
}

function limited(v: number): number {
  return v < 0 ? 0 : v > 1 ? 1 : v;
}

/** Normal numbers, the same in every training. */
function grainTile(): Float32Array {
  const random = new SeededRandom(0x67726169);
  return Float32Array.from({ length: TILE * TILE }, () => random.normal());
}

/** Grain of about two pixels, with the same variance. */
function coarser(fine: Float32Array): Float32Array {
  const tile = fine.slice();
  new PlaneBlur(TILE).blur(tile, 0.8);
  const rms = Math.sqrt(tile.reduce((sum, v) => sum + v * v, 0) / tile.length);
  return tile.map((v) => v / rms);
}
