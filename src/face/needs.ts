// What the room needs from outside: loaded networks and the tables that say what their numbers mean.

import type { Network } from '../core/index.ts';

/** MediaPipe's canonical head: 468 vertices with texture coordinates and triangles, centimetres, y up, z to the camera. */
export interface CanonicalHead {
  /** 468 * 3. */
  readonly vertices: readonly number[];
  /** 468 * 2, 0..1. */
  readonly uv: readonly number[];
  /** Vertex indices, three to a triangle. */
  readonly triangles: readonly number[];
  /** The 33 [vertex, weight] pairs from which the head pose is solved. */
  readonly basis: readonly (readonly [number, number])[];
}

/** Which mesh points the lips, eye and iris outputs of the attention mesh stand for; read from the npm package. */
export interface FaceTables {
  readonly lips: readonly number[];
  readonly leftEye: readonly number[];
  readonly rightEye: readonly number[];
  readonly leftIris: readonly number[];
  readonly rightIris: readonly number[];
  readonly canonical: CanonicalHead;
}

/** The networks of the room. Whoever loaded them closes them. */
export interface FaceNetworks {
  /** BlazeFace full range. `input` [1, 192, 192, 3], -1..1. */
  readonly detector: Network;
  /** Attention mesh. `input` [1, 192, 192, 3], 0..1. */
  readonly mesh: Network;
  /** dlib ResNet. `input` [1, 150, 150, 3], 0..255. */
  readonly identity?: Network;
  /** Apparent age. `input` [1, 112, 112, 3], 0..255. */
  readonly apparentAge?: Network;
  /** Selfie segmentation. `input` [1, 256, 256, 3], 0..1. */
  readonly person?: Network;
}
