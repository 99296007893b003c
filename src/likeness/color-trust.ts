// How far the colours of a photo can be believed: none in black and white, toned prints included, less in faded ones.

import type { Rgb8 } from '../core/index.ts';

/** Narrow, so that the tone of a print hardly changes within one. */
const BRIGHTNESS_BINS = 64;
/** Spread of colour, 0..1 of white, below which a picture has none: toning and JPEG noise stay below, the palest prints above. */
const COLORLESS_BELOW = 0.009;
/** Pictures with this share of the career's usual spread of colour are believed like any other. */
const FULL_SHARE = 0.6;

/**
 * How much colours differ where brightness is the same: a toned print has one colour for each brightness.
 *
 * @returns Root mean square, 0..1 of white.
 */
export function colorSpread({ samples }: Rgb8): number {
  const bins = Array.from({ length: BRIGHTNESS_BINS }, () => ({ count: 0, red: 0, blue: 0, square: 0 }));
  for (let i = 0; i + 2 < samples.length; i += 3) {
    const luma = 0.299 * samples[i] + 0.587 * samples[i + 1] + 0.114 * samples[i + 2];
    const bin = bins[Math.min(BRIGHTNESS_BINS - 1, (luma * BRIGHTNESS_BINS) >> 8)];
    const [red, blue] = [samples[i] - luma, samples[i + 2] - luma];
    bin.count++;
    bin.red += red;
    bin.blue += blue;
    bin.square += red * red + blue * blue;
  }
  const within = bins.reduce(
    (sum, { count, red, blue, square }) => sum + (count > 0 ? square - (red * red + blue * blue) / count : 0),
    0,
  );
  return Math.sqrt(within / (samples.length / 3)) / 255;
}

/** @param spreads - Of all photos of the career. @returns for each 0 (no colour) .. 1. */
export function colorTrusts(spreads: readonly number[]): number[] {
  const colored = spreads.filter((v) => v >= COLORLESS_BELOW).toSorted((a, b) => a - b);
  const usual = colored[colored.length >> 1] ?? 1;
  return spreads.map((v) => (v < COLORLESS_BELOW ? 0 : Math.min(1, v / (FULL_SHARE * usual))));
}
