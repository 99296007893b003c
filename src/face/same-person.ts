// Keeps track ids with their persons: when faces cross, when one comes back, when a track has slid onto someone else.

import { boxOverlap, boxSide, landmarkBox } from './region.ts';
import type { Box } from './region.ts';
import { identityDistance, OTHER_PERSON_DISTANCE, SAME_PERSON_DISTANCE } from './identity.ts';
import type { LostFace, Reference, Track } from './track-state.ts';

/** A reference is the mean of at most so many readings; then older ones fade. */
const REFERENCE_READINGS = 8;

/** Exchanging ids must bring the descriptors nearer by at least so much, summed over the two faces. */
const SWAP_GAIN = 0.2;
/** Taking back a lost id must bring the descriptor nearer by at least so much. */
const RECLAIM_GAIN = 0.15;

/** Without a clear descriptor, a face that comes up so near (in sizes) and so soon (frames) is the one that was lost. */
const NEAR_IN_SIZES = 1;
const SOON_FRAMES = 24;

/** A face that was lost within these frames and is found at its own place is the same up to this distance: it only moved
 * fast, and a blurred face gives a poor descriptor. */
const JUST_LOST_FRAMES = 2;
const JUST_LOST_DISTANCE = 0.8;

export function withReading(reference: Reference | null, descriptor: Float32Array, frameIndex: number): Reference {
  if (!reference) return { mean: descriptor, count: 1, readAt: frameIndex };
  const count = Math.min(REFERENCE_READINGS, reference.count + 1);
  return {
    mean: reference.mean.map((v, i) => v + (descriptor[i] - v) / count),
    count,
    readAt: frameIndex,
  };
}

/** Two tracks whose faces touch: their ids are in danger. Boxes are let out by a third of a face. */
export function areClose(a: Track, b: Track): boolean {
  return boxOverlap(letOut(landmarkBox(a.landmarks)), letOut(landmarkBox(b.landmarks))) > 0;
}

function letOut(box: Box): Box {
  const by = boxSide(box) / 6;
  return { left: box.left - by, top: box.top - by, right: box.right + by, bottom: box.bottom + by };
}

/** Would the two descriptors fit clearly better with each other's references? */
export function isSwapped(a: Track, descriptorA: Float32Array, b: Track, descriptorB: Float32Array): boolean {
  if (!a.reference || !b.reference) return false;
  const stay = identityDistance(descriptorA, a.reference.mean) + identityDistance(descriptorB, b.reference.mean);
  const swappedA = identityDistance(descriptorA, b.reference.mean);
  const swappedB = identityDistance(descriptorB, a.reference.mean);
  return Math.max(swappedA, swappedB) <= OTHER_PERSON_DISTANCE && swappedA + swappedB + SWAP_GAIN < stay;
}

/** The lost face that this descriptor belongs to rather than to `reference`; null when none does clearly. */
export function reclaimed(
  lost: readonly LostFace[],
  descriptor: Float32Array,
  reference: Reference | null,
): LostFace | null {
  const stay = reference ? identityDistance(descriptor, reference.mean) : Infinity;
  const best = nearestLost(lost, descriptor);
  if (!best || best.distance > SAME_PERSON_DISTANCE) return null;
  return best.distance + RECLAIM_GAIN < stay ? best.face : null;
}

/**
 * The lost face that has come back as a new detection: by descriptor where it is clear, else by place and time.
 *
 * @param descriptor - Null where identity is not measured.
 * @returns null for a newcomer.
 */
export function returned(
  lost: readonly LostFace[],
  box: Box,
  descriptor: Float32Array | null,
  frameIndex: number,
): LostFace | null {
  const near = lost
    .filter((face) => frameIndex - face.lostAt <= SOON_FRAMES && distanceInSizes(face.box, box) <= NEAR_IN_SIZES)
    .sort((a, b) => distanceInSizes(a.box, box) - distanceInSizes(b.box, box));
  if (!descriptor) return near[0] ?? null;
  const best = nearestLost(lost, descriptor);
  if (best && best.distance <= SAME_PERSON_DISTANCE) return best.face;
  if (best && best.distance <= OTHER_PERSON_DISTANCE && near.includes(best.face)) return best.face;
  return (
    near.find(({ reference, lostAt }) => {
      if (!reference) return true;
      if (frameIndex - lostAt > JUST_LOST_FRAMES) return false;
      return identityDistance(descriptor, reference.mean) <= JUST_LOST_DISTANCE;
    }) ?? null
  );
}

/** A descriptor that speaks against a reference. */
export function isUnlike(descriptor: Float32Array, reference: Reference | null): boolean {
  return reference !== null && identityDistance(descriptor, reference.mean) > OTHER_PERSON_DISTANCE;
}

function nearestLost(lost: readonly LostFace[], descriptor: Float32Array): { face: LostFace; distance: number } | null {
  let best: { face: LostFace; distance: number } | null = null;
  for (const face of lost) {
    if (!face.reference) continue;
    const distance = identityDistance(descriptor, face.reference.mean);
    if (!best || distance < best.distance) best = { face, distance };
  }
  return best;
}

function distanceInSizes(a: Box, b: Box): number {
  const dx = (a.left + a.right - b.left - b.right) / 2;
  const dy = (a.top + a.bottom - b.top - b.bottom) / 2;
  return Math.hypot(dx, dy) / Math.max(boxSide(a), boxSide(b));
}
