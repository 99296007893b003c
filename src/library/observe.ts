// What is read off a picture once, when it is taken in: its faces with all that the library asks of them later.

import type { MeshLandmarks, Plate } from '../core/index.ts';
import { PlateCropper, eyeDistance, invertAffine, packedRgb } from '../core/index.ts';
import type { FaceNetworks, FaceTables } from '../face/index.ts';
import {
  ApparentAgeReader,
  IdentityReader,
  LightReader,
  SharpnessReader,
  StillFinder,
  alignFace,
  readExpression,
} from '../face/index.ts';
import type { PhotoFace } from './archive.ts';

/** Side of the aligned crops of a faceset, pixels. */
export const FACESET_CROP_PX = 384;

/** Smaller faces are not even compared: there is nothing of a person in them. */
const MIN_EYE_DISTANCE_PX = 12;
/** In smaller pictures a second face that the first look missed would be too small to use. */
const MIN_THOROUGH_PX = 1000;

export type ObservedFace = Omit<PhotoFace, 'photo'>;

/** Owns its buffers; not re-entrant. The networks stay their owner's; `identity` and `apparentAge` must be among them. */
export class FaceObserver {
  private readonly tables: FaceTables;
  private readonly finder: StillFinder;
  private readonly identity: IdentityReader;
  private readonly age: ApparentAgeReader;
  private readonly light: LightReader;
  private readonly sharpness: SharpnessReader;
  private readonly cropper = new PlateCropper();
  private readonly crop = new Float32Array(FACESET_CROP_PX * FACESET_CROP_PX * 3);

  constructor(networks: FaceNetworks, tables: FaceTables) {
    if (!networks.identity || !networks.apparentAge)
      throw new TypeError('a library needs the networks for identity and apparent age');
    this.tables = tables;
    this.finder = new StillFinder(networks, tables);
    this.identity = new IdentityReader(networks.identity, this.cropper);
    this.age = new ApparentAgeReader(networks.apparentAge, this.cropper);
    this.light = new LightReader(tables, this.cropper);
    this.sharpness = new SharpnessReader(this.cropper);
  }

  /** All faces large enough to know a person by, the largest first. */
  async observe(plate: Plate): Promise<ObservedFace[]> {
    const thorough = Math.min(plate.width, plate.height) >= MIN_THOROUGH_PX;
    const faces: ObservedFace[] = [];
    for (const { landmarks, score, pose } of await this.finder.find(plate, thorough)) {
      const eyeDistancePx = eyeDistance(landmarks);
      if (eyeDistancePx < MIN_EYE_DISTANCE_PX) continue;
      faces.push({
        faceIndex: faces.length,
        landmarks,
        score,
        pose,
        eyeDistancePx,
        descriptor: await this.identity.readThoroughly(plate, landmarks),
        apparentAge: await this.age.read(plate, landmarks),
        light: this.light.read(plate, landmarks),
        expression: readExpression(landmarks, this.tables),
        sharpness: this.sharpness.read(plate, landmarks),
      });
    }
    return faces;
  }

  /** The aligned crop of a face: RGB, 8 bit, sRGB, FACESET_CROP_PX square. Belongs to the caller. */
  alignedCrop(plate: Plate, landmarks: MeshLandmarks): Plate {
    const toPlate = invertAffine(alignFace(landmarks, FACESET_CROP_PX));
    const options = { layout: 'nhwc', low: 0, high: 255, border: 'edge' } as const;
    this.cropper.crop(plate, toPlate, FACESET_CROP_PX, this.crop, options);
    const samples = new Uint8Array(this.crop.length);
    for (let i = 0; i < samples.length; i++) samples[i] = Math.round(this.crop[i]);
    return packedRgb(samples, FACESET_CROP_PX, FACESET_CROP_PX, 3, 8);
  }
}

/** File name of a face's aligned crop in the faceset. */
export function cropName(photo: string, faceIndex: number): string {
  return `${photo}-${faceIndex}.png`;
}
