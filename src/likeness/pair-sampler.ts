// Draws pairs out of synthetic people: one person in one scene at two ages, cut out, lit, soiled and hidden alike, with the
// person's own photos from other scenes carried onto them. A batch depends on the seed and its number alone.

import type { Point, Rgb8 } from '../core/index.ts';
import { CropPlaces, sampleMaterials, sampleRgb } from '../core/index.ts';
import { viewDifference } from '../face/index.ts';
import { MATERIALS } from '../measure/index.ts';
import { SeededRandom } from '../model/index.ts';
import { jitteredCrop, pointsInCrop } from './crop-jitter.ts';
import type { SoftEdge } from './develop-pair.ts';
import { changeBackground, developPair } from './develop-pair.ts';
import { Film } from './film.ts';
import { OwnPhotos } from './own-photos.ts';
import type { PairBatch, PairShape, ShapedPairBatch } from './pair-batch.ts';
import { emptyPairBatch, planesOf } from './pair-batch.ts';
import { FLOW_REDUCTION, PairFlow } from './pair-flow.ts';
import type { Person, PersonPicture } from './people.ts';
import { Scenery } from './scenery.ts';

export interface PairRecipe extends PairShape {
  /** See `jitteredCrop`; 1 for the face. */
  readonly zoom: number;
}

/** Share of pairs at one age: nothing may change there. */
const SAME_AGE = 0.08;
/** Tries to find a person and ages with a photo that can be carried, and share of pairs that do without. */
const TRIES = 6;
const WITHOUT_PHOTO = 0.08;
/**
 * Share of photos that are stand-ins for career means. A single photo says so little about the truth (correlation of the
 * fine band 0.14 to 0.4; a mean of twelve 0.4 to 0.7) that a network taught with those alone learns to look away.
 */
const MEANS = 0.9;
/** Share of pairs that come without any photo, as all do for somebody who has no archive. */
const NO_PHOTOS = 0.2;
/** Views that differ by less can be carried, at least in part. */
const CARRIED_BELOW = 0.042;
const EDGE: SoftEdge = { softPx: 1.2, drawnIn: 3 };

const OTHER_BACKGROUND = 0.65;

const PERSON = countsOf(['faceAndNeckSkin', 'eyes', 'mouth', 'browsAndLashes', 'hair']);
const HAIR = countsOf(['hair']);
const BEHIND = countsOf(['background']);

function countsOf(names: readonly (keyof typeof MATERIALS)[]): Float32Array {
  const counts = new Float32Array(256);
  for (const name of names) counts[MATERIALS[name]] = 1;
  return counts;
}

/** Who, at which ages; `source` and `target` count from 0. */
interface Casting {
  readonly person: Person;
  readonly source: number;
  readonly target: number;
}

/** Owns its buffers; not re-entrant. */
export class PairSampler {
  private readonly people: readonly Person[];
  private readonly recipe: PairRecipe;
  private readonly film: Film;
  private readonly scenery: Scenery;
  private readonly ownPhotos: OwnPhotos;
  private readonly flow: PairFlow;
  private readonly places: CropPlaces;
  /** Of the target alone, before it joins the source's. */
  private readonly masks: { readonly person: Float32Array; readonly hair: Float32Array };
  /** Where the background shows, of source and target. */
  private readonly behind: readonly [Float32Array, Float32Array];

  constructor(people: readonly Person[], recipe: PairRecipe) {
    if (people.length === 0) throw new RangeError('pairs are drawn out of at least one person');
    const { sizePx } = recipe;
    this.people = people;
    this.recipe = recipe;
    this.film = new Film(sizePx);
    this.scenery = new Scenery(sizePx);
    this.ownPhotos = new OwnPhotos(sizePx, this.film);
    this.flow = new PairFlow(sizePx);
    this.places = new CropPlaces(sizePx);
    const plane = (): Float32Array => new Float32Array(sizePx * sizePx);
    this.masks = { person: plane(), hair: plane() };
    this.behind = [plane(), plane()];
  }

  /** The batch of that number in the training of that seed. Belongs to the caller. */
  batch(seed: number, index: number): ShapedPairBatch {
    const cells = this.recipe.count * (this.recipe.sizePx / FLOW_REDUCTION) ** 2;
    const flow = { flow: new Float32Array(2 * cells), flowBelief: new Float32Array(cells) };
    const batch = { ...emptyPairBatch(this.recipe), ...flow };
    const random = new SeededRandom(seed).fork(index);
    for (let k = 0; k < batch.count; k++) this.draw(random.fork(k), batch, k);
    return batch;
  }

