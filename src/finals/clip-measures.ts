// What the report says of a render without a truth: crops of every re-aged face before and after, and now and then what
// identity and apparent age read. One per chunk; sums of chunks add up.

import type { Affine, Network, Plate, TrackedFace } from '../core/index.ts';
import { invertAffine, PlateCropper } from '../core/index.ts';
import { alignFace, ApparentAgeReader, IdentityReader } from '../face/index.ts';
import type { ClipSums, FaceReading, Picture } from '../measure/index.ts';
import { ClipMeasure } from '../measure/index.ts';

/** Side of the crops: half the network's, enough for what flickers to the eye and a quarter of the work. */
const CROP_SIZE = 128;
/** Of so many frames two neighbours are measured: a quarter of the motion tells as much as all of it. */
const PAIR_PERIOD = 8;
/** Frames between readings of identity and apparent age. */
export const READING_PERIOD = 24;

export interface MeasuringNetworks {
  readonly identity: Network | null;
  readonly apparentAge: Network | null;
}

/** A face before it is re-aged. */
export interface Before {
  readonly performer: string;
  readonly face: TrackedFace;
  readonly plate: Picture;
  readonly reading: FaceReading | null;
}

export class ClipMeasures {
  private readonly cropper = new PlateCropper();
  private readonly identity: IdentityReader | null;
  private readonly apparentAge: ApparentAgeReader | null;
  private measures = new Map<string, ClipMeasure>();
  /** Performers that were measured on the frame before. */
  private lastSeen = new Set<string>();

  /** The networks stay their owner's. */
  constructor({ identity, apparentAge }: MeasuringNetworks) {
    this.identity = identity && new IdentityReader(identity, this.cropper);
    this.apparentAge = apparentAge && new ApparentAgeReader(apparentAge, this.cropper);
  }

  /** A new chunk: what was added up so far is handed over. */
  takeSums(): Record<string, ClipSums> {
    const sums = Object.fromEntries([...this.measures].map(([performer, measure]) => [performer, measure.sums()]));
    this.measures = new Map();
    this.lastSeen = new Set();
    return sums;
  }

  /** null on frames that are not measured. */
  async before(plate: Plate, performer: string, face: TrackedFace, frameIndex: number): Promise<Before | null> {
    if (frameIndex % PAIR_PERIOD > 1) return null;
    const reading = frameIndex % READING_PERIOD === 0 ? await this.read(plate, face) : null;
    return { performer, face, plate: this.crop(plate, face), reading };
  }

  /**
   * @param matte - [height, width] of the plate, 0..1.
   * @param isCut - The frame has no neighbour before it.
   */
  async after(plate: Plate, faces: readonly Before[], matte: Float32Array, isCut: boolean): Promise<void> {
    for (const { performer, face, plate: before, reading } of faces) {
      let measure = this.measures.get(performer);
      if (!measure) this.measures.set(performer, (measure = new ClipMeasure()));
      if (isCut || !this.lastSeen.has(performer)) measure.cut();
      measure.addCrops(before, this.crop(plate, face), matteCrop(plate, matte, cropToPlate(face)));
      if (reading) measure.addReadings(reading, await this.read(plate, face));
    }
    this.lastSeen = new Set(faces.map(({ performer }) => performer));
  }

  private crop(plate: Plate, face: TrackedFace): Picture {
    const data = new Float32Array(CROP_SIZE * CROP_SIZE * 3);
    this.cropper.crop(plate, cropToPlate(face), CROP_SIZE, data, { layout: 'nhwc', low: 0, high: 1, border: 'edge' });
    return { width: CROP_SIZE, height: CROP_SIZE, data };
  }

  private async read(plate: Plate, { landmarks }: TrackedFace): Promise<FaceReading> {
    return {
      landmarks,
      descriptor: this.identity && (await this.identity.read(plate, landmarks)),
      apparentAge: this.apparentAge && (await this.apparentAge.read(plate, landmarks)),
    };
  }
}

function cropToPlate({ landmarks }: TrackedFace): Affine {
  return invertAffine(alignFace(landmarks, CROP_SIZE));
}

/** Nearest sample: the measure only asks whether coverage is above one half. */
function matteCrop({ width, height }: Plate, matte: Float32Array, m: Affine): Float32Array {
  const crop = new Float32Array(CROP_SIZE * CROP_SIZE);
  for (let row = 0; row < CROP_SIZE; row++) {
    for (let column = 0; column < CROP_SIZE; column++) {
      const x = Math.floor(m[0] * (column + 0.5) + m[1] * (row + 0.5) + m[2]);
      const y = Math.floor(m[3] * (column + 0.5) + m[4] * (row + 0.5) + m[5]);
      if (x >= 0 && y >= 0 && x < width && y < height) crop[row * CROP_SIZE + column] = matte[y * width + x];
    }
  }
  return crop;
}
