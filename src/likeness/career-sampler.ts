// Draws batches out of one performer's photos. Two kinds of entry: a photo as its own target (nothing may change; or what
// the prior aged must come back), and a photo whose target is another photo of another age, carried onto it.

import { CropPlaces, sampleRgb } from '../core/index.ts';
import { viewDifference } from '../face/index.ts';
import { SeededRandom } from '../model/index.ts';
import type { CareerCrop } from './career-crops.ts';
import { faceSideOf } from './career-crops.ts';
import { choosePhotos } from './choose-photos.ts';
import { jitteredCrop, pointsInCrop } from './crop-jitter.ts';
import { Film } from './film.ts';
import { OwnPhotos } from './own-photos.ts';
import type { PairBatch } from './pair-batch.ts';
import { emptyPairBatch, planesOf } from './pair-batch.ts';
import type { PairRecipe } from './pair-sampler.ts';
import { Scenery } from './scenery.ts';

export interface CareerRecipe extends PairRecipe {
  /** Share of entries whose target is another photo, where one can be carried. */
  readonly carriedShare: number;
}

/** `person` is the face where the target can be believed; `hair` is not known, 0 all over. */
export interface CareerBatch extends PairBatch {
  /** [N]: 1 where the target is another photo, carried; 0 where it is the source itself. */
  readonly isCarried: Uint8Array;
  /** [N], 0.05..1: what the photos of the entry are worth. */
  readonly weight: Float32Array;
  /** [N], 0..1: how far the target may teach colour. */
  readonly colorTrust: Float32Array;
}

/** Years between a photo and the one that is carried onto it, at least. */
const OTHER_AGE_YEARS = 10;
/** Views that differ by so much are half as likely to be paired as equal ones. */
const HALF_VIEW = 0.012;
const MOST_VIEW = 0.04;
/** Own photos are drawn out of so many times as many that fit best, so that not the same one is seen each time. */
const CHOICE = 3;

/** Owns its buffers; not re-entrant. */
export class CareerSampler {
  private readonly subjects: readonly CareerCrop[];
  private readonly archive: readonly CareerCrop[];
  private readonly recipe: CareerRecipe;
  private readonly film: Film;
  private readonly scenery: Scenery;
  private readonly ownPhotos: OwnPhotos;
  private readonly places: CropPlaces;
  /** By subject and photo of the archive. */
  private readonly views: ReadonlyMap<CareerCrop, ReadonlyMap<CareerCrop, number>>;

  /**
   * @param subjects - Photos that are re-aged.
   * @param archive - Photos that are carried onto them, as targets and as own photos: those to learn from, also where the
   *   subjects are held out.
   */
  constructor(subjects: readonly CareerCrop[], archive: readonly CareerCrop[], recipe: CareerRecipe) {
    if (subjects.length === 0) throw new RangeError('batches are drawn out of at least one photo');
    const { sizePx } = recipe;
    this.subjects = subjects;
    this.archive = archive;
    this.recipe = recipe;
    this.film = new Film(sizePx);
    this.scenery = new Scenery(sizePx);
    this.ownPhotos = new OwnPhotos(sizePx, this.film);
    this.places = new CropPlaces(sizePx);
    this.views = new Map(
      subjects.map((subject) => [
        subject,
        new Map(archive.map((photo) => [photo, viewDifference(photo.carry, subject.carry, faceSideOf(subject))])),
      ]),
    );
  }

  /** The batch of that number in the training of that seed. Belongs to the caller. */
  batch(seed: number, index: number): CareerBatch {
    const { count } = this.recipe;
    const batch = {
      ...emptyPairBatch(this.recipe),
      isCarried: new Uint8Array(count),
      weight: new Float32Array(count),
      colorTrust: new Float32Array(count),
    };
    const random = new SeededRandom(seed).fork(index);
    for (let k = 0; k < count; k++) this.draw(random.fork(k), batch, k);
    return batch;
  }

