// A predictor for networks that look at own photos: carries what the performer looked like at the target age onto the crop,
// in the crop's light, and gives it to the network beside the crop.

import type { Network, Tensor } from '../core/index.ts';
import { PhotoCarrier, Relighter } from '../face/index.ts';
import type { Change, PhotoArchive, PredictInput, Predictor } from './needs.ts';
import type { LikenessShape } from './predict.ts';
import { PRIOR_SHAPE, networkPredictor } from './predict.ts';

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
  const extraInputs = Object.entries(own.tensors).map(([name, tensor]) => ({ name, shape: tensor.shape }));
  const inner = networkPredictor(network, { ...shape, extraInputs: [...shape.extraInputs, ...extraInputs] });
  return {
    ...shape,
    predict(input: PredictInput): Promise<Change> {
      own.fill(input);
      return inner.predict({ ...input, extra: { ...input.extra, ...own.tensors } });
    },
  };
}

/** The inputs, and what fills them. Owns its buffers; not re-entrant. */
class OwnInputs {
  /** By the names of the inputs. */
  readonly tensors: Readonly<Record<string, Tensor>>;
  private readonly own: Tensor;
  private readonly ownValid: Tensor;
  private readonly archive: PhotoArchive | null;
  private readonly carrier: PhotoCarrier;
  private readonly relighter: Relighter;

  constructor(archive: PhotoArchive | null, size: number) {
    const plane = size * size;
    this.archive = archive;
    this.own = { data: new Float32Array(3 * plane), shape: [1, 3, size, size] };
    this.ownValid = { data: new Float32Array(plane), shape: [1, 1, size, size] };
    this.tensors = { own: this.own, ownValid: this.ownValid };
    this.carrier = new PhotoCarrier(size);
    this.relighter = new Relighter(size);
  }

  fill({ image, targetAge, carry }: PredictInput): void {
    const { archive, carrier, relighter } = this;
    const [own, valid] = [this.own.data, this.ownValid.data];
    own.fill(0);
    valid.fill(0);
    const photo = archive?.photoFor(100 * meanOver(carry, targetAge, image.shape[3]));
    if (!photo) return;
    carrier.aim(carry);
    if (!carrier.locate(photo, valid)) return;
    carrier.read(photo.picture, valid, own);
    relighter.relight(own, image.data, valid);
  }
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
