// A predictor for networks that look at own photos: carries what the performer looked like at the target age and at the
// source age onto the crop, in the crop's light, and gives both to the network beside the crop.

import type { Network, Tensor } from '../core/index.ts';
import type { CarriablePhoto } from '../face/index.ts';
import { PhotoCarrier, Relighter } from '../face/index.ts';
import type { Change, PhotoArchive, PredictInput, Predictor } from './needs.ts';
import type { LikenessShape } from './predict.ts';
import { PRIOR_SHAPE, networkPredictor } from './predict.ts';

/** Own photos beside a crop: one of the target age, one of the source age. */
const OWN_PHOTOS = 2;

/**
 * The predictor that a network asks for: with own photos where it has inputs for them, without where it has not.
 *
 * @param network - Stays the caller's, who closes it after the last prediction.
 * @param archive - What the performer looked like; null where nothing is known: then the network sees the crop alone.
 * @throws {CodedError} `reage/not-a-likeness` when its inputs or outputs have other names.
 */
export function likenessPredictor(
  network: Network,
  archive: PhotoArchive | null = null,
  shape: LikenessShape = PRIOR_SHAPE,
): Predictor {
  if (!network.inputNames.includes('own')) return networkPredictor(network, shape);
  const own = new OwnInputs(archive, shape.cropSize);
  const inner = networkPredictor(network, {
    ...shape,
    extraInputs: [
      ...shape.extraInputs,
      { name: 'own', shape: own.own.shape },
      { name: 'ownValid', shape: own.ownValid.shape },
    ],
  });
  return {
    ...shape,
    predict(input: PredictInput): Promise<Change> {
      own.fill(input);
      return inner.predict({ ...input, extra: { ...input.extra, own: own.own, ownValid: own.ownValid } });
    },
  };
}

/** The two inputs, and what fills them. Owns its buffers; not re-entrant. */
class OwnInputs {
  readonly own: Tensor;
  readonly ownValid: Tensor;
  private readonly archive: PhotoArchive | null;
  private readonly carrier: PhotoCarrier;
  private readonly relighter: Relighter;

  constructor(archive: PhotoArchive | null, size: number) {
    const plane = size * size;
    this.archive = archive;
    this.own = { data: new Float32Array(3 * OWN_PHOTOS * plane), shape: [1, 3 * OWN_PHOTOS, size, size] };
    this.ownValid = { data: new Float32Array(OWN_PHOTOS * plane), shape: [1, OWN_PHOTOS, size, size] };
    this.carrier = new PhotoCarrier(size);
    this.relighter = new Relighter(size);
  }

  fill({ image, sourceAge, targetAge, carry }: PredictInput): void {
    const { archive, carrier, relighter } = this;
    const plane = this.ownValid.data.length / OWN_PHOTOS;
    this.own.data.fill(0);
    this.ownValid.data.fill(0);
    if (!archive) return;
    const ages = [targetAge, sourceAge].map((map) => 100 * meanOver(carry, map, image.shape[3]));
    carrier.aim(carry);
    let before: CarriablePhoto | null = null;
    let isSeen = false;
    ages.forEach((age, k) => {
      const photo = archive.photoFor(age);
      if (!photo) return;
      const valid = this.ownValid.data.subarray(k * plane, (k + 1) * plane);
      const out = this.own.data.subarray(3 * k * plane, 3 * (k + 1) * plane);
      if (before && sharesGeometry(photo, before)) {
        if (isSeen) valid.set(this.ownValid.data.subarray(0, plane));
      } else {
        isSeen = carrier.locate(photo, valid);
        if (isSeen) relighter.aim(image.data, valid);
      }
      before = photo;
      if (!isSeen) return;
      carrier.read(photo.picture, valid, out);
      relighter.give(out, valid);
    });
  }
}

/** What was found for one of them holds for the other. */
function sharesGeometry(a: CarriablePhoto, b: CarriablePhoto): boolean {
  return a.points === b.points && a.picture.width === b.picture.width && a.picture.height === b.picture.height;
}

/** Mean of a map over the face: a region may have an age of its own, but there is one photo. */
function meanOver(carry: Float32Array, { data, shape }: Tensor, cropSize: number): number {
  const side = shape[3];
  const scale = side / cropSize;
  let sum = 0;
  for (let i = 0; i < carry.length; i += 2) {
    const col = Math.max(0, Math.min(side - 1, Math.floor(carry[i] * scale)));
    const row = Math.max(0, Math.min(side - 1, Math.floor(carry[i + 1] * scale)));
    sum += data[row * side + col];
  }
  return (2 * sum) / carry.length;
}
