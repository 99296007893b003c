// Where the main light on a face comes from, read off the shading of its skin: least squares of brightness against the
// normals of the mesh, as on a matt surface.

import type { MeshLandmarks, Plate, PlateCropper } from '../core/index.ts';
import { invertAffine, srgbDecode } from '../core/index.ts';
import { alignFace } from './align.ts';
import type { CanonicalHead } from '../onnx/index.ts';
import type { FaceTables } from './needs.ts';
import { fitHead } from './pose.ts';

/** Seen from the camera. */
export interface FaceLight {
  /** Degrees, -180..180: 0 from the camera, 90 from picture right, -90 from picture left. */
  readonly azimuth: number;
  /** Degrees, -90..90: 90 from straight above. */
  readonly elevation: number;
  /** How much brighter skin that faces the light is than skin that is turned 90 degrees off it, over the mean: 0 is flat. */
  readonly contrast: number;
  /** Mean linear brightness of the skin, 0..1 of display white. */
  readonly brightness: number;
}

const CROP_SIZE = 64;
/** Points turned further away from the camera lie on the outline, where the crop may show hair or background. */
const MIN_FACING = 0.25;
/** Keeps the fit from trading the constant part against light from the camera, which a face shows nearly alike. */
const RIDGE = 0.02;

/** Reads light. Owns its buffers; not re-entrant. */
export class LightReader {
  private readonly head: CanonicalHead;
  private readonly cropper: PlateCropper;
  /** Unit normals of the canonical head, 468 * 3. */
  private readonly normals: Float32Array;
  /** Mesh points on plain skin. */
  private readonly skin: readonly number[];
  private readonly crop = new Float32Array(CROP_SIZE * CROP_SIZE * 3);

  constructor(tables: FaceTables, cropper: PlateCropper) {
    this.head = tables.canonical;
    this.cropper = cropper;
    this.normals = vertexNormals(tables.canonical);
    this.skin = skinPoints(tables);
  }

  read(plate: Plate, landmarks: MeshLandmarks): FaceLight {
    const toCrop = alignFace(landmarks, CROP_SIZE);
    const options = { layout: 'nhwc', low: 0, high: 1, border: 'edge' } as const;
    this.cropper.crop(plate, invertAffine(toCrop), CROP_SIZE, this.crop, options);
    const { rotation: r } = fitHead(landmarks, this.head);
    const rows: number[][] = [];
    const values: number[] = [];
    for (const point of this.skin) {
      const [nx, ny, nz] = [0, 1, 2].map((k) => this.normals[point * 3 + k]);
      const normal = [0, 3, 6].map((k) => r[k] * nx + r[k + 1] * ny + r[k + 2] * nz);
      if (normal[2] < MIN_FACING) continue;
      const x = toCrop[0] * landmarks[point * 3] + toCrop[1] * landmarks[point * 3 + 1] + toCrop[2];
      const y = toCrop[3] * landmarks[point * 3] + toCrop[4] * landmarks[point * 3 + 1] + toCrop[5];
      if (x < 1 || y < 1 || x >= CROP_SIZE - 1 || y >= CROP_SIZE - 1) continue;
      rows.push([1, ...normal]);
      values.push(this.linearBrightness(x, y));
    }
    return lightOf(solve(rows, values), values);
  }

  /** Mean of the 3 x 3 pixels around a place of the crop, linear light, Rec. BT.709 weights. */
  private linearBrightness(x: number, y: number): number {
    let sum = 0;
    for (let dy = -1; dy <= 1; dy++) {
      for (let dx = -1; dx <= 1; dx++) {
        const i = ((Math.floor(y) + dy) * CROP_SIZE + Math.floor(x) + dx) * 3;
        const [red, green, blue] = [0, 1, 2].map((k) => srgbDecode(this.crop[i + k]));
        sum += 0.2126 * red + 0.7152 * green + 0.0722 * blue;
      }
    }
    return sum / 9;
  }
}

function lightOf([constant, x, y, z]: readonly number[], values: readonly number[]): FaceLight {
  const degrees = 180 / Math.PI;
  const brightness = values.reduce((sum, v) => sum + v, 0) / Math.max(1, values.length);
  const strength = Math.hypot(x, y, z);
  if (!(strength > 0) || !Number.isFinite(constant)) return { azimuth: 0, elevation: 0, contrast: 0, brightness };
  return {
    azimuth: Math.atan2(x, z) * degrees,
    elevation: Math.asin(y / strength) * degrees,
    contrast: strength / Math.max(brightness, 1e-4),
    brightness,
  };
}

/** Least squares of values = a + b . normal with a ridge on b; 4 numbers, zeros where too little is seen. */
function solve(rows: readonly number[][], values: readonly number[]): number[] {
  if (rows.length < 16) return [0, 0, 0, 0];
  const m = [0, RIDGE, RIDGE, RIDGE].map((ridge, i) => [0, 1, 2, 3, 4].map((j) => (i === j ? ridge : 0)));
  rows.forEach((row, k) => {
    for (let i = 0; i < 4; i++) {
      for (let j = 0; j < 4; j++) m[i][j] += (row[i] * row[j]) / rows.length;
      m[i][4] += (row[i] * values[k]) / rows.length;
    }
  });
  // Gauss without pivoting: the matrix is symmetric and positive
  for (let i = 0; i < 4; i++) {
    for (let k = i + 1; k < 4; k++) {
      const f = m[k][i] / m[i][i];
      for (let j = i; j < 5; j++) m[k][j] -= f * m[i][j];
    }
  }
  const solution = [0, 0, 0, 0];
  for (let i = 3; i >= 0; i--) {
    solution[i] = (m[i][4] - solution.reduce((sum, v, j) => (j > i ? sum + m[i][j] * v : sum), 0)) / m[i][i];
  }
  return solution;
}

/** Area-weighted means of the triangles' normals. */
function vertexNormals({ vertices, triangles }: CanonicalHead): Float32Array {
  const normals = new Float32Array(vertices.length);
  const corner = (i: number): number[] => [0, 1, 2].map((k) => vertices[triangles[i] * 3 + k]);
  for (let t = 0; t < triangles.length; t += 3) {
    const [a, b, c] = [corner(t), corner(t + 1), corner(t + 2)];
    const u = a.map((v, k) => b[k] - v);
    const w = a.map((v, k) => c[k] - v);
    const n = [u[1] * w[2] - u[2] * w[1], u[2] * w[0] - u[0] * w[2], u[0] * w[1] - u[1] * w[0]];
    for (let k = 0; k < 3; k++) for (let v = 0; v < 3; v++) normals[triangles[t + v] * 3 + k] += n[k];
  }
  for (let i = 0; i < normals.length; i += 3) {
    const length = Math.hypot(normals[i], normals[i + 1], normals[i + 2]) || 1;
    for (let k = 0; k < 3; k++) normals[i + k] /= length;
  }
  return normals;
}

/** Without eyes, lips and brows, whose own colour is not the skin's. */
function skinPoints({ lips, leftEye, rightEye, canonical }: FaceTables): number[] {
  const brows = [70, 63, 105, 66, 107, 46, 53, 52, 65, 55, 300, 293, 334, 296, 336, 276, 283, 282, 295, 285];
  const excluded = new Set([...lips, ...leftEye, ...rightEye, ...brows]);
  return Array.from({ length: canonical.vertices.length / 3 }, (_, i) => i).filter((i) => !excluded.has(i));
}
