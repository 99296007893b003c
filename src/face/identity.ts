// Who a face is, as 128 numbers whose distance tells people apart. A measuring tool: no frame needs it to be made.

import type { Affine, MeshLandmarks, Network, Plate, PlateCropper, Point } from '../core/index.ts';
import { CodedError, composeAffine, invertAffine, meshPoint, similarity } from '../core/index.ts';

const INPUT_SIZE = 150;

/**
 * Where the network was taught to find the corners of the eyes and the foot of the nose, in its unit square: dlib's
 * five-point chip (interpolation.h). Not a detail: of 1,099 pictures of other people, 77 were as near to a performer's
 * career as its third-worst photo with an upright square around the mesh, 2 with this chip.
 */
const CHIP: readonly (readonly [meshPoint: number, x: number, y: number])[] = [
  [263, 0.8595674595992, 0.2134981538014],
  [362, 0.6460604764104, 0.2289674387677],
  [33, 0.1205750620789, 0.2137274526848],
  [133, 0.3340850613712, 0.2290642403242],
  [2, 0.4901123135679, 0.6277975316475],
];

/** Around the chip, as a share of it. dlib taught with 0.25; 0.35 shows the outline too and told people apart better. */
const BORDER = 0.3;
const BORDERS = [0.25, 0.35];

const MIRROR: Affine = [-1, 0, INPUT_SIZE, 0, 1, 0];

export const DESCRIPTOR_LENGTH = 128;

/** At or below: the same person, within a decade or so; dlib's authors give 0.6 for pairs of the same age. */
export const SAME_PERSON_DISTANCE = 0.53;
/** Above: different people. Between the two nothing can be said from one picture. */
export const OTHER_PERSON_DISTANCE = 0.62;

/** Reads descriptors. Owns its input buffer; not re-entrant. */
export class IdentityReader {
  private readonly network: Network;
  private readonly cropper: PlateCropper;
  private readonly input = new Float32Array(INPUT_SIZE * INPUT_SIZE * 3);

  constructor(network: Network, cropper: PlateCropper) {
    this.network = network;
    this.cropper = cropper;
  }

  /**
   * One run. @returns 128 numbers that belong to the caller. Not age-invariant: decades move it like another person.
   * @throws {CodedError} `face/degenerate` when eyes and nose fall on one place.
   */
  async read(plate: Plate, landmarks: MeshLandmarks): Promise<Float32Array> {
    return this.readCrop(plate, chipToPlate(landmarks, BORDER));
  }

  /**
   * The mean over two borders and the face's mirror image: four runs, nearer to the person and further from the turn of
   * the head and the side of the light. May be compared with what `read` gives.
   */
  async readThoroughly(plate: Plate, landmarks: MeshLandmarks): Promise<Float32Array> {
    const mean = new Float32Array(DESCRIPTOR_LENGTH);
    for (const border of BORDERS) {
      const chip = chipToPlate(landmarks, border);
      for (const toPlate of [chip, composeAffine(chip, MIRROR)]) {
        const one = await this.readCrop(plate, toPlate);
        for (let i = 0; i < mean.length; i++) mean[i] += one[i] / (2 * BORDERS.length);
      }
    }
    return mean;
  }

  private async readCrop(plate: Plate, toPlate: Affine): Promise<Float32Array> {
    this.cropper.crop(plate, toPlate, INPUT_SIZE, this.input, { layout: 'nhwc', low: 0, high: 255, border: 'edge' });
    const { descriptor } = await this.network.run({
      input: { data: this.input, shape: [1, INPUT_SIZE, INPUT_SIZE, 3] },
    });
    return descriptor.data.slice();
  }
}

function chipToPlate(landmarks: MeshLandmarks, border: number): Affine {
  const scale = INPUT_SIZE / (1 + 2 * border);
  const chip = similarity(
    CHIP.map(([point]) => meshPoint(landmarks, point)),
    CHIP.map(([, x, y]): Point => [(x + border) * scale, (y + border) * scale]),
  );
  if (!chip) {
    throw new CodedError('face/degenerate', 'the eyes and the nose of this face fall on one point', {
      hint: 'Leave this face out, or give a picture in which it is larger.',
    });
  }
  return invertAffine(chip);
}

/** Euclidean distance of two descriptors. */
export function identityDistance(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) throw new RangeError(`descriptors of ${a.length} and ${b.length} numbers`);
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2;
  return Math.sqrt(sum);
}
