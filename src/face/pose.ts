// How the head is turned: the similarity in space that carries MediaPipe's canonical head onto the mesh.

import type { HeadPose, Matrix3, MeshLandmarks } from '../core/index.ts';
import type { CanonicalHead } from '../onnx/index.ts';

/** Canonical head (centimetres, y up, z to the camera) -> picture (plate pixels, y up, z to the camera). */
export interface HeadFit {
  readonly rotation: Matrix3;
  /** Plate pixels per centimetre. */
  readonly scale: number;
  /** Of the canonical origin, plate pixels, y up. */
  readonly offset: readonly [number, number, number];
}

/**
 * Weighted least squares over the 33 basis points. The mesh's depth is relative, so the fit is of the head as the weak
 * perspective camera of the mesh sees it.
 *
 * @see Horn 1987, Closed-form solution of absolute orientation using unit quaternions, JOSA A 4(4)
 */
export function fitHead(landmarks: MeshLandmarks, head: CanonicalHead): HeadFit {
  const { vertices, basis } = head;
  const total = basis.reduce((sum, [, weight]) => sum + weight, 0);
  const headMean = [0, 0, 0];
  const faceMean = [0, 0, 0];
  for (const [vertex, weight] of basis) {
    const face = facePoint(landmarks, vertex);
    for (let k = 0; k < 3; k++) {
      headMean[k] += (weight * vertices[vertex * 3 + k]) / total;
      faceMean[k] += (weight * face[k]) / total;
    }
  }
  // S[a * 3 + b] = sum of head coordinate a times face coordinate b
  const S = Array.from({ length: 9 }, () => 0);
  let headSpread = 0;
  let faceSpread = 0;
  for (const [vertex, weight] of basis) {
    const face = facePoint(landmarks, vertex);
    for (let a = 0; a < 3; a++) {
      const h = vertices[vertex * 3 + a] - headMean[a];
      for (let b = 0; b < 3; b++) S[a * 3 + b] += weight * h * (face[b] - faceMean[b]);
      headSpread += weight * h * h;
      faceSpread += weight * (face[a] - faceMean[a]) ** 2;
    }
  }
  const rotation = rotationOf(dominantQuaternion(S));
  const scale = Math.sqrt(faceSpread / headSpread);
  const offset = [0, 1, 2].map((k) => {
    const turned = [0, 1, 2].reduce((sum, j) => sum + rotation[k * 3 + j] * headMean[j], 0);
    return faceMean[k] - scale * turned;
  }) as [number, number, number];
  return { rotation, scale, offset };
}

/** Degrees; signs as in core's HeadPose. */
export function headPose(landmarks: MeshLandmarks, head: CanonicalHead): HeadPose {
  return poseOfRotation(fitHead(landmarks, head).rotation);
}

export function poseOfRotation(rotation: Matrix3): HeadPose {
  const degrees = 180 / Math.PI;
  return {
    yaw: Math.atan2(rotation[2], rotation[8]) * degrees,
    pitch: Math.asin(Math.max(-1, Math.min(1, -rotation[5]))) * degrees,
    // a head that leans clockwise on screen turns its own x axis downwards
    roll: Math.atan2(-rotation[3], rotation[4]) * degrees,
  };
}

/** Plate coordinates with y up and z to the camera, as the canonical head has them. */
function facePoint(landmarks: MeshLandmarks, index: number): [number, number, number] {
  return [landmarks[index * 3], -landmarks[index * 3 + 1], -landmarks[index * 3 + 2]];
}

/** Eigenvector of the largest eigenvalue of Horn's 4x4 matrix, by squaring the shifted matrix until one vector is left. */
function dominantQuaternion(S: readonly number[]): [number, number, number, number] {
  const [xx, xy, xz, yx, yy, yz, zx, zy, zz] = S;
  const shift = 2 * S.reduce((sum, v) => sum + Math.abs(v), 0);
  let m = [
    xx + yy + zz + shift, yz - zy, zx - xz, xy - yx,
    yz - zy, xx - yy - zz + shift, xy + yx, zx + xz,
    zx - xz, xy + yx, -xx + yy - zz + shift, yz + zy,
    xy - yx, zx + xz, yz + zy, -xx - yy + zz + shift,
  ]; // prettier-ignore
  for (let step = 0; step < 12; step++) {
    const norm = Math.max(...m.map(Math.abs));
    const unit = m.map((v) => v / norm);
    m = unit.map((_, i) => {
      const row = i & ~3;
      const col = i & 3;
      return (
        unit[row] * unit[col] +
        unit[row + 1] * unit[col + 4] +
        unit[row + 2] * unit[col + 8] +
        unit[row + 3] * unit[col + 12]
      );
    });
  }
  // every column is now the eigenvector times one of its components: take the longest
  const lengths = [0, 1, 2, 3].map((c) => Math.hypot(m[c], m[c + 4], m[c + 8], m[c + 12]));
  const c = lengths.indexOf(Math.max(...lengths));
  return [m[c] / lengths[c], m[c + 4] / lengths[c], m[c + 8] / lengths[c], m[c + 12] / lengths[c]];
}

function rotationOf([w, x, y, z]: readonly number[]): Matrix3 {
  return [
    1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w),
    2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w),
    2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y),
  ]; // prettier-ignore
}
