// The mean of pictures that lie on one another, pixel by pixel: what few of them show (a strand of hair, glasses, a
// highlight) counts little, and colour is taken from those whose colour can be believed.

import type { Rgb8 } from '../core/index.ts';

/** A picture among others of its geometry. */
export interface LaidPicture {
  /** Packed, of the common side. */
  readonly samples: Uint8Array;
  /** One byte a pixel: 0 (next to nothing is known) .. 255. */
  readonly valid: Uint8Array;
  /** 0..1. */
  readonly colorTrust: number;
}

/** What is not valid only fills what nobody shows. */
const UNSEEN = 1e-3;
/** Difference of brightness, of 255, at which a picture counts half. */
const DOUBT = 10;
const ROUNDS = 2;
/** Pictures of a lesser share only fill in where the others show little: less than so much of all. */
const NEAR_SHARE = 2e-3;
const LITTLE = 0.1;
/** So much less counts a colour that cannot be believed: it only fills in where there is no other. */
const LEAST_COLOR = 1e-4;

/** Owns its buffers; not re-entrant. */
export class AgreeingMean {
  private readonly side: number;
  private readonly luma: Float32Array;
  private readonly sums: Float32Array;
  private readonly weights: Float32Array;
  private readonly colorWeights: Float32Array;

  /** @param side - Of the pictures, pixels. */
  constructor(side: number) {
    const plane = side * side;
    this.side = side;
    this.luma = new Float32Array(plane);
    this.weights = new Float32Array(plane);
    this.colorWeights = new Float32Array(plane);
    this.sums = new Float32Array(3 * plane);
  }

  /** @param weights - Of each picture, 0 or more; not all 0. @returns Belongs to the caller. */
  of(pictures: readonly LaidPicture[], weights: readonly number[]): Rgb8 {
    const total = weights.reduce((sum, w) => sum + w, 0);
    const shares = weights.map((w) => w / total);
    for (let round = 0; round <= ROUNDS; round++) {
      this.clear();
      pictures.forEach((picture, k) => {
        if (shares[k] >= NEAR_SHARE) this.add(picture, shares[k], round > 0);
      });
      this.settle();
    }
    const places = this.littleKnown();
    pictures.forEach((picture, k) => {
      if (shares[k] < NEAR_SHARE) this.fillIn(picture, shares[k], places);
    });
    this.settle();
    return this.picture();
  }

  private clear(): void {
    this.sums.fill(0);
    this.weights.fill(0);
    this.colorWeights.fill(0);
  }

  /** To the sums of brightness, and of red and blue less brightness. */
  private add({ samples, valid, colorTrust }: LaidPicture, share: number, doubting: boolean): void {
    const { sums, weights, colorWeights, luma } = this;
    const plane = luma.length;
    const doubt = doubting ? 1 / DOUBT ** 2 : 0;
    const color = colorTrust + LEAST_COLOR;
    for (let i = 0, at = 0; i < plane; i++, at += 3) {
      const y = brightness(samples, at);
      const off = y - luma[i];
      const w = (share * (valid[i] / 255 + UNSEEN)) / (1 + doubt * off * off);
      weights[i] += w;
      sums[i] += w * y;
      colorWeights[i] += w * color;
      sums[i + plane] += w * color * (samples[at] - y);
      sums[i + 2 * plane] += w * color * (samples[at + 2] - y);
    }
  }

  private fillIn({ samples, valid, colorTrust }: LaidPicture, share: number, places: Int32Array): void {
    const { sums, weights, colorWeights, luma } = this;
    const plane = luma.length;
    for (const i of places) {
      if (valid[i] === 0) continue;
      const y = brightness(samples, 3 * i);
      const w = (share * valid[i]) / 255;
      const color = w * (colorTrust + LEAST_COLOR);
      weights[i] += w;
      sums[i] += w * y;
      colorWeights[i] += color;
      sums[i + plane] += color * (samples[3 * i] - y);
      sums[i + 2 * plane] += color * (samples[3 * i + 2] - y);
    }
  }

  private littleKnown(): Int32Array {
    const places: number[] = [];
    this.weights.forEach((w, i) => {
      if (w < LITTLE) places.push(i);
    });
    return Int32Array.from(places);
  }

  /** Brightness so far; the next round doubts what is far from it. */
  private settle(): void {
    const { sums, weights, luma } = this;
    for (let i = 0; i < luma.length; i++) luma[i] = sums[i] / weights[i];
  }

  private picture(): Rgb8 {
    const { luma, sums, colorWeights, side } = this;
    const plane = luma.length;
    const samples = new Uint8Array(3 * plane);
    for (let i = 0, at = 0; i < plane; i++, at += 3) {
      const y = luma[i];
      const red = y + sums[i + plane] / colorWeights[i];
      const blue = y + sums[i + 2 * plane] / colorWeights[i];
      samples[at] = asByte(red);
      samples[at + 1] = asByte((y - RED * red - BLUE * blue) / GREEN);
      samples[at + 2] = asByte(blue);
    }
    return { samples, width: side, height: side };
  }
}

const [RED, GREEN, BLUE] = [0.299, 0.587, 0.114] as const;

function brightness(samples: Uint8Array, at: number): number {
  return RED * samples[at] + GREEN * samples[at + 1] + BLUE * samples[at + 2];
}

function asByte(v: number): number {
  return Math.max(0, Math.min(255, Math.round(v)));
}
