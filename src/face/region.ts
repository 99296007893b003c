// Square, turned regions of the plate around a face, and how much two faces' boxes cover each other.

import type { MeshLandmarks, Region } from '../core/index.ts';

/** Upright box in plate pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The mesh was taught on regions this many times the longest side of the face's box. */
const REGION_PER_BOX = 1.5;

/** Outer eye corners, picture left and right. */
const LEFT_CORNER = 33;
const RIGHT_CORNER = 263;

/** The surface of the face ends here; 468 to 477 are the irises. */
export const SURFACE_POINTS = 468;

export function landmarkBox(landmarks: MeshLandmarks): Box {
  let left = Infinity;
  let top = Infinity;
  let right = -Infinity;
  let bottom = -Infinity;
  for (let i = 0; i < SURFACE_POINTS; i++) {
    const x = landmarks[i * 3];
    const y = landmarks[i * 3 + 1];
    if (x < left) left = x;
    if (x > right) right = x;
    if (y < top) top = y;
    if (y > bottom) bottom = y;
  }
  return { left, top, right, bottom };
}

/** The longer side, in plate pixels. */
export function boxSide(box: Box): number {
  return Math.max(box.right - box.left, box.bottom - box.top);
}

/** Square around the box, turned so that a line with this slope becomes level. */
export function regionAround(box: Box, angleRadians: number, scale: number = REGION_PER_BOX): Region {
  return {
    cx: (box.left + box.right) / 2,
    cy: (box.top + box.bottom) / 2,
    side: scale * boxSide(box),
    angleRadians,
  };
}

/** Slope of the line through the outer eye corners. */
export function eyeLineAngle(landmarks: MeshLandmarks): number {
  return Math.atan2(
    landmarks[RIGHT_CORNER * 3 + 1] - landmarks[LEFT_CORNER * 3 + 1],
    landmarks[RIGHT_CORNER * 3] - landmarks[LEFT_CORNER * 3],
  );
}

/** Where the mesh looks next: around the landmarks, eyes level. `scale` is of the landmark box. */
export function landmarkRegion(landmarks: MeshLandmarks, scale: number = REGION_PER_BOX): Region {
  return regionAround(landmarkBox(landmarks), eyeLineAngle(landmarks), scale);
}

/** Intersection over union, 0..1. */
export function boxOverlap(a: Box, b: Box): number {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (boxArea(a) + boxArea(b) - shared);
}

function boxArea(box: Box): number {
  return (box.right - box.left) * (box.bottom - box.top);
}
