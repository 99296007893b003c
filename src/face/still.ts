// All faces of one still picture, without any memory of other pictures.

import type { Plate, Region, TrackedFace } from '../core/index.ts';
import { PlateCropper, PlatePyramid, scaledLandmarks } from '../core/index.ts';
import { detectFaces, detectionRegion, detectionScale, FaceDetector } from './detect.ts';
import { visibility } from './fade.ts';
import type { MeshReading } from './mesh.ts';
import { MESH_INPUT_SIZE, MeshReader, MIN_MESH_SCORE } from './mesh.ts';
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
   * @param picture - As a pyramid, where the caller has further looks at it.
   * @param thorough - Look for small faces too when a large one is found, as in a group photo; about 10 detector runs.
   * @returns The largest face first, numbered from 1 as `trackId`; empty when none is seen.
   */
  async find(picture: Plate | PlatePyramid, thorough = false): Promise<TrackedFace[]> {
    const pyramid = picture instanceof PlatePyramid ? picture : new PlatePyramid(picture);
    const seen = pyramid.forScale(detectionScale(pyramid.plate));
    const found: Omit<TrackedFace, 'trackId'>[] = [];
    for (const detection of await detectFaces(seen.plate, this.detector, thorough)) {
      const region = scaledRegion(detectionRegion(detection), seen.factor);
      const { landmarks, score } = await this.readMesh(pyramid, region);
      if (score < MIN_MESH_SCORE) continue;
      const box = landmarkBox(landmarks);
      if (found.some((other) => boxOverlap(landmarkBox(other.landmarks), box) > SAME_FACE_OVERLAP)) continue;
      const pose = headPose(landmarks, this.tables.canonical);
      found.push({ landmarks, score, pose, fade: visibility(pose, score) });
    }
    return found.sort((a, b) => faceSize(b) - faceSize(a)).map((face, i) => ({ trackId: i + 1, ...face }));
  }

  /** Region and landmarks in pixels of the plate. */
  private async readMesh(pyramid: PlatePyramid, region: Region): Promise<MeshReading> {
    const { plate, factor } = pyramid.forScale(region.side / MESH_INPUT_SIZE);
    const { landmarks, score } = await this.mesh.settle(plate, scaledRegion(region, 1 / factor), 2, LOOKS);
    return { landmarks: scaledLandmarks(landmarks, factor), score };
  }
}

function scaledRegion({ cx, cy, side, angleRadians }: Region, factor: number): Region {
  return { cx: cx * factor, cy: cy * factor, side: side * factor, angleRadians };
}

function faceSize({ landmarks }: Pick<TrackedFace, 'landmarks'>): number {
  return boxSide(landmarkBox(landmarks));
}
