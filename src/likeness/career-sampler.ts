// Draws batches out of one performer's photos. Three kinds of entry: a photo as its own target, of its own age (nothing may
// change) or of another, to which the prior ages it first (it must come back); and a photo whose target is another photo, of
// another age, carried onto it.

import { CropPlaces, sampleRgb } from '../core/index.ts';
import type { CarriablePhoto } from '../face/index.ts';
import { pointsAtAge, usualShape, viewDifference } from '../face/index.ts';
import { SeededRandom } from '../model/index.ts';
import type { CareerCrop } from './career-crops.ts';
import { faceSideOf } from './career-crops.ts';
import { CareerMeanMaker } from './career-mean-maker.ts';
import { choosePhotos } from './choose-photos.ts';
import { jitteredCrop, pointsInCrop } from './crop-jitter.ts';
import { Film } from './film.ts';
import { OwnPhotos } from './own-photos.ts';
import type { PairBatch } from './pair-batch.ts';
import { emptyPairBatch, planesOf } from './pair-batch.ts';
import type { PairRecipe } from './pair-sampler.ts';
import { Scenery } from './scenery.ts';

/** Kinds lie in a batch in the order in which they stand here. */
export interface CareerRecipe extends Omit<PairRecipe, 'count'> {
  /** Entries of one age. */
  readonly still: number;
  /** Entries whose source age is another than the photo's: `source` is to be aged by the prior before it is shown. */
  readonly back: number;
  /** Entries whose target is another photo, where one can be carried; else of one age. */
  readonly carried: number;
  /** Own photos are means of those near the age, as at run time, or single ones. */
  readonly own: 'mean' | 'photos';
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
/** Ages that a photo is aged to before it is brought back; what performers are filmed at. */
const AGED_TO = [18, 85] as const;
const LEAST_AGED_YEARS = 8;
/** A single own photo is drawn out of so many that fit best, so that not the same one is seen each time. */
const CHOICE = 3;
/** Photos within so many years make a mean, where there are enough of them: those further away would only fill in. */
const MEAN_YEARS = 10;
const MEAN_PHOTOS = 8;
/** Side of a mean over the side of the crops that it is carried onto. */
const MEAN_FINER = 1.25;

/** Side of the means for crops of that side. */
export function meanSizeFor(sizePx: number): number {
  return 32 * Math.round((MEAN_FINER * sizePx) / 32);
}

/** Owns its buffers; not re-entrant. */
export class CareerSampler {
  private readonly subjects: readonly CareerCrop[];
  private readonly archive: readonly CareerCrop[];
  private readonly recipe: CareerRecipe;
  private readonly film: Film;
  private readonly scenery: Scenery;
  private readonly ownPhotos: OwnPhotos;
  private readonly places: CropPlaces;
  private readonly means: CareerMeanMaker | null;
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
    const wantsMeans = recipe.ownPhotos > 0 && recipe.own === 'mean' && archive.length > 0;
    this.means = wantsMeans ? new CareerMeanMaker(archive, meanSizeFor(sizePx)) : null;
    this.views = new Map(
      subjects.map((subject) => [
        subject,
        new Map(archive.map((photo) => [photo, viewDifference(photo.carry, subject.carry, faceSideOf(subject))])),
      ]),
    );
  }

  /** The batch of that number in the training of that seed. Belongs to the caller. */
  batch(seed: number, index: number): CareerBatch {
    const { still, back, carried } = this.recipe;
    const count = still + back + carried;
    const batch = {
      ...emptyPairBatch({ ...this.recipe, count }),
      isCarried: new Uint8Array(count),
      weight: new Float32Array(count),
      colorTrust: new Float32Array(count),
    };
    const random = new SeededRandom(seed).fork(index);
    for (let k = 0; k < count; k++)
      this.draw(random.fork(k), batch, k, k < still ? 'still' : k < still + back ? 'back' : 'carried');
    return batch;
  }

