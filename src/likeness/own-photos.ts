// Own photos as a further input, for training: carried onto a crop, soiled as an archive's photos are, and given the crop's
// light. At run time `PhotoCarrier` and `Relighter` do the same to real ones.

import type { CarriablePhoto } from '../face/index.ts';
import { PhotoCarrier, Relighter } from '../face/index.ts';
import type { SeededRandom } from '../model/index.ts';
import type { Film } from './film.ts';

/** Share of photos that are withheld, so that the network can do without. */
const WITHHELD = 0.08;
/** Photos further from the target age say little. */
const MOST_YEARS_OFF = 25;

/** Error of each point of a mean, s.d., pixels of the picture; a mean of a dozen photos is off by about so much. */
const MISPLACED_PX = 0.7;
/**
 * Shading that a mean has and the plate has not: distance of the nodes, pixels of a 256 px crop, and s.d. of its natural
 * logarithm. By band, real means of a dozen photos correlate with photos that are not in them by 0.5 to 0.8 at most; with less
 * shade than this a stand-in is too true, and the network would believe real ones too much.
 */
const MEAN_SHADES = [
  [4, 0.04],
  [8, 0.08],
  [16, 0.14],
  [32, 0.35],
] as const;

/** Owns its buffers; not re-entrant. */
export class OwnPhotos {
  private readonly carrier: PhotoCarrier;
  private readonly relighter: Relighter;
  private readonly film: Film;

  constructor(sizePx: number, film: Film) {
    this.carrier = new PhotoCarrier(sizePx);
    this.relighter = new Relighter(sizePx);
    this.film = film;
  }

  /** @param points - As `carryPoints`, but in crop pixels. */
  aim(points: Float32Array, isMirrored: boolean): void {
    this.carrier.aim(points, isMirrored);
  }

  /** Of the crop that was aimed at: 1 in the face. */
  face(out: Float32Array): void {
    this.carrier.face(out);
  }

  /** What is near enough is withheld now and then. */
  isUsed(random: SeededRandom): boolean {
    return random.uniform() >= WITHHELD;
  }

  isNear(yearsOff: number): boolean {
    return yearsOff <= MOST_YEARS_OFF;
  }

  /**
   * @param crop - Three planes, as it goes into the network.
   * @param out - Takes three planes, @param valid one.
   */
  draw(random: SeededRandom, photo: CarriablePhoto, crop: Float32Array, out: Float32Array, valid: Float32Array): void {
    if (!this.carry(photo, out, valid)) return;
    this.soil(random, [out]);
    this.relighter.relight(out, crop, valid);
  }

  /** As it is, in the crop's light. */
  drawClean(photo: CarriablePhoto, crop: Float32Array, out: Float32Array, valid: Float32Array): void {
    if (this.carry(photo, out, valid)) this.relighter.relight(out, crop, valid);
  }

  /**
   * What stands for a career mean, of which synthetic people have none: their truth at that age, as a mean shows it, a
   * little out of place and soft, in a light of its own.
   */
  drawMean(
    random: SeededRandom,
    truth: CarriablePhoto,
    crop: Float32Array,
    out: Float32Array,
    valid: Float32Array,
  ): void {
    const points = truth.points.map((v) => v + MISPLACED_PX * random.normal());
    if (!this.carry({ picture: truth.picture, points }, out, valid)) return;
    this.film.blur([out], random.between(0.6, 1.6));
    const howFar = random.between(0.6, 1.5);
    this.film.shade(
      random,
      out,
      MEAN_SHADES.map(([px, sigma]) => [px, howFar * sigma] as const),
    );
    this.relighter.relight(out, crop, valid);
  }

  /** Black where nothing of it can be believed. @returns whether something can. */
  private carry(photo: CarriablePhoto, out: Float32Array, valid: Float32Array): boolean {
    this.carrier.carry(photo, out, valid);
    const isBelieved = valid.some((v) => v > 0);
    if (!isBelieved) out.fill(0);
    return isBelieved;
  }

  /** Other cameras, prints that have faded, black and white. */
  private soil(random: SeededRandom, photo: readonly Float32Array[]): void {
    const { film } = this;
    const gain = (): number => Math.exp(0.08 * random.normal());
    film.light(photo, Math.exp(0.15 * random.normal()), [gain(), gain(), gain()]);
    if (random.uniform() < 0.12) film.saturate(photo, 0);
    else if (random.uniform() < 0.3) film.saturate(photo, random.between(0.4, 1.1));
    const focus = random.uniform();
    if (focus < 0.3) film.blur(photo, random.between(0.4, 1.3));
    else if (focus < 0.6) film.sharpen(photo, random.between(0.3, 1), random.between(0.8, 1.4));
    if (random.uniform() < 0.4) film.grain(photo, random, random.between(0.003, 0.03));
  }
}
