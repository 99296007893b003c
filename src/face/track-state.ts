// What the tracker remembers between frames, and the same as JSON, so that a killed render goes on bit for bit.

import type { MeshLandmarks } from '../core/index.ts';
import type { Appearance } from './occlusion.ts';
import { floatsToText, textToFloats } from './float-text.ts';
import type { OneEuroState } from './one-euro.ts';
import type { Box } from './region.ts';
import { landmarkBox } from './region.ts';

const MAX_LOST = 16;

/** What is known of the person behind a track. */
export interface Reference {
  /** Mean descriptor. */
  readonly mean: Float32Array;
  /** Descriptors in the mean. */
  readonly count: number;
  /** Frame of the last one. */
  readonly readAt: number;
}

/** A face that is followed. */
export interface Track {
  trackId: number;
  /** As the mesh gave them; they say where the mesh looks next. */
  landmarks: MeshLandmarks;
  score: number;
  /** 0..1: what live fading has reached; 1 at once when not live. */
  strength: number;
  reference: Reference | null;
  /** Readings in a row that spoke against the reference. */
  doubts: number;
  /** In this frame the mesh moved so far that it may lie on someone else now. */
  hasJumped: boolean;
  /** Live only. */
  filter: OneEuroState | null;
  /** What the face looks like when nothing is in front of it. */
  appearance: Appearance;
}

/** A face of this shot that is not seen at the moment. */
export interface LostFace {
  readonly trackId: number;
  readonly box: Box;
  readonly lostAt: number;
  readonly reference: Reference | null;
}

/** Mutable state of a tracker; all of it. */
export interface TrackerState {
  /** 0-based index of the frame that comes next. */
  frameIndex: number;
  nextTrackId: number;
  /** Live clock: time of the last frame. */
  lastSeconds: number;
  /** Frame of the last loss within this shot; -1 when nobody is missing. */
  lossAt: number;
  tracks: Track[];
  lost: LostFace[];
}

export function freshState(): TrackerState {
  return { frameIndex: 0, nextTrackId: 1, lastSeconds: 0, lossAt: -1, tracks: [], lost: [] };
}

/** JSON-able; float arrays as base64 text. */
export interface TrackerSnapshot {
  readonly version: 1;
  readonly frameIndex: number;
  readonly nextTrackId: number;
  readonly lastSeconds: number;
  readonly lossAt: number;
  readonly cutEdges: string | null;
  readonly tracks: readonly StoredTrack[];
  readonly lost: readonly StoredLostFace[];
}

interface StoredReference {
  readonly mean: string;
  readonly count: number;
  readonly readAt: number;
}

interface StoredTrack {
  readonly trackId: number;
  readonly landmarks: string;
  readonly score: number;
  readonly strength: number;
  readonly reference: StoredReference | null;
  readonly doubts: number;
  readonly hasJumped: boolean;
  readonly filter: { readonly values: string; readonly speeds: string; readonly scale: number } | null;
  readonly appearance: StoredAppearance;
}

/** As `Appearance`, its arrays as text. */
interface StoredAppearance {
  readonly mean: string;
  readonly variance: string;
  readonly seen: string;
  readonly hidden: string;
  readonly upset: number;
}

interface StoredLostFace {
  readonly trackId: number;
  readonly box: Box;
  readonly lostAt: number;
  readonly reference: StoredReference | null;
}

export function storeState(state: TrackerState, cutEdges: Float32Array | null): TrackerSnapshot {
  const { frameIndex, nextTrackId, lastSeconds, lossAt } = state;
  return {
    version: 1,
    frameIndex,
    nextTrackId,
    lastSeconds,
    lossAt,
    cutEdges: cutEdges && floatsToText(cutEdges),
    tracks: state.tracks.map(({ filter, appearance, ...track }) => ({
      ...track,
      appearance: storeAppearance(appearance),
      landmarks: floatsToText(track.landmarks),
      reference: storeReference(track.reference),
      filter: filter && {
        values: floatsToText(filter.values),
        speeds: floatsToText(filter.speeds),
        scale: filter.scale,
      },
    })),
    lost: state.lost.map((face) => ({ ...face, reference: storeReference(face.reference) })),
  };
}

/** @throws {RangeError} when the snapshot is of another version. */
export function readState(snapshot: TrackerSnapshot): { state: TrackerState; cutEdges: Float32Array | null } {
  if (snapshot.version !== 1) throw new RangeError(`tracker snapshot of version ${snapshot.version}, not 1`);
  const { frameIndex, nextTrackId, lastSeconds, lossAt } = snapshot;
  const state: TrackerState = {
    frameIndex,
    nextTrackId,
    lastSeconds,
    lossAt,
    tracks: snapshot.tracks.map(({ filter, appearance, ...track }) => ({
      ...track,
      appearance: readAppearance(appearance),
      landmarks: textToFloats(track.landmarks),
      reference: readReference(track.reference),
      filter: filter && {
        values: textToFloats(filter.values),
        speeds: textToFloats(filter.speeds),
        scale: filter.scale,
      },
    })),
    lost: snapshot.lost.map((face) => ({ ...face, reference: readReference(face.reference) })),
  };
  return { state, cutEdges: snapshot.cutEdges === null ? null : textToFloats(snapshot.cutEdges) };
}

function storeAppearance({ mean, variance, seen, hidden, upset }: Appearance): StoredAppearance {
  return {
    mean: floatsToText(mean),
    variance: floatsToText(variance),
    seen: floatsToText(seen),
    hidden: floatsToText(hidden),
    upset,
  };
}

function readAppearance({ mean, variance, seen, hidden, upset }: StoredAppearance): Appearance {
  return {
    mean: textToFloats(mean),
    variance: textToFloats(variance),
    seen: textToFloats(seen),
    hidden: textToFloats(hidden),
    upset,
  };
}

function storeReference(reference: Reference | null): StoredReference | null {
  return reference && { ...reference, mean: floatsToText(reference.mean) };
}

function readReference(stored: StoredReference | null): Reference | null {
  return stored && { ...stored, mean: textToFloats(stored.mean) };
}

/** A face leaves the tracks; it may come back. */
export function loseTrack(state: TrackerState, track: Track): void {
  state.tracks = state.tracks.filter((other) => other !== track);
  addLost(state, track);
}

/** Remembers the person of a track as missing from here on. */
export function addLost(state: TrackerState, { trackId, landmarks, reference }: Track): void {
  state.lost.push({ trackId, box: landmarkBox(landmarks), lostAt: state.frameIndex, reference });
  if (state.lost.length > MAX_LOST) state.lost.shift();
  state.lossAt = state.frameIndex;
}

/** A missing face was found. */
export function removeLost(state: TrackerState, face: LostFace): void {
  state.lost = state.lost.filter((other) => other !== face);
  if (state.lost.length === 0) state.lossAt = -1;
}