  private draw(random: SeededRandom, batch: ShapedPairBatch, k: number): void {
    const { sizePx, zoom } = this.recipe;
    const cast = this.cast(random);
    const { person, source, target } = cast;
    const [from, to] = [person.scene[source], person.scene[target]];
    const crop = jitteredCrop(random, cropPoints68(from.landmarks), sizePx, zoom);
    const pair = [planesOf(batch.source, sizePx, 3, k), planesOf(batch.target, sizePx, 3, k)] as const;
    this.places.setAffine(crop.toPicture);
    [from, to].forEach(({ picture }, side) => sampleRgb(picture, this.places, pair[side], 'mirror'));
    this.drawMasks(from, to, planesOf(batch.person, sizePx, 1, k), planesOf(batch.hair, sizePx, 1, k));
    const studio = { film: this.film, scenery: this.scenery, anyPicture: () => this.anyPicture(random) };
    if (random.uniform() < OTHER_BACKGROUND) changeBackground(random, pair, this.behind, EDGE, studio);
    developPair(random, pair, studio);
    const side = sizePx / FLOW_REDUCTION;
    const [flow, belief] = [planesOf(batch.flow, side, 2, k), planesOf(batch.flowBelief, side, 1, k)];
    this.flow.draw(from.landmarks, to.landmarks, crop, flow, belief);
    batch.sourceAge[k] = person.ages[source];
    batch.targetAge[k] = person.ages[target];
    if (this.recipe.ownPhotos === 0 || !from.carry) return;
    this.ownPhotos.aim(pointsInCrop(from.carry, crop), crop.isMirrored);
    this.drawOwn(random, cast, batch, k);
  }

  private cast(random: SeededRandom): Casting {
    const tries = this.recipe.ownPhotos > 0 && random.uniform() >= WITHOUT_PHOTO ? TRIES : 1;
    let drawn = this.drawCasting(random);
    for (let n = 1; n < tries && !canCarry(drawn); n++) drawn = this.drawCasting(random);
    return drawn;
  }

  private drawCasting(random: SeededRandom): Casting {
    const person = this.anyone(random);
    const source = random.integer(4);
    const other = (source + 1 + random.integer(3)) % 4;
    return { person, source, target: random.uniform() < SAME_AGE ? source : other };
  }

  private anyone(random: SeededRandom): Person {
    return this.people[random.integer(this.people.length)];
  }

  private anyPicture(random: SeededRandom): Rgb8 {
    return this.anyone(random).scene[random.integer(4)].picture;
  }

  /** What is person, and hair, in either; and where the background shows in each. */
  private drawMasks(from: PersonPicture, to: PersonPicture, person: Float32Array, hair: Float32Array): void {
    const { masks, behind, places } = this;
    const read = ({ materials, picture }: PersonPicture, outs: readonly Float32Array[]): void => {
      const shares = outs.map((out, i) => ({ counts: [PERSON, HAIR, BEHIND][i], out }));
      sampleMaterials(materials, picture, places, shares, 'mirror');
    };
    read(from, [person, hair, behind[0]]);
    read(to, [masks.person, masks.hair, behind[1]]);
    for (let i = 0; i < person.length; i++) {
      if (masks.person[i] > person[i]) person[i] = masks.person[i];
      if (masks.hair[i] > hair[i]) hair[i] = masks.hair[i];
    }
    blankBeyond(places, from.picture, [person, hair]);
  }

  /** Photos of the person at the target age. */
  private drawOwn(random: SeededRandom, { person, target }: Casting, batch: PairBatch, k: number): void {
    const { sizePx, ownPhotos } = this.recipe;
    const plate = planesOf(batch.source, sizePx, 3, k);
    if (random.uniform() < NO_PHOTOS) return;
    for (let n = 0; n < ownPhotos; n++) {
      const at = k * ownPhotos + n;
      const isMean = random.uniform() < MEANS;
      const { picture, carry } = isMean ? person.scene[target] : person.own[target];
      batch.ownAge[at] = person.ages[target];
      if (!carry) continue;
      const [own, valid] = [planesOf(batch.own, sizePx, 3, at), planesOf(batch.ownValid, sizePx, 1, at)];
      const photo = { picture, points: carry };
      if (isMean) this.ownPhotos.drawMean(random, photo, plate, own, valid);
      else this.ownPhotos.draw(random, photo, plate, own, valid);
    }
  }
}

/** What is mirrored beyond the picture's border is nobody. */
function blankBeyond({ x, y }: CropPlaces, { width, height }: Rgb8, masks: readonly Float32Array[]): void {
  for (let i = 0; i < x.length; i++) {
    if (x[i] >= -0.5 && y[i] >= -0.5 && x[i] < width - 0.5 && y[i] < height - 0.5) continue;
    for (const mask of masks) mask[i] = 0;
  }
}

/** Can the photo at the target age be carried onto the scene? */
function canCarry({ person, source, target }: Casting): boolean {
  const [scene, own] = [person.scene[source], person.own[target]];
  if (!scene.carry || !own.carry) return false;
  // in units of the eye distance of the crop, which is 0.26 of its side
  const [left, right] = cropPoints68(scene.landmarks);
  const side = Math.hypot(right[0] - left[0], right[1] - left[1]) / 0.26;
  return viewDifference(own.carry, scene.carry, side) < CARRIED_BELOW;
}

/** Eye centres and mouth centre of 68 landmarks. */
export function cropPoints68(landmarks: readonly Point[]): [Point, Point, Point] {
  const mean = (from: number, to: number): Point => {
    let [x, y] = [0, 0];
    for (let i = from; i < to; i++) {
      x += landmarks[i][0] / (to - from);
      y += landmarks[i][1] / (to - from);
    }
    return [x, y];
  };
  return [mean(36, 42), mean(42, 48), mean(48, 60)];
}
