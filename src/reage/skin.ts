// How much each cell of the crop looks like this performer's own skin in this light, against the hair, clothes and
// background of the same frame: one small colour model each, read from where each is sure to be. It tells skin of
// forehead, ears and neck from what surrounds it. Colour only: a hand in front of the face is skin too.

import { smoothstep } from './raster.ts';

/** Grid of the model, cells a side: half of a 256 px crop. */
export const GRID = 128;
const CELLS = GRID * GRID;

/** Log-colour features: red over green, green over blue, green. */
interface ColorModel {
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
  /** Sum of the logarithms of the deviations: the price of being wide. */
  readonly spread: number;
}

// Floors of the spread, in natural-log units: light from two sides and pores widen real skin at least this much; without
// a floor a flat, evenly lit face would make its own neck a stranger.
const SKIN_FLOOR = [0.07, 0.09, 0.3] as const;
const OTHER_FLOOR = [0.06, 0.08, 0.2] as const;
/** Codes below this are noise, not colour. */
const DARK = 0.03;
/** A model from fewer cells than this says nothing. */
const FEWEST_CELLS = 24;
/** What is farther than this many s.d. from skin is not skin, whatever else it might be. */
const FARTHEST = 4.5;
/** A beard is farther from the hair of the head than the hair from itself. */
const FOREIGN_TO_HAIR = 3.5;
const FOREIGN_TO_SKIN = 4.5;
/** What is hair lies within this many s.d. of the hair's colour, and between these log-odds is half believed. */
const FARTHEST_HAIR = 3;
const HAIR_ODDS_FROM = 0;
const HAIR_ODDS_TO = 4;
/** Weight of being darker than the hair's model: between strands it is dark. */
const SHADE_IN_HAIR = 0.5;
/** Natural-log units below the skin's mean. */
const DEEP_SHADE = 1.2;
/** Other stuff that is so near to skin in colour (a bald head where hair was looked for) is skin. */
const SAME_AS_SKIN = 1.2;

export class SkinGrid {
  /** [GRID, GRID]: log-odds of skin against the best other explanation, clipped to -6..6. */
  readonly logOdds: Float32Array = new Float32Array(CELLS);
  /** [GRID, GRID]: 1 where the colour is neither this skin nor this hair (a beard is hair): something in front. */
  readonly foreign: Float32Array = new Float32Array(CELLS);
  /** [GRID, GRID], 0..1: how surely the colour is that of the hair and not of the skin. */
  readonly hairLike: Float32Array = new Float32Array(CELLS);
  /** [GRID, GRID]: natural log of green, the guide along whose edges the matte is refined. */
  readonly light: Float32Array = new Float32Array(CELLS);
  private readonly features: readonly Float32Array[] = [new Float32Array(CELLS), new Float32Array(CELLS), this.light];

  /**
   * @param image - [3, size, size], RGB, display-referred 0..1; size a multiple of GRID.
   * @param skin - [GRID, GRID], 0..1: where skin is known to be.
   * @param others - Grids of the same kind: where hair, clothes, background are known to be, hair first.
   * @param shadeFrom - Row below which skin may lie in shade (sockets, under the nose, the neck); above it, on the
   * forehead, darker is rather hair.
   * @param where - A grid of the same kind: only where it is not 0 is asked about; the rest is called no skin.
   */
  update(
    image: Float32Array,
    size: number,
    skin: Float32Array,
    others: readonly Float32Array[],
    shadeFrom: number,
    where: Float32Array,
  ): void {
    this.reduce(image, size);
    const own = this.fit(skin, SKIN_FLOOR);
    if (!own) {
      this.logOdds.fill(-6);
      this.foreign.fill(0);
      this.hairLike.fill(0);
      return;
    }
    const models = others.map((seeds) => this.fit(seeds, OTHER_FLOOR));
    const hair = models[0];
    const rivals = models.filter((model) => model !== null && distance(own, model.mean) > SAME_AS_SKIN) as ColorModel[];
    const [a, b, light] = this.features;
    const hairFrom = hair ?? FAR_FROM_ALL;
    for (let i = 0; i < CELLS; i++) {
      this.foreign[i] = 0;
      this.hairLike[i] = 0;
      this.logOdds[i] = -6;
      if (where[i] === 0) continue;
      const d = squaredDistance(own, a[i], b[i], light[i], i >= shadeFrom * GRID ? 0.4 : 1);
      let best = -0.5 * FARTHEST * FARTHEST - own.spread;
      for (const rival of rivals)
        best = Math.max(best, -0.5 * squaredDistance(rival, a[i], b[i], light[i], 1) - rival.spread);
      const odds = -0.5 * d - own.spread - best;
      this.logOdds[i] = odds > 6 ? 6 : odds < -6 ? -6 : odds;
      if (hair) this.hairLike[i] = hairLikeness(own, hair, a[i], b[i], light[i]);
      // by hue alone, less red than skin (lips and nostrils are redder), and not in deep shade, where there is no hue:
      // open mouths are dark, not foreign
      const isRedder = a[i] > own.mean[0] + own.deviation[0];
      if (isRedder || light[i] < own.mean[2] - DEEP_SHADE) continue;
      const isForeign =
        squaredHueDistance(own, a[i], b[i]) >= FOREIGN_TO_SKIN ** 2 &&
        squaredHueDistance(hairFrom, a[i], b[i]) > FOREIGN_TO_HAIR ** 2;
      if (isForeign) this.foreign[i] = 1;
    }
  }

