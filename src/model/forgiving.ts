// Losses for pictures that show the same thing, but not pixel on pixel: what was carried by points of a mesh lies a pixel or
// two beside. Held pixel to pixel, a network learns the average of all places, which is blur.
import { absoluteLoss, combine, pyramidLoss } from './losses.ts';
import { abs, add, least, multiply, scale, subtract } from './pointwise.ts';
import { averagePool, upsampleBilinear } from './resampling.ts';
import { padReplicate, slice } from './shape.ts';
import { pictureShape } from './tape.ts';
import type { Traced } from './tape.ts';

/** One octave of a picture: what is gone when it is halved. [N, C, H, W] -> the same. */
export function finestBand(picture: Traced): Traced {
  return subtract(picture, upsampleBilinear(averagePool(picture), 2));
}

/**
 * `pyramidLoss` of the picture reduced to a quarter: there a shift of two pixels is half of one.
 *
 * @param error - [N, C, H, W]: made minus wanted.
 * @param mask - [N, 1, H, W], data.
 */
export function coarseLoss(error: Traced, mask: Traced): Traced {
  return pyramidLoss(averagePool(error, 4), averagePool(mask, 4), 3);
}

/** Side of the cells that may each lie elsewhere, pixels, and how far. */
const SHIFTED_CELL = 16;
const REACH_PX = 2;

/**
 * Mean |made - wanted|, each cell of the wanted picture laid where it fits best: as it is, or up to `REACH_PX` beside.
 *
 * @param made - [N, C, H, W]: a band, whose mean is 0, or light decides what fits.
 * @param wanted - [N, C, H, W], data.
 * @param mask - [N, 1, H, W], data.
 */
export function shiftedLoss(made: Traced, wanted: Traced, mask: Traced): Traced {
  const [, , h, w] = pictureShape(made);
  const around = padReplicate(wanted, REACH_PX);
  const places = [0, REACH_PX, 2 * REACH_PX];
  const errors = places.flatMap((y) =>
    places.map((x) => {
      const moved = slice(slice(around, 2, y, y + h), 3, x, x + w);
      return averagePool(multiply(abs(subtract(made, moved)), mask), SHIFTED_CELL);
    }),
  );
  return absoluteLoss(least(errors));
}

const ENERGY_CELL = 8;

/** Mean difference of how much goes on in each cell, wherever in it. Arguments as `shiftedLoss`. */
export function energyLoss(made: Traced, wanted: Traced, mask: Traced): Traced {
  const amount = (band: Traced): Traced => averagePool(multiply(abs(band), mask), ENERGY_CELL);
  return absoluteLoss(subtract(amount(made), amount(wanted)));
}

/**
 * The two finest octaves, by `loss`: at half size the same number of pixels reaches twice as far.
 *
 * @param made - [N, C, H, W], @param wanted the same, data.
 */
export function ofFineBands(
  loss: (made: Traced, wanted: Traced, mask: Traced) => Traced,
  made: Traced,
  wanted: Traced,
  mask: Traced,
): Traced {
  const [halfMade, halfWanted, halfMask] = [averagePool(made), averagePool(wanted), averagePool(mask)];
  return combine([
    [1, loss(finestBand(made), finestBand(wanted), mask)],
    [1, loss(finestBand(halfMade), finestBand(halfWanted), halfMask)],
  ]);
}

/** Rec. 601 luma of [N, 3, H, W]: [N, 1, H, W]. */
export function lumaOf(rgb: Traced): Traced {
  const [red, green, blue] = [0, 1, 2].map((c) => slice(rgb, 1, c, c + 1));
  return add(add(scale(red, 0.299), scale(green, 0.587)), scale(blue, 0.114));
}