  private draw(random: SeededRandom, batch: CareerBatch, k: number): void {
    const { sizePx, zoom } = this.recipe;
    const subject = pickByWeight(random, this.subjects, ({ weight }) => weight) ?? this.subjects[0];
    const other = random.uniform() < this.recipe.carriedShare ? this.pickOther(random, subject) : null;
    const crop = jitteredCrop(random, subject.points, sizePx, zoom, 0);
    const source = planesOf(batch.source, sizePx, 3, k);
    const target = planesOf(batch.target, sizePx, 3, k);
    const person = planesOf(batch.person, sizePx, 1, k);
    sampleRgb(subject.picture, this.places.setAffine(crop.toPicture), source);
    this.ownPhotos.aim(pointsInCrop(subject.carry, crop), false);
    if (other) {
      this.ownPhotos.drawClean({ picture: other.picture, points: other.carry }, source, target, person);
    } else {
      target.set(source);
      this.ownPhotos.face(person);
    }
    this.develop(random, [source, target]);
    const shown = other ?? subject;
    batch.isCarried[k] = other ? 1 : 0;
    batch.sourceAge[k] = subject.age;
    batch.targetAge[k] = shown.age;
    batch.weight[k] = Math.min(subject.weight, shown.weight);
    batch.colorTrust[k] = Math.min(subject.colorTrust, shown.colorTrust);
    this.drawOwn(random, subject, shown, batch, k);
  }

  /** A photo of another age and occasion that can be carried onto the subject. */
  private pickOther(random: SeededRandom, subject: CareerCrop): CareerCrop | null {
    const views = this.views.get(subject);
    return pickByWeight(random, this.archive, (photo) => {
      const view = views?.get(photo) ?? Infinity;
      if (photo.event === subject.event || view > MOST_VIEW) return 0;
      if (Math.abs(photo.age - subject.age) < OTHER_AGE_YEARS) return 0;
      return photo.weight * 2 ** -((view / HALF_VIEW) ** 2);
    });
  }

  /** Less than for synthetic people: real photos bring their own light and grain. */
  private develop(random: SeededRandom, pair: readonly Float32Array[]): void {
    const { film } = this;
    const exposure = Math.exp(0.12 * random.normal());
    const gain = (): number => exposure * Math.exp(0.04 * random.normal());
    film.light(pair, Math.exp(0.1 * random.normal()), [gain(), gain(), gain()]);
    if (random.uniform() < 0.3) film.saturate(pair, random.between(0.6, 1.1));
    if (random.uniform() < 0.1) this.scenery.occlude(random, pair, this.anyone(random).picture);
    if (random.uniform() < 0.15) film.blur(pair, random.between(0.4, 1.2));
    if (random.uniform() < 0.3) film.grain(pair, random, random.between(0.003, 0.02));
  }

  private anyone(random: SeededRandom): CareerCrop {
    return this.subjects[random.integer(this.subjects.length)];
  }

  /** Photos near the target's age, of neither occasion. */
  private drawOwn(random: SeededRandom, subject: CareerCrop, shown: CareerCrop, batch: CareerBatch, k: number): void {
    const { sizePx, ownPhotos } = this.recipe;
    if (ownPhotos === 0) return;
    const source = planesOf(batch.source, sizePx, 3, k);
    const views = this.views.get(subject);
    const allowed = this.archive.filter(({ event }) => event !== subject.event && event !== shown.event);
    const wanted = { ...subject, faceSidePx: faceSideOf(subject), targetAge: shown.age };
    const fitting = choosePhotos(wanted, allowed, CHOICE * ownPhotos, (photo) => views?.get(photo) ?? Infinity);
    for (let n = 0; n < ownPhotos && fitting.length > 0; n++) {
      const [photo] = fitting.splice(random.integer(Math.min(CHOICE, fitting.length)), 1);
      const at = k * ownPhotos + n;
      batch.ownAge[at] = photo.age;
      if (!this.ownPhotos.isUsed(random, Math.abs(photo.age - shown.age))) continue;
      const own = planesOf(batch.own, sizePx, 3, at);
      const valid = planesOf(batch.ownValid, sizePx, 1, at);
      this.ownPhotos.draw(random, { picture: photo.picture, points: photo.carry }, source, own, valid);
    }
  }
}

/** null where nothing has any weight. */
function pickByWeight<T>(random: SeededRandom, list: readonly T[], weightOf: (one: T) => number): T | null {
  const weights = list.map(weightOf);
  let left = random.uniform() * weights.reduce((sum, w) => sum + w, 0);
  if (!(left >= 0)) return null;
  for (const [i, weight] of weights.entries()) {
    left -= weight;
    if (left < 0) return list[i];
  }
  return null;
}
