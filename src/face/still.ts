// All faces of one still picture, without any memory of other pictures.

import type { Plate, TrackedFace } from '../core/index.ts';
import { PlateCropper } from '../core/index.ts';
import { detectFaces, detectionRegion, FaceDetector } from './detect.ts';
import { visibility } from './fade.ts';
import { MeshReader, MIN_MESH_SCORE } from './mesh.ts';
import type { FaceNetworks, FaceTables } from './needs.ts';
import { SAME_FACE_OVERLAP } from './person-keeper.ts';
import { headPose } from './pose.ts';
import { boxOverlap, boxSide, landmarkBox } from './region.ts';

/** At each face; the region of the first comes from the detector, of the others from the look before. */
const LOOKS = 3;

/** Owns its buffers; not re-entrant. The networks stay their owner's. */
export class StillFinder {
  private readonly tables: FaceTables;
  private readonly detector: FaceDetector;
  private readonly mesh: MeshReader;

  constructor(networks: FaceNetworks, tables: FaceTables) {
    const cropper = new PlateCropper();
    this.tables = tables;
    this.detector = new FaceDetector(networks.detector, cropper);
    this.mesh = new MeshReader(networks.mesh, tables, cropper);
  }

  /**
   * @param thorough - Look for small faces too when a large one is found, as in a group photo; about 10 detector runs.
   * @returns The largest face first, numbered from 1 as `trackId`; empty when none is seen.
   */
  async find(plate: Plate, thorough = false): Promise<TrackedFace[]> {
    const found: Omit<TrackedFace, 'trackId'>[] = [];
    for (const detection of await detectFaces(plate, this.detector, thorough)) {
      const { landmarks, score } = await this.mesh.settle(plate, detectionRegion(detection), 2, LOOKS);
      if (score < MIN_MESH_SCORE) continue;
      const box = landmarkBox(landmarks);
      if (found.some((other) => boxOverlap(landmarkBox(other.landmarks), box) > SAME_FACE_OVERLAP)) continue;
      const pose = headPose(landmarks, this.tables.canonical);
      found.push({ landmarks, score, pose, fade: visibility(pose, score) });
    }
    return found.sort((a, b) => faceSize(b) - faceSize(a)).map((face, i) => ({ trackId: i + 1, ...face }));
  }
}

function faceSize({ landmarks }: Pick<TrackedFace, 'landmarks'>): number {
  return boxSide(landmarkBox(landmarks));
}
