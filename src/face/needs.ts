// What the room needs from outside: loaded networks and the tables that say what their numbers mean.

import type { Network } from '../core/index.ts';
import type { CanonicalHead, RefinementTables } from '../onnx/index.ts';

/** What the numbers of the mesh network mean: which points its part outputs stand for, and the head at rest. */
export interface FaceTables extends RefinementTables {
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
