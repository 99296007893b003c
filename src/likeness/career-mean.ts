// What a performer looked like at each age: the means of their career photos at knots along it, all in one geometry. Sharp
// where the photos agree (brows, lids, lines, moles), free of any single photo's light, grain and expression.

import type { Rgb8 } from '../core/index.ts';
import type { CarriablePhoto } from '../face/index.ts';

export interface MeanKnot {
  /** Years. */
  readonly age: number;
  /** Square, in the geometry of `CareerMean.points`; its light is the same at all ages and means nothing. */
  readonly picture: Rgb8;
  /** So many photos of equal weight would be as sure. */
  readonly photos: number;
}

export interface CareerMean {
  /** As `carryPoints`, picture pixels: where the face lies on the pictures of all knots. */
  readonly points: Float32Array;
  /** Youngest first; at least one. */
  readonly knots: readonly MeanKnot[];
}

/** Ages are told apart to so many years: less cannot be seen. */
const STEP_YEARS = 0.1;
/** Pictures that are kept: an age ramp asks for ever new ones, a still for two. */
const KEPT = 8;

/** Shows a career mean at any age: between two knots their blend, beyond the career its end. Meets reage's PhotoArchive. */
export class CareerArchive {
  private readonly mean: CareerMean;
  private readonly made = new Map<number, CarriablePhoto>();

  constructor(mean: CareerMean) {
    if (mean.knots.length === 0) throw new RangeError('a career mean without knots');
    this.mean = mean;
  }

  photoFor(ageYears: number): CarriablePhoto {
    const { points, knots } = this.mean;
    const age = Math.max(knots[0].age, Math.min(knots[knots.length - 1].age, ageYears));
    const key = Math.round(age / STEP_YEARS);
    const known = this.made.get(key);
    if (known) return known;
    const above = Math.max(
      1,
      knots.findIndex((knot) => knot.age >= age),
    );
    const [before, after] = [knots[above - 1], knots[Math.min(above, knots.length - 1)]];
    const photo = { points, picture: blend(before, after, age) };
    if (this.made.size >= KEPT) this.made.delete(this.made.keys().next().value ?? key);
    this.made.set(key, photo);
    return photo;
  }
}

function blend(below: MeanKnot, above: MeanKnot, age: number): Rgb8 {
  if (below === above || age <= below.age) return below.picture;
  const share = Math.min(1, (age - below.age) / (above.age - below.age));
  const to = above.picture.samples;
  const samples = below.picture.samples.map((v, i) => Math.round(v + (to[i] - v) * share));
  return { ...below.picture, samples };
}
