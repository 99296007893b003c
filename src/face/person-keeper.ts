// The part of the tracker that reads descriptors: which id belongs to which face when tracks meet, jump or are in doubt.

import type { MeshLandmarks, Plate } from '../core/index.ts';
import type { IdentityReader } from './identity.ts';
import { identityDistance, OTHER_PERSON_DISTANCE } from './identity.ts';
import type { FaceTables } from './needs.ts';
import { freshAppearance } from './occlusion.ts';
import { headPose } from './pose.ts';
import { boxOverlap, landmarkBox } from './region.ts';
import { areClose, isSwapped, reclaimed, withReading } from './same-person.ts';
import type { LostFace, Track, TrackerState } from './track-state.ts';
import { addLost, loseTrack, removeLost } from './track-state.ts';

/** Two meshes whose boxes share this much lie on one face. */
export const SAME_FACE_OVERLAP = 0.5;

/** Descriptors are believed up to so many degrees of yaw. */
const FRONTAL_YAW = 35;
/** Frames between readings of an undisturbed face: 6, 12, ... up to this. */
const READING_PERIOD = 48;
/** So many readings in a row against the reference: it is someone else. */
const MAX_DOUBTS = 3;

/** Changes the tracker's state in place. Without an identity network it only merges. */
export class PersonKeeper {
  private readonly identity: IdentityReader | null;
  private readonly tables: FaceTables;
  private readonly startsFaded: boolean;

  constructor(identity: IdentityReader | null, tables: FaceTables, startsFaded: boolean) {
    this.identity = identity;
    this.tables = tables;
    this.startsFaded = startsFaded;
  }

  /** Null where identity is not measured, or the face is turned too far to be told. */
  async describe(plate: Plate, landmarks: MeshLandmarks): Promise<Float32Array | null> {
    if (!this.identity || Math.abs(headPose(landmarks, this.tables.canonical).yaw) > FRONTAL_YAW) return null;
    return this.identity.read(plate, landmarks);
  }

  /** Where two meshes have slid onto one face, the id that fits the face stays. */
  async merge(plate: Plate, state: TrackerState, seen: readonly Track[]): Promise<void> {
    for (const [a, b] of pairs(seen)) {
      if (!state.tracks.includes(a) || !state.tracks.includes(b)) continue;
      if (boxOverlap(landmarkBox(a.landmarks), landmarkBox(b.landmarks)) < SAME_FACE_OVERLAP) continue;
      loseTrack(state, await this.worseFit(plate, a, b));
    }
  }

  private async worseFit(plate: Plate, a: Track, b: Track): Promise<Track> {
    const better = a.score >= b.score ? a : b;
    const worse = better === a ? b : a;
    if (!this.identity || !a.reference || !b.reference)
      return a.hasJumped === b.hasJumped ? worse : a.hasJumped ? a : b;
    const descriptor = await this.identity.read(plate, better.landmarks);
    const toA = identityDistance(descriptor, a.reference.mean);
    return toA <= identityDistance(descriptor, b.reference.mean) ? b : a;
  }

  /** Reads who is there, where it is due or in danger, and sets ids right. */
  async check(plate: Plate, state: TrackerState, seen: readonly Track[]): Promise<void> {
    if (!this.identity) return;
    const close = pairs(seen).filter(([a, b]) => areClose(a, b));
    const touching = new Set(close.flat());
    const descriptors = new Map<Track, Float32Array>();
    for (const track of seen) {
      const isInDanger = touching.has(track) || track.hasJumped || track.doubts > 0;
      if (!isInDanger && !isReadingDue(track, state.frameIndex)) continue;
      const descriptor = await this.describe(plate, track.landmarks);
      if (descriptor) descriptors.set(track, descriptor);
    }
    for (const [a, b] of close) {
      const descriptorA = descriptors.get(a);
      const descriptorB = descriptors.get(b);
      if (descriptorA && descriptorB && isSwapped(a, descriptorA, b, descriptorB)) swapPersons(a, b);
    }
    for (const [track, descriptor] of descriptors) this.judge(state, track, descriptor, touching.has(track));
  }

  private judge(state: TrackerState, track: Track, descriptor: Float32Array, isTouching: boolean): void {
    const back = reclaimed(state.lost, descriptor, track.reference);
    if (back) {
      this.exchange(state, track, back, back.reference);
      return;
    }
    const distance = track.reference ? identityDistance(descriptor, track.reference.mean) : 0;
    if (distance <= OTHER_PERSON_DISTANCE) {
      track.doubts = 0;
      // another head or a hand in front spoils readings: they may decide, but not teach
      if (!isTouching) track.reference = withReading(track.reference, descriptor, state.frameIndex);
      return;
    }
    if (!isTouching && ++track.doubts >= MAX_DOUBTS) {
      this.exchange(state, track, null, withReading(null, descriptor, state.frameIndex));
    }
  }

  /** The track turns out to lie on someone else: one who was missing, or a newcomer. */
  private exchange(state: TrackerState, track: Track, back: LostFace | null, reference: Track['reference']): void {
    if (back) removeLost(state, back);
    addLost(state, track);
    track.trackId = back ? back.trackId : state.nextTrackId++;
    track.reference = reference;
    track.strength = this.startsFaded ? 0 : 1;
    track.doubts = 0;
    track.filter = null;
    track.appearance = freshAppearance();
  }
}

function isReadingDue({ reference }: Track, frameIndex: number): boolean {
  return !reference || frameIndex - reference.readAt >= Math.min(READING_PERIOD, 6 * reference.count);
}

/** Everything that belongs to the person, not to the place. */
function swapPersons(a: Track, b: Track): void {
  const { trackId, reference, doubts, filter, strength, appearance } = a;
  Object.assign(a, {
    trackId: b.trackId,
    reference: b.reference,
    doubts: b.doubts,
    filter: b.filter,
    strength: b.strength,
    appearance: b.appearance,
  });
  Object.assign(b, { trackId, reference, doubts, filter, strength, appearance });
}

function pairs<T>(items: readonly T[]): [T, T][] {
  return items.flatMap((a, i) => items.slice(i + 1).map((b): [T, T] => [a, b]));
}
