// Draws pairs for the hair network out of synthetic people: a head in one scene at two ages, in the wider crop that holds
// all of its hair, and where the hair is. A batch depends on the seed and its number alone.

import type { Rgb8 } from '../core/index.ts';
import { CropPlaces, composeAffine, halvePlanes, sampleMaterials, sampleRgb } from '../core/index.ts';
import { HAIR_ZOOM } from '../face/index.ts';
import { MATERIALS } from '../measure/index.ts';
import { SeededRandom } from '../model/index.ts';
import { PlaneBlur } from './blur-planes.ts';
import { jitteredCrop } from './crop-jitter.ts';
import type { SoftEdge } from './develop-pair.ts';
import { changeBackground, developPair } from './develop-pair.ts';
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
  /** [N, 1, S / 2, S / 2], 0..1: who stands before the background, about as a person network sees it; 1 where none was asked. */
  readonly person: Float32Array;
  /** [N, 1, S, S], 0..1: what lies within the picture. The crop is wider than most pictures of people are. */
  readonly seen: Float32Array;
}

/** Backgrounds end so near to the person, in crop pixels, and are drawn in, so that no fringe of the old one stays. */
const EDGE: SoftEdge = { softPx: 0.6, drawnIn: 2 };
const OTHER_BACKGROUND = 0.65;
/** Share of pairs without a person map, and how blurred it is, in its own pixels. */
const WITHOUT_PERSON = 0.05;
const PERSON_BLUR = [0.3, 1.5] as const;

const HAIR = countsOf(MATERIALS.hair);
const BEHIND = countsOf(MATERIALS.background);

function countsOf(material: number): Float32Array {
  return new Float32Array(256).fill(1, material, material + 1);
}

/** Owns its buffers; not re-entrant. Pictures are read from copies of half their size, since reading does not average. */
export class HairSampler {
  private readonly people: readonly Person[];
  private readonly recipe: HairShape;
  private readonly film: Film;
  private readonly scenery: Scenery;
  private readonly places: CropPlaces;
  private readonly halfPlaces: CropPlaces;
  private readonly halved = new Map<Rgb8, Rgb8>();
  /** Where the background shows, of source and target. */
  private readonly behind: readonly [Float32Array, Float32Array];
  private readonly covered: Float32Array;
  private readonly personBlur: PlaneBlur;

  constructor(people: readonly Person[], recipe: HairShape) {
    if (people.length === 0) throw new RangeError('pairs are drawn out of at least one person');
    const { sizePx } = recipe;
    const plane = sizePx * sizePx;
    this.people = people;
    this.recipe = recipe;
    this.film = new Film(sizePx);
    this.scenery = new Scenery(sizePx);
    this.places = new CropPlaces(sizePx);
    this.halfPlaces = new CropPlaces(sizePx);
    this.behind = [new Float32Array(plane), new Float32Array(plane)];
    this.covered = new Float32Array(plane);
    this.personBlur = new PlaneBlur(sizePx / 2);
  }

  /** The batch of that number in the training of that seed. Belongs to the caller. */
  batch(seed: number, index: number): HairBatch {
    const { count, sizePx } = this.recipe;
    const planes = (each: number): Float32Array => new Float32Array(count * each * sizePx * sizePx);
    const ages = (): Float32Array => new Float32Array(count);
    const [source, target, hair, seen] = [planes(3), planes(3), planes(1), planes(1)];
    const person = new Float32Array(count * (sizePx / 2) ** 2);
    const batch = { count, sizePx, source, target, hair, person, seen, sourceAge: ages(), targetAge: ages() };
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
    const crop = jitteredCrop(random, cropPoints68(from.landmarks), sizePx, HAIR_ZOOM);
    this.places.setAffine(crop.toPicture);
    this.halfPlaces.setAffine(composeAffine([0.5, 0, 0, 0, 0.5, 0], crop.toPicture));
    const pair = [planesOf(batch.source, sizePx, 3, k), planesOf(batch.target, sizePx, 3, k)] as const;
    const [hair, seen] = [planesOf(batch.hair, sizePx, 1, k), planesOf(batch.seen, sizePx, 1, k)];
    this.read(from, pair[0], hair, this.behind[0]);
    this.read(to, pair[1], null, this.behind[1]);
    this.readSeen(from.picture, seen);
    this.drawPerson(random, planesOf(batch.person, sizePx / 2, 1, k));
    const { film, scenery, covered } = this;
    const studio = { film, scenery, covered, anyPicture: () => this.anyPicture(random) };
    if (random.uniform() < OTHER_BACKGROUND) changeBackground(random, pair, this.behind, EDGE, studio);
    covered.fill(0);
    developPair(random, pair, studio);
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
    sampleRgb(this.halfOf(one.picture), this.halfPlaces, out, 'edge');
    const shares = [{ counts: BEHIND, out: behind }, ...(hair === null ? [] : [{ counts: HAIR, out: hair }])];
    sampleMaterials(one.materials, one.picture, this.places, shares, 'edge');
  }

  private halfOf(picture: Rgb8): Rgb8 {
    const made = this.halved.get(picture) ?? halvedPicture(picture);
    this.halved.set(picture, made);
    return made;
  }

  private readSeen({ width, height }: Rgb8, seen: Float32Array): void {
    const { x, y } = this.places;
    for (let i = 0; i < x.length; i++)
      seen[i] = x[i] >= -0.5 && y[i] >= -0.5 && x[i] < width - 0.5 && y[i] < height - 0.5 ? 1 : 0;
  }

  private drawPerson(random: SeededRandom, person: Float32Array): void {
    halvePlanes(this.behind[0], this.recipe.sizePx, person);
    const isKnown = random.uniform() >= WITHOUT_PERSON;
    for (let i = 0; i < person.length; i++) person[i] = isKnown ? 1 - person[i] : 1;
    this.personBlur.blur(person, random.between(...PERSON_BLUR));
  }
}

/** The mean of each 2 x 2 pixels. */
function halvedPicture({ samples, width, height }: Rgb8): Rgb8 {
  const [w, h] = [width >> 1, height >> 1];
  const half = new Uint8Array(w * h * 3);
  for (let y = 0, i = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const at = (2 * y * width + 2 * x) * 3;
      for (let c = at; c < at + 3; c++, i++)
        half[i] = (samples[c] + samples[c + 3] + samples[c + 3 * width] + samples[c + 3 * width + 3] + 2) >> 2;
    }
  }
  return { samples: half, width: w, height: h };
}
