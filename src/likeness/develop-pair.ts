// What a camera makes of both pictures of a pair: light, colour, what is in front, focus and grain, drawn once for the two.

import type { Rgb8 } from '../core/index.ts';
import type { SeededRandom } from '../model/index.ts';
import type { Film } from './film.ts';
import type { Scenery } from './scenery.ts';

export interface PairStudio {
  readonly film: Film;
  readonly scenery: Scenery;
  /** Draws a picture of somebody, to cut something out of. */
  readonly anyPicture: () => Rgb8;
  /** One plane, raised to how much of each pixel is hidden. */
  readonly covered?: Float32Array;
}

/** @param pair - Three planes each, 0..1, changed in place. */
export function developPair(random: SeededRandom, pair: readonly Float32Array[], studio: PairStudio): void {
  const { film, scenery, anyPicture, covered } = studio;
  const stops = random.normal();
  // a face that is burnt out has nothing left to age
  const exposure = Math.exp((stops > 0 ? 0.15 : 0.3) * stops);
  const gain = (): number => exposure * Math.exp(0.07 * random.normal());
  film.light(pair, Math.exp(0.15 * random.normal()), [gain(), gain(), gain()]);
  // skin tones beyond the renderer's
  if (random.uniform() < 0.6) film.saturate(pair, random.between(0.35, 1.15));
  else if (random.uniform() < 0.06) film.saturate(pair, 0);
  if (random.uniform() < 0.2) scenery.occlude(random, pair, anyPicture(), covered);
  const focus = random.uniform();
  if (focus < 0.2) film.blur(pair, random.between(0.4, 1.6));
  // the pictures are enlarged by about 1.6 here, plates are mostly reduced
  else if (focus < 0.55) film.sharpen(pair, random.between(0.3, 1), random.between(0.8, 1.4));
  if (random.uniform() < 0.4) film.grain(pair, random, random.between(0.003, 0.025));
}

/** A mask's hard edge is made soft, and then drawn in, so that no fringe of the old background stays. */
export interface SoftEdge {
  /** Standard deviation, crop pixels. */
  readonly softPx: number;
  /** The soft mask, times this, at most 1. */
  readonly drawnIn: number;
}

/**
 * Lays another background behind both.
 *
 * @param pair - Three planes each, 0..1, changed in place.
 * @param behind - One plane each, 0..1: where the background shows; changed in place.
 */
export function changeBackground(
  random: SeededRandom,
  pair: readonly Float32Array[],
  behind: readonly Float32Array[],
  { softPx, drawnIn }: SoftEdge,
  { film, scenery, anyPicture }: PairStudio,
): void {
  const background = scenery.drawBackground(random, anyPicture());
  for (const [side, mask] of behind.entries()) {
    film.blurring.blur(mask, softPx);
    for (let i = 0; i < mask.length; i++) mask[i] = Math.min(1, drawnIn * mask[i]);
    scenery.layBehind(pair[side], background, mask);
  }
}
