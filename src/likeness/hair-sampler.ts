// Draws pairs for the hair network out of synthetic people: a head in one scene at two ages, in the wider crop that holds
// all of its hair, and where the hair is. A batch depends on the seed and its number alone.

import type { Rgb8 } from '../core/index.ts';
import { CropPlaces, halvePlanes, sampleMaterials, sampleRgb } from '../core/index.ts';
import { HAIR_ZOOM } from '../face/index.ts';
import { MATERIALS } from '../measure/index.ts';
import { SeededRandom } from '../model/index.ts';
import { jitteredCrop } from './crop-jitter.ts';
import { developPair } from './develop-pair.ts';
import { Film } from './film.ts';
import { planesOf } from './pair-batch.ts';
import { cropPoints68 } from './pair-sampler.ts';
import type { Person, PersonPicture } from './people.ts';
import { Scenery } from './scenery.ts';

export interface HairShape {
  readonly count: number;
  /** Side of the crops, pixels; a multiple of 16. */
  readonly sizePx: number;
}

/** N pairs of S px. Pictures are display-referred RGB, 0..1, planes R, G, B. */
export interface HairBatch extends HairShape {
  /** [N, 3, S, S]: the plate. */
  readonly source: Float32Array;
  /** [N, 3, S, S]: the same plate, had the person been of the target age. */
  readonly target: Float32Array;
  /** [N], years; never alike. */
  readonly sourceAge: Float32Array;
  readonly targetAge: Float32Array;
  /** [N, 1, S, S], 0..1: hair on the plate that nothing hides. */
  readonly hair: Float32Array;
  /** [N, 1, S, S], 0..1: what lies within the picture. The crop is wider than most pictures of people are. */
  readonly seen: Float32Array;
}

/** Backgrounds end so near to the person, in crop pixels, and are drawn in, so that no fringe of the old one stays. */
const EDGE_PX = 0.6;
const DRAWN_IN = 2;
const OTHER_BACKGROUND = 0.65;

const HAIR = countsOf(MATERIALS.hair);
const BEHIND = countsOf(MATERIALS.background);

function countsOf(material: number): Float32Array {
  return new Float32Array(256).fill(1, material, material + 1);
}

/** Owns its buffers; not re-entrant. Pictures are read at twice the size and halved, since reading does not average. */
export class HairSampler {
  private readonly people: readonly Person[];
  private readonly recipe: HairShape;
  private readonly film: Film;
  private readonly scenery: Scenery;
  private readonly places: CropPlaces;
  /** At twice the size: a picture, and two planes. */
  private readonly wide: Float32Array;
  private readonly wideShares: readonly [Float32Array, Float32Array];
  /** Where the background shows, of source and target. */
  private readonly behind: readonly [Float32Array, Float32Array];
  private readonly covered: Float32Array;

  constructor(people: readonly Person[], recipe: HairShape) {
    if (people.length === 0) throw new RangeError('pairs are drawn out of at least one person');
    const { sizePx } = recipe;
    const plane = sizePx * sizePx;
    this.people = people;
    this.recipe = recipe;
    this.film = new Film(sizePx);
    this.scenery = new Scenery(sizePx);
    this.places = new CropPlaces(2 * sizePx);
    this.wide = new Float32Array(12 * plane);
    this.wideShares = [new Float32Array(4 * plane), new Float32Array(4 * plane)];
    this.behind = [new Float32Array(plane), new Float32Array(plane)];
    this.covered = new Float32Array(plane);
  }

  /** The batch of that number in the training of that seed. Belongs to the caller. */
  batch(seed: number, index: number): HairBatch {
    const { count, sizePx } = this.recipe;
    const planes = (each: number): Float32Array => new Float32Array(count * each * sizePx * sizePx);
    const ages = (): Float32Array => new Float32Array(count);
    const [source, target, hair, seen] = [planes(3), planes(3), planes(1), planes(1)];
    const batch = { count, sizePx, source, target, hair, seen, sourceAge: ages(), targetAge: ages() };
    const random = new SeededRandom(seed).fork(index);
    for (let k = 0; k < count; k++) this.draw(random.fork(k), batch, k);
    return batch;
  }

  private draw(random: SeededRandom, batch: HairBatch, k: number): void {
    const { sizePx } = this.recipe;
    const person = this.anyone(random);
    const source = random.integer(4);
    const target = (source + 1 + random.integer(3)) % 4;
    const [from, to] = [person.scene[source], person.scene[target]];
    const crop = jitteredCrop(random, cropPoints68(from.landmarks), 2 * sizePx, HAIR_ZOOM);
    this.places.setAffine(crop.toPicture);
    const pair = [planesOf(batch.source, sizePx, 3, k), planesOf(batch.target, sizePx, 3, k)] as const;
    const [hair, seen] = [planesOf(batch.hair, sizePx, 1, k), planesOf(batch.seen, sizePx, 1, k)];
    this.read(from, pair[0], hair, this.behind[0]);
    this.read(to, pair[1], null, this.behind[1]);
    this.readSeen(from.picture, seen);
    if (random.uniform() < OTHER_BACKGROUND) this.changeBackground(random, pair);
    this.covered.fill(0);
    const { film, scenery, covered } = this;
    developPair(random, pair, { film, scenery, covered, anyPicture: () => this.anyPicture(random) });
    for (let i = 0; i < hair.length; i++) hair[i] *= 1 - covered[i];
    batch.sourceAge[k] = person.ages[source];
    batch.targetAge[k] = person.ages[target];
  }

  private anyone(random: SeededRandom): Person {
    return this.people[random.integer(this.people.length)];
  }

  private anyPicture(random: SeededRandom): Rgb8 {
    return this.anyone(random).scene[random.integer(4)].picture;
  }

  private read(one: PersonPicture, out: Float32Array, hair: Float32Array | null, behind: Float32Array): void {
    const { places, wide, wideShares } = this;
    const side = places.size;
    sampleRgb(one.picture, places, wide, 'edge');
    halvePlanes(wide, side, out);
    const shares = [HAIR, BEHIND].map((counts, i) => ({ counts, out: wideShares[i] }));
    sampleMaterials(one.materials, one.picture, places, shares, 'edge');
    if (hair !== null) halvePlanes(wideShares[0], side, hair);
    halvePlanes(wideShares[1], side, behind);
  }

  private readSeen({ width, height }: Rgb8, seen: Float32Array): void {
    const { x, y, size } = this.places;
    const [inside] = this.wideShares;
    for (let i = 0; i < x.length; i++)
      inside[i] = x[i] >= -0.5 && y[i] >= -0.5 && x[i] < width - 0.5 && y[i] < height - 0.5 ? 1 : 0;
    halvePlanes(inside, size, seen);
  }

  private changeBackground(random: SeededRandom, pair: readonly Float32Array[]): void {
    const background = this.scenery.drawBackground(random, this.anyPicture(random));
    for (const [side, mask] of this.behind.entries()) {
      this.film.blurring.blur(mask, EDGE_PX);
      for (let i = 0; i < mask.length; i++) mask[i] = Math.min(1, DRAWN_IN * mask[i]);
      this.scenery.layBehind(pair[side], background, mask);
    }
  }
}
