// Reads one face off one picture, for measuring: landmarks, identity, apparent age. No memory of other pictures, so that
// plate, truth and output are read alike.

import type { MeshLandmarks, Plate } from '../core/index.ts';
import { PlateCropper } from '../core/index.ts';
import type { FaceNetworks, FaceTables } from '../face/index.ts';
import {
  ApparentAgeReader,
  FaceDetector,
  IdentityReader,
  MIN_MESH_SCORE,
  MeshReader,
  detectFaces,
  detectionRegion,
  landmarkRegion,
} from '../face/index.ts';
import type { FaceReading } from './readings.ts';

/** The mesh looks again where it saw the face; after the second look it hardly moves. */
const LOOKS = 2;

export interface FaceReader {
  /**
   * @param near - A reading of the same shot, where the face is looked for; null to find the clearest face.
   * @returns null where no face is seen.
   */
  read(plate: Plate, near: FaceReading | null): Promise<FaceReading | null>;
}

/** @param networks - Stay the caller's. Identity and apparent age are read where their networks are there. */
export function makeFaceReader(networks: FaceNetworks, tables: FaceTables): FaceReader {
  const cropper = new PlateCropper();
  const detector = new FaceDetector(networks.detector, cropper);
  const mesh = new MeshReader(networks.mesh, tables, cropper);
  const identity = networks.identity ? new IdentityReader(networks.identity, cropper) : null;
  const apparentAge = networks.apparentAge ? new ApparentAgeReader(networks.apparentAge, cropper) : null;

  async function find(plate: Plate): Promise<MeshLandmarks | null> {
    for (const detection of await detectFaces(plate, detector)) {
      const { landmarks, score } = await mesh.read(plate, detectionRegion(detection));
      if (score >= MIN_MESH_SCORE) return landmarks;
    }
    return null;
  }

  return {
    async read(plate, near) {
      let landmarks = near ? near.landmarks : await find(plate);
      if (!landmarks) return null;
      for (let look = 0; look < LOOKS; look++) {
        const reading = await mesh.read(plate, landmarkRegion(landmarks));
        if (reading.score < MIN_MESH_SCORE) return null;
        landmarks = reading.landmarks;
      }
      return {
        landmarks,
        descriptor: identity ? await identity.read(plate, landmarks) : null,
        apparentAge: apparentAge ? await apparentAge.read(plate, landmarks) : null,
      };
    },
  };
}
