// What may be behind a person and in front: other backgrounds, so that hair is told from what is behind it, and things that
// hide a part of the face and must be left alone.

import type { Rgb8 } from '../core/index.ts';
import { CropPlaces, sampleRgb } from '../core/index.ts';
import type { SeededRandom } from '../model/index.ts';
import { PlaneBlur } from './blur-planes.ts';

/** Backgrounds are out of focus, so half the resolution is enough. */
const REDUCTION = 2;

/** Owns its scratch memory; not re-entrant. */
export class Scenery {
  private readonly side: number;
  private readonly small: number;
  private readonly drawn: Float32Array;
  private readonly blurring: PlaneBlur;
  private readonly places: CropPlaces;

  constructor(side: number) {
    this.side = side;
    this.small = side / REDUCTION;
    this.drawn = new Float32Array(this.small * this.small * 3);
    this.blurring = new PlaneBlur(this.small);
    this.places = new CropPlaces(this.small);
  }

  /**
   * Draws a background: a piece of some picture, out of focus, or clouds of colour.
   *
   * @returns Three planes of `side` / 2, 0..1; valid until the next call.
   */
  drawBackground(random: SeededRandom, picture: Rgb8): Float32Array {
    if (random.uniform() < 0.5) this.drawPiece(random, picture);
    else this.drawClouds(random);
    const exposure = Math.exp(0.4 * random.normal());
    for (let i = 0; i < this.drawn.length; i++) this.drawn[i] = Math.min(1, this.drawn[i] * exposure);
    return this.drawn;
  }

  private drawPiece(random: SeededRandom, { samples, width, height }: Rgb8): void {
    const share = 1 / random.between(1, 3);
    const [w, h] = [width * share, height * share];
    const [x, y] = [random.between(0, width - w), random.between(0, height - h)];
    const [flipX, flipY] = [random.uniform() < 0.5, random.uniform() < 0.5];
    const [sx, sy] = [w / this.small, h / this.small];
    const toPicture = [flipX ? -sx : sx, 0, flipX ? x + w : x, 0, flipY ? -sy : sy, flipY ? y + h : y] as const;
    sampleRgb({ samples, width, height }, this.places.setAffine(toPicture), this.drawn);
    this.blurring.blur(this.drawn, random.between(0.3, 6) / REDUCTION);
  }

  private drawClouds(random: SeededRandom): void {
    const count = [2, 3, 6, 16, 48][random.integer(5)];
    const [range, floor] = [random.between(0.05, 0.9), random.between(0, 0.6)];
    const samples = new Uint8Array(count * count * 3);
    for (let i = 0; i < samples.length; i += 3) {
      const rgb = [0, 1, 2].map(() => random.uniform() * range + floor);
      const grey = (rgb[0] + rgb[1] + rgb[2]) / 3;
      for (let c = 0; c < 3; c++) samples[i + c] = Math.min(255, Math.round(255 * (0.6 * grey + 0.4 * rgb[c])));
    }
    const scale = count / this.small;
    const toPicture = [scale, 0, 0, 0, scale, 0] as const;
    sampleRgb({ samples, width: count, height: count }, this.places.setAffine(toPicture), this.drawn);
  }

  /** Lays a background behind. @param behind - One plane: 1 where the background shows. */
  layBehind(picture: Float32Array, background: Float32Array, behind: Float32Array): void {
    const { side, small } = this;
    const [plane, smallPlane] = [side * side, small * small];
    for (let row = 0, i = 0; row < side; row++) {
      const v = Math.max(0, Math.min(small - 1, (row + 0.5) / REDUCTION - 0.5));
      const top = Math.min(small - 2, v | 0);
      for (let col = 0; col < side; col++, i++) {
        const share = behind[i];
        if (share === 0) continue;
        const u = Math.max(0, Math.min(small - 1, (col + 0.5) / REDUCTION - 0.5));
        const left = Math.min(small - 2, u | 0);
        for (let c = 0, at = top * small + left; c < 3; c++, at += smallPlane) {
          const upper = background[at] + (background[at + 1] - background[at]) * (u - left);
          const lower = background[at + small] + (background[at + small + 1] - background[at + small]) * (u - left);
          const k = i + c * plane;
          picture[k] += share * (upper + (lower - upper) * (v - top) - picture[k]);
        }
      }
    }
  }

  /**
   * Puts one and the same thing, an ellipse cut out of some other picture, in front of each of the pictures.
   *
   * @param covered - One plane, raised to how much of each pixel is hidden.
   */
  occlude(
    random: SeededRandom,
    pictures: readonly Float32Array[],
    other: Rgb8,
    covered: Float32Array | null = null,
  ): void {
    const { side } = this;
    const unit = side / 256;
    const [cx, cy] = [random.between(0, side), random.between(0, side)];
    const [a, b] = [random.between(12, 60) * unit, random.between(8, 30) * unit];
    const angle = random.between(0, Math.PI);
    const exposure = Math.exp(0.3 * random.normal()) / 255;
    const [shiftX, shiftY] = [random.integer(other.width), random.integer(other.height)];
    const scale = (0.6 * 256) / side;
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    const reach = Math.max(a, b) + 4;
    const plane = side * side;
    for (let y = Math.max(0, Math.floor(cy - reach)); y < Math.min(side, cy + reach); y++) {
      for (let x = Math.max(0, Math.floor(cx - reach)); x < Math.min(side, cx + reach); x++) {
        const [u, v] = [cos * (x - cx) + sin * (y - cy), cos * (y - cy) - sin * (x - cx)];
        const radius = Math.hypot(u / a, v / b);
        // about how far inside, in pixels
        const depth = (1 - radius) * Math.min(a, b) * Math.max(1, radius);
        const share = Math.max(0, Math.min(1, depth / 3 + 0.5));
        if (share === 0) continue;
        if (covered !== null) covered[y * side + x] = Math.max(covered[y * side + x], share);
        for (let c = 0; c < 3; c++) {
          const value = Math.min(1, exposure * bilinear(other, x * scale + shiftX, y * scale + shiftY, c));
          for (const picture of pictures) {
            const k = y * side + x + c * plane;
            picture[k] += share * (value - picture[k]);
          }
        }
      }
    }
  }
}

/** One channel, the picture repeated beyond its border. */
function bilinear({ samples, width, height }: Rgb8, x: number, y: number, channel: number): number {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const at = (column: number, row: number): number =>
    samples[((row % height) * width + (column % width)) * 3 + channel];
  const upper = at(left, top) + (at(left + 1, top) - at(left, top)) * (x - left);
  const lower = at(left, top + 1) + (at(left + 1, top + 1) - at(left, top + 1)) * (x - left);
  return upper + (lower - upper) * (y - top);
}