  private draw(random: SeededRandom, batch: CareerBatch, k: number, kind: 'still' | 'back' | 'carried'): void {
    const { sizePx, zoom } = this.recipe;
    const subject = pickByWeight(random, this.subjects, ({ weight }) => weight) ?? this.subjects[0];
    const other = kind === 'carried' ? this.pickOther(random, subject) : null;
    const crop = jitteredCrop(random, subject.points, sizePx, zoom, 0);
    const source = planesOf(batch.source, sizePx, 3, k);
    const target = planesOf(batch.target, sizePx, 3, k);
    const person = planesOf(batch.person, sizePx, 1, k);
    sampleRgb(subject.picture, this.places.setAffine(crop.toPicture), source);
    const shown = other ?? subject;
    batch.sourceAge[k] = kind === 'back' ? otherAge(random, subject.age) : subject.age;
    batch.targetAge[k] = shown.age;
    const allowed = this.archive.filter(({ event }) => event !== subject.event && event !== shown.event);
    const points = pointsInCrop(subject.carry, crop);
    this.ownPhotos.aim(other ? usuallyMoved(points, subject.age, other.age) : points, false);
    if (other) {
      this.ownPhotos.drawClean({ picture: other.picture, points: other.carry }, source, target, person);
    } else {
      target.set(source);
      this.ownPhotos.face(person);
    }
    this.develop(random, [source, target]);
    batch.isCarried[k] = other ? 1 : 0;
    batch.weight[k] = Math.min(subject.weight, shown.weight);
    batch.colorTrust[k] = Math.min(subject.colorTrust, shown.colorTrust);
    if (this.recipe.ownPhotos === 0) return;
    // as on a plate, whose points nobody corrects
    this.ownPhotos.aim(subject.tracked ? pointsInCrop(subject.tracked, crop) : points, false);
    this.drawOwn(random, subject, allowed, batch, k);
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

  /** Photos of neither occasion, near the target age. */
  private drawOwn(
    random: SeededRandom,
    subject: CareerCrop,
    allowed: readonly CareerCrop[],
    batch: CareerBatch,
    k: number,
  ): void {
    const { sizePx, ownPhotos } = this.recipe;
    const source = planesOf(batch.source, sizePx, 3, k);
    const shownAlready = new Set<CareerCrop>();
    const age = batch.targetAge[k];
    for (let n = 0; n < ownPhotos; n++) {
      const at = k * ownPhotos + n;
      const own = planesOf(batch.own, sizePx, 3, at);
      const valid = planesOf(batch.ownValid, sizePx, 1, at);
      if (this.means) {
        batch.ownAge[at] = age;
        const mean = this.ownPhotos.isUsed(random) ? this.meanOf(this.means, allowed, age) : null;
        if (mean) this.ownPhotos.drawClean(mean, source, own, valid);
        continue;
      }
      const photo = this.pickOwn(random, subject, allowed, age, shownAlready);
      if (!photo) return;
      batch.ownAge[at] = photo.age;
      if (!this.ownPhotos.isUsed(random) || !this.ownPhotos.isNear(Math.abs(photo.age - age))) continue;
      this.ownPhotos.draw(random, { picture: photo.picture, points: photo.carry }, source, own, valid);
    }
  }

  private meanOf(means: CareerMeanMaker, allowed: readonly CareerCrop[], age: number): CarriablePhoto | null {
    const byYears = allowed.toSorted((a, b) => Math.abs(a.age - age) - Math.abs(b.age - age));
    const used = new Set(byYears.filter((photo, i) => i < MEAN_PHOTOS || Math.abs(photo.age - age) < MEAN_YEARS));
    return means.photoAt(age, (photo) => !used.has(photo));
  }

  private pickOwn(
    random: SeededRandom,
    subject: CareerCrop,
    allowed: readonly CareerCrop[],
    age: number,
    shownAlready: Set<CareerCrop>,
  ): CareerCrop | null {
    const views = this.views.get(subject);
    const wanted = { ...subject, faceSidePx: faceSideOf(subject), targetAge: age };
    const free = allowed.filter((photo) => !shownAlready.has(photo));
    const fitting = choosePhotos(wanted, free, CHOICE, (photo) => views?.get(photo) ?? Infinity);
    if (fitting.length === 0) return null;
    const photo = fitting[random.integer(fitting.length)];
    shownAlready.add(photo);
    return photo;
  }
}

/** Where the points of a face would lie at another age, as people in general go. */
function usuallyMoved(points: Float32Array, from: number, to: number): Float32Array {
  const moved = new Float32Array(points.length);
  pointsAtAge(points, usualShape(from), usualShape(to), moved);
  return moved;
}

/** Years, far enough from the photo's own. */
function otherAge(random: SeededRandom, age: number): number {
  for (;;) {
    const other = random.between(...AGED_TO);
    if (Math.abs(other - age) >= LEAST_AGED_YEARS) return other;
  }
}

/** One of the items, drawn as often as its weight, 0 or more, says; null where all weigh 0. */
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