  private reduce(image: Float32Array, size: number): void {
    const k = size / GRID;
    const plane = size * size;
    const area = k * k;
    const [a, b, c] = this.features;
    for (let y = 0; y < GRID; y++) {
      for (let x = 0; x < GRID; x++) {
        let red = 0;
        let green = 0;
        let blue = 0;
        for (let j = 0; j < k; j++) {
          const row = (y * k + j) * size + x * k;
          for (let i = row; i < row + k; i++) {
            red += image[i];
            green += image[i + plane];
            blue += image[i + 2 * plane];
          }
        }
        const g = logAt(green / area);
        const at = y * GRID + x;
        a[at] = logAt(red / area) - g;
        b[at] = g - logAt(blue / area);
        c[at] = g;
      }
    }
  }

  /** Mean and spread over the seeds, thrice, each time without what is 2.5 s.d. off (a strand, an occluder). */
  private fit(seeds: Float32Array, floor: readonly number[]): ColorModel | null {
    const { features } = this;
    let model: ColorModel | null = null;
    for (let round = 0; round < 3; round++) {
      let count = 0;
      const sum = [0, 0, 0];
      const square = [0, 0, 0];
      for (let i = 0; i < CELLS; i++) {
        if (seeds[i] < 0.5) continue;
        if (model && !this.isNear(model, i)) continue;
        count++;
        for (let k = 0; k < 3; k++) {
          const value = features[k][i];
          sum[k] += value;
          square[k] += value * value;
        }
      }
      if (count < FEWEST_CELLS) return model;
      const mean = sum.map((s) => s / count);
      const deviation = square.map((s, k) => Math.max(floor[k], Math.sqrt(Math.max(0, s / count - mean[k] ** 2))));
      model = { mean, deviation, spread: deviation.reduce((total, d) => total + Math.log(d), 0) };
    }
    return model;
  }

  private isNear(model: ColorModel, i: number): boolean {
    for (let k = 0; k < 3; k++) {
      if (Math.abs(this.features[k][i] - model.mean[k]) > 2.5 * model.deviation[k]) return false;
    }
    return true;
  }
}

/** Stands for a model that there is none of. */
const FAR_FROM_ALL: ColorModel = { mean: [100, 100, 100], deviation: [1, 1, 1], spread: 0 };

function distance(model: ColorModel, at: readonly number[]): number {
  return Math.sqrt(squaredDistance(model, at[0], at[1], at[2], 1));
}

/** @param darker - Weight of being darker than the model: shade is more common on skin than glare. */
function squaredDistance({ mean, deviation }: ColorModel, a: number, b: number, light: number, darker: number): number {
  const dark = (light - mean[2]) / deviation[2];
  const d = dark < 0 ? dark * darker : dark;
  return ((a - mean[0]) / deviation[0]) ** 2 + ((b - mean[1]) / deviation[1]) ** 2 + d * d;
}

function hairLikeness(skin: ColorModel, hair: ColorModel, a: number, b: number, light: number): number {
  const h = squaredDistance(hair, a, b, light, SHADE_IN_HAIR);
  if (h > FARTHEST_HAIR ** 2) return 0;
  const odds = -0.5 * h - hair.spread + 0.5 * squaredDistance(skin, a, b, light, 1) + skin.spread;
  return smoothstep(HAIR_ODDS_FROM, HAIR_ODDS_TO, odds) * smoothstep(FARTHEST_HAIR ** 2, 0.7 * FARTHEST_HAIR ** 2, h);
}

function squaredHueDistance({ mean, deviation }: ColorModel, a: number, b: number): number {
  return ((a - mean[0]) / deviation[0]) ** 2 + ((b - mean[1]) / deviation[1]) ** 2;
}

/** Natural log of x + DARK for x from 0 to 1, a straight line between the table's points: right to 1e-5. */
function logAt(x: number): number {
  const place = x * LOG_STEPS;
  const i = place | 0;
  return LOG_TABLE[i] + (LOG_TABLE[i + 1] - LOG_TABLE[i]) * (place - i);
}

const LOG_STEPS = 4096;
const LOG_TABLE = Float64Array.from({ length: LOG_STEPS + 2 }, (_, i) => Math.log(i / LOG_STEPS + DARK));
