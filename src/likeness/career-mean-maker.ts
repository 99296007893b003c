// Makes career means: carries each photo onto the performer's own mean face, gives all the same light, and averages those
// near an age, those that agree.

import type { CarriablePhoto } from '../face/index.ts';
import { PhotoCarrier, Relighter } from '../face/index.ts';
import type { LaidPicture } from './agreeing-mean.ts';
import { AgreeingMean } from './agreeing-mean.ts';
import type { CareerCrop } from './career-crops.ts';
import type { CareerMean, MeanKnot } from './career-mean.ts';
import { shapeAtRest } from './career-shape.ts';

const STEP_YEARS = 5;
/** Standard deviation of ages that are averaged; widened until so many photos count. */
const KERNEL_YEARS = 4;
const WIDER = 1.25;
const WIDEST_YEARS = 40;
const FEWEST_PHOTOS = 4;
/** What no photo near the age shows is taken from those far from it. */
const FAR_SHARE = 1e-3;
const FAR_YEARS = 15;
/** What is not valid counts so little that it only fills what no photo shows. */
const UNSEEN = 1e-3;
const MIDDLE_GREY = 0.45;
const MOST_EXPOSURE = 4;
/** Where no photo has colour, those without say that it is grey. */
const LEAST_COLOR = 1e-4;

/** A photo on the mean face. */
export interface CarriedPhoto extends LaidPicture {
  readonly photo: CareerCrop;
}

/** Holds all photos on the mean face: sizePx^2 * 4 bytes each. Owns its buffers; not re-entrant. */
export class CareerMeanMaker {
  /** As `CareerMean.points`. */
  readonly points: Float32Array;
  readonly carried: readonly CarriedPhoto[];
  private readonly carrier: PhotoCarrier;
  private readonly relighter: Relighter;
  /** Three planes: the common light. */
  private readonly reference: Float32Array;
  /** Three planes and one: the photo that is being carried, and its validity. */
  private readonly planes: Float32Array;
  private readonly valid: Float32Array;
  private readonly mean: AgreeingMean;

  /**
   * @param photos - At least one; those that are held out must not be among them.
   * @param sizePx - Side of the pictures; a multiple of 32. A quarter more than the crops that they are carried onto.
   */
  constructor(photos: readonly CareerCrop[], sizePx: number) {
    const plane = sizePx * sizePx;
    this.points = shapeAtRest(photos, sizePx);
    this.carrier = new PhotoCarrier(sizePx);
    this.carrier.aim(this.points);
    this.relighter = new Relighter(sizePx);
    this.planes = new Float32Array(3 * plane);
    this.valid = new Float32Array(plane);
    this.mean = new AgreeingMean(sizePx);
    this.reference = this.commonLight(photos);
    this.carried = photos.flatMap((photo) => this.carry(photo) ?? []);
  }

  /** A photo on the mean face, whether it counts in the mean or not; null where it cannot be carried. */
  carry(photo: CareerCrop): CarriedPhoto | null {
    const { planes, valid } = this;
    if (!this.isCarried(photo)) return null;
    this.relighter.relight(planes, this.reference, valid);
    return { photo, samples: packedBytes(planes), valid: Uint8Array.from(valid, asByte), colorTrust: photo.colorTrust };
  }

  private isCarried(photo: CareerCrop): boolean {
    this.carrier.carry({ picture: photo.picture, points: photo.carry }, this.planes, this.valid);
    return this.valid.some((v) => v > 0);
  }

  private commonLight(photos: readonly CareerCrop[]): Float32Array {
    const sum = new Float32Array(this.planes.length);
    const weights = new Float64Array(this.valid.length);
    for (const photo of photos) {
      // prints without colour would make the common light grey
      const share = photo.weight * (photo.colorTrust + LEAST_COLOR);
      if (this.isCarried(photo)) addExposed(this.planes, this.valid, share, sum, weights);
    }
    return sum.map((v, i) => v / weights[i % weights.length]);
  }

  /**
   * What the performer looked like at an age.
   *
   * @param isLeftOut - Photos that must not count: those of one occasion, say.
   * @returns null where no photo is left that can be carried.
   */
  photoAt(ageYears: number, isLeftOut: (photo: CareerCrop) => boolean = () => false): CarriablePhoto | null {
    const used = this.carried.filter(({ photo }) => !isLeftOut(photo));
    if (used.length === 0) return null;
    const { weights } = ageWeights(used, ageYears);
    return { picture: this.mean.of(used, weights), points: this.points };
  }

  /** Knots over the whole career; null where no photo can be carried. */
  make(stepYears: number = STEP_YEARS): CareerMean | null {
    const ages = this.carried.map(({ photo }) => photo.age);
    if (ages.length === 0) return null;
    const knots = knotAges(Math.min(...ages), Math.max(...ages), stepYears).map((age) => this.knotAt(age));
    return { points: this.points, knots };
  }

  private knotAt(age: number): MeanKnot {
    const { weights, photos } = ageWeights(this.carried, age);
    return { age, picture: this.mean.of(this.carried, weights), photos };
  }
}

/** Whole multiples of the step, and both ends. */
function knotAges(youngest: number, oldest: number, step: number): number[] {
  const [first, last] = [Math.floor(youngest), Math.ceil(oldest)];
  const ages = [first];
  for (let age = Math.ceil((first + step / 2) / step) * step; age < last - step / 2; age += step) ages.push(age);
  return last > first ? [...ages, last] : ages;
}

function nearness(yearsOff: number, years: number): number {
  return (
    Math.exp(-(yearsOff ** 2) / (2 * years ** 2)) + FAR_SHARE * Math.exp(-(yearsOff ** 2) / (2 * FAR_YEARS ** 2)) + 1e-9
  );
}

/** Weight of each photo at an age, and how many that are of equal weight. */
function ageWeights(carried: readonly CarriedPhoto[], age: number): { weights: number[]; photos: number } {
  for (let years = KERNEL_YEARS; ; years *= WIDER) {
    const weights = carried.map(({ photo }) => photo.weight * nearness(photo.age - age, years));
    const sum = weights.reduce((a, w) => a + w, 0);
    const photos = sum ** 2 / weights.reduce((a, w) => a + w * w, 0);
    if (photos >= Math.min(FEWEST_PHOTOS, carried.length) || years > WIDEST_YEARS) return { weights, photos };
  }
}

/** Adds a picture whose face, over all, is brought to middle grey, its colour kept. */
function addExposed(
  picture: Float32Array,
  valid: Float32Array,
  weight: number,
  sum: Float32Array,
  weights: Float64Array,
): void {
  const plane = valid.length;
  let [light, area] = [0, 0];
  for (let i = 0; i < plane; i++) {
    light += (valid[i] * (picture[i] + picture[i + plane] + picture[i + 2 * plane])) / 3;
    area += valid[i];
  }
  const gain = Math.min(MOST_EXPOSURE, (MIDDLE_GREY * area) / Math.max(1e-6, light));
  for (let i = 0; i < plane; i++) {
    const share = weight * (valid[i] + UNSEEN);
    weights[i] += share;
    for (let k = i; k < 3 * plane; k += plane) sum[k] += share * gain * picture[k];
  }
}

function packedBytes(planes: Float32Array): Uint8Array {
  const plane = planes.length / 3;
  return Uint8Array.from(planes, (_, at) => asByte(planes[(at % 3) * plane + Math.floor(at / 3)]));
}

function asByte(v: number): number {
  return Math.round(v * 255);
}
