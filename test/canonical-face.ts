// Landmarks of the canonical head seen from a known side: exact data for tests of what is computed from landmarks.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { modelsFolder } from '../src/cli/project.ts';
import type { HeadPose, MeshLandmarks } from '../src/core/index.ts';
import { MESH_POINTS, parseFile } from '../src/core/index.ts';
import type { FaceTables } from '../src/face/index.ts';
import { faceTablesFile } from '../src/face/index.ts';

const file = path.join(modelsFolder, 'face-tables.json');

export const tables: FaceTables = parseFile(faceTablesFile, readFileSync(file, 'utf8'), file);

export interface View {
  readonly pose: HeadPose;
  /** Plate pixels per centimetre of the head, about 6.5 cm between its eye centres. */
  readonly scale: number;
  /** Where the head's origin is seen, plate pixels. */
  readonly at: readonly [number, number];
}

/**
 * The head's vertices (or `vertices` in their place, 468 * 3 centimetres) as the mesh would report them. The irises stand
 * in the middle of the eye corners.
 */
export function canonicalLandmarks(
  { pose, scale, at }: View,
  vertices: readonly number[] = tables.canonical.vertices,
): MeshLandmarks {
  const turn = turned(pose);
  const landmarks = new Float32Array(MESH_POINTS * 3);
  for (let i = 0; i < vertices.length; i += 3) {
    const [x, y, z] = turn(vertices[i], vertices[i + 1], vertices[i + 2]);
    landmarks.set([at[0] + scale * x, at[1] - scale * y, -scale * z], i);
  }
  for (const [iris, outer, inner] of [
    [tables.leftIris, 33, 133],
    [tables.rightIris, 263, 362],
  ] as const) {
    for (const point of iris) {
      for (let k = 0; k < 3; k++) {
        landmarks[point * 3 + k] = (landmarks[outer * 3 + k] + landmarks[inner * 3 + k]) / 2;
      }
    }
  }
  return landmarks;
}

/** Head space -> camera space (y up, z to the camera): yaw, then pitch, then roll, signs as in core's HeadPose. */
export function turned({ yaw, pitch, roll }: HeadPose): (x: number, y: number, z: number) => [number, number, number] {
  const [a, b, c] = [yaw, pitch, roll].map((v) => (v * Math.PI) / 180);
  return (x, y, z) => {
    // roll first about the head's own axis to the camera, then pitch, then yaw: what poseOfRotation reads back
    const [x1, y1] = [Math.cos(c) * x + Math.sin(c) * y, -Math.sin(c) * x + Math.cos(c) * y];
    const [y2, z2] = [Math.cos(b) * y1 - Math.sin(b) * z, Math.sin(b) * y1 + Math.cos(b) * z];
    return [Math.cos(a) * x1 + Math.sin(a) * z2, y2, -Math.sin(a) * x1 + Math.cos(a) * z2];
  };
}
