// What is read off a picture once, when it is taken in: its faces with all that the library asks of them later.

import type { Plate } from '../core/index.ts';
import { PlateCropper, PlatePyramid, eyeDistance, scaledLandmarks } from '../core/index.ts';
import type { FaceNetworks, FaceTables } from '../face/index.ts';
import {
  ApparentAgeReader,
  IdentityReader,
  LightReader,
  SharpnessReader,
  StillFinder,
  readExpression,
} from '../face/index.ts';
import type { PhotoFace } from './archive.ts';
import { facesetLevel } from './faceset-crop.ts';

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

  /** All faces large enough to know a person by, the largest first; in pixels of the plate. */
  async observe(picture: Plate | PlatePyramid): Promise<ObservedFace[]> {
    const pyramid = picture instanceof PlatePyramid ? picture : new PlatePyramid(picture);
    const thorough = Math.min(pyramid.plate.width, pyramid.plate.height) >= MIN_THOROUGH_PX;
    const faces: ObservedFace[] = [];
    for (const { landmarks, score, pose } of await this.finder.find(pyramid, thorough)) {
      const eyeDistancePx = eyeDistance(landmarks);
      if (eyeDistancePx < MIN_EYE_DISTANCE_PX) continue;
      // no reader's crop is finer than the faceset's
      const { plate, factor } = facesetLevel(pyramid, landmarks);
      const onLevel = scaledLandmarks(landmarks, 1 / factor);
      faces.push({
        faceIndex: faces.length,
        landmarks,
        score,
        pose,
        eyeDistancePx,
        descriptor: await this.identity.readThoroughly(plate, onLevel),
        apparentAge: await this.age.read(plate, onLevel),
        light: this.light.read(plate, onLevel),
        expression: readExpression(landmarks, this.tables),
        sharpness: this.sharpness.read(plate, onLevel),
      });
    }
    return faces;
  }
}
