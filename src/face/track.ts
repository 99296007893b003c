// Follows every face of a shot from plate to plate: the mesh looks where the face was, the detector looks for faces that
// are not followed, the descriptor keeps ids with their persons.

import type { HeadPose, MeshLandmarks, Plate, TrackedFace } from '../core/index.ts';
import { PlateCropper } from '../core/index.ts';
import { CutDetector } from './cut.ts';
import type { Detection } from './detect.ts';
import { detectionRegion, FaceDetector } from './detect.ts';
import { FADE_FRAMES, visibility } from './fade.ts';
import { identityDistance, IdentityReader } from './identity.ts';
import type { MeshPasses, MeshReading } from './mesh.ts';
import { MeshReader, MIN_MESH_SCORE } from './mesh.ts';
import type { FaceNetworks, FaceTables } from './needs.ts';
import { freshAppearance, OcclusionReader } from './occlusion.ts';
import { startOneEuro, stepOneEuro } from './one-euro.ts';
import { headPose } from './pose.ts';
import { boxOverlap, landmarkBox, landmarkRegion } from './region.ts';
import { PersonKeeper, SAME_FACE_OVERLAP } from './person-keeper.ts';
import { isUnlike, returned, withReading } from './same-person.ts';
import { planSearch } from './search-plan.ts';
import type { Track, TrackerSnapshot, TrackerState } from './track-state.ts';
import { freshState, loseTrack, readState, removeLost, storeState } from './track-state.ts';

/** A mesh whose box shares less with its own last one has jumped, perhaps onto someone else. */
const JUMP_OVERLAP = 0.45;
/** A face that stands so still while the whole picture changes, and is the same person, was lit anew, not cut away. */
const STILL_OVERLAP = 0.6;
const STILL_DISTANCE = 0.45;

/** Frames between looks for newcomers: a final can pay for more, and there a late start would be seen. */
const NEWCOMER_PERIOD = { live: 12, offline: 6 } as const;

export interface TrackerOptions {
  /** `live`: One Euro smoothing and fading as the frames come. `offline`: raw landmarks, for OfflineSmoother. */
  readonly mode: 'live' | 'offline';
  /** Frames per second, where `track` is not told the time. Default 24. */
  readonly frameRate?: number;
  /** Default 2. 1 is for live with little time. */
  readonly passes?: MeshPasses;
}

/** Not re-entrant: wait for each frame before the next. The networks stay their owner's. */
export class FaceTracker {
  /** Did the last plate start a new shot? True for the first plate too. */
  wasCut = false;

  private readonly options: Required<TrackerOptions>;
  private readonly tables: FaceTables;
  private readonly detector: FaceDetector;
  private readonly mesh: MeshReader;
  private readonly identity: IdentityReader | null;
  private readonly persons: PersonKeeper;
  private readonly occlusion: OcclusionReader;
  private readonly cuts = new CutDetector();
  private state: TrackerState = freshState();

  constructor(networks: FaceNetworks, tables: FaceTables, options: TrackerOptions) {
    const cropper = new PlateCropper();
    this.options = { frameRate: 24, passes: 2, ...options };
    this.tables = tables;
    this.detector = new FaceDetector(networks.detector, cropper);
    this.mesh = new MeshReader(networks.mesh, tables, cropper);
    this.identity = networks.identity ? new IdentityReader(networks.identity, cropper) : null;
    this.occlusion = new OcclusionReader(cropper);
    this.persons = new PersonKeeper(this.identity, tables, options.mode === 'live');
  }

  /**
   * Takes the next plate.
   *
   * @param atSeconds - Live: when the plate was taken; default: the frame rate's step after the last one.
   * @returns The faces seen, by track id; theirs to keep. Live also returns a face that was just lost, held where it was,
   * while it fades.
   */
  async track(plate: Plate, atSeconds?: number): Promise<TrackedFace[]> {
    const state = this.state;
    const looksNew = this.cuts.look(plate);
    const readings = await this.readTracks(plate);
    this.wasCut = looksNew && !(await this.isSameScene(plate, readings));
    if (this.wasCut) this.forgetShot();
    else this.follow(readings);
    await this.persons.merge(plate, this.state, this.seenTracks());
    await this.search(plate);
    await this.persons.check(plate, this.state, this.seenTracks());
    const seconds = atSeconds ?? (state.frameIndex === 0 ? 0 : state.lastSeconds + 1 / this.options.frameRate);
    const faces = this.report(plate, seconds - state.lastSeconds);
    state.lastSeconds = seconds;
    state.frameIndex++;
    return faces;
  }

  /** Mean descriptor of a face that is followed or missing; null where none was read. Not a copy. */
  descriptorOf(trackId: number): Float32Array | null {
    const known = [...this.state.tracks, ...this.state.lost].find((face) => face.trackId === trackId);
    return known?.reference?.mean ?? null;
  }

  /** All that is remembered, as JSON-able values: a tracker that restores it goes on bit for bit. */
  snapshot(): TrackerSnapshot {
    return storeState(this.state, this.cuts.snapshot());
  }

  /** @throws {RangeError} when the snapshot is of another version. */
  restore(snapshot: TrackerSnapshot): void {
    const { state, cutEdges } = readState(snapshot);
    this.state = state;
    this.cuts.restore(cutEdges);
  }

  private async readTracks(plate: Plate): Promise<Map<Track, MeshReading>> {
    const readings = new Map<Track, MeshReading>();
    for (const track of this.state.tracks) {
      readings.set(track, await this.mesh.settle(plate, landmarkRegion(track.landmarks), this.options.passes));
    }
    return readings;
  }

  private async isSameScene(plate: Plate, readings: Map<Track, MeshReading>): Promise<boolean> {
    for (const [track, { landmarks, score }] of readings) {
      if (score < MIN_MESH_SCORE || !track.reference || !this.identity) continue;
      if (boxOverlap(landmarkBox(track.landmarks), landmarkBox(landmarks)) < STILL_OVERLAP) continue;
      const descriptor = await this.identity.read(plate, landmarks);
      if (identityDistance(descriptor, track.reference.mean) <= STILL_DISTANCE) return true;
    }
    return false;
  }

  private forgetShot(): void {
    this.state.tracks = [];
    this.state.lost = [];
    this.state.lossAt = -1;
  }

  private follow(readings: Map<Track, MeshReading>): void {
    for (const [track, { landmarks, score }] of readings) {
      track.score = score;
      if (score < MIN_MESH_SCORE) {
        this.miss(track);
        continue;
      }
      track.hasJumped = boxOverlap(landmarkBox(track.landmarks), landmarkBox(landmarks)) < JUMP_OVERLAP;
      track.landmarks = landmarks;
    }
  }

  /** Live holds the face while it fades; offline it is lost at once. */
  private miss(track: Track): void {
    if (this.options.mode === 'live' && track.strength > fadeStep()) {
      if (this.state.lossAt < 0) this.state.lossAt = this.state.frameIndex;
      return;
    }
    loseTrack(this.state, track);
  }

  private async search(plate: Plate): Promise<void> {
    const { state } = this;
    const { regions, stopAtFirst } = planSearch(plate, {
      frameIndex: state.frameIndex,
      followed: this.seenTracks().length,
      sinceLoss: state.lossAt < 0 ? Infinity : state.frameIndex - state.lossAt,
      isNewShot: this.wasCut,
      newcomerPeriod: NEWCOMER_PERIOD[this.options.mode],
    });
    for (const region of regions) {
      let isFound = false;
      for (const detection of await this.detector.detectIn(plate, region)) {
        if (await this.admit(plate, detection)) isFound = true;
      }
      if (isFound && stopAtFirst) return;
    }
  }

  /** Starts, or starts again, to follow a detected face. False where it is followed already, or the mesh sees no face. */
  private async admit(plate: Plate, detection: Detection): Promise<boolean> {
    const followed = this.seenTracks().map((track) => landmarkBox(track.landmarks));
    if (followed.some((box) => isInside(detection, box))) return false;
    const { landmarks, score } = await this.mesh.settle(plate, detectionRegion(detection), this.options.passes, 2);
    const box = landmarkBox(landmarks);
    if (score < MIN_MESH_SCORE || followed.some((other) => boxOverlap(box, other) > SAME_FACE_OVERLAP)) return false;
    const held = this.state.tracks.find((track) => boxOverlap(landmarkBox(track.landmarks), box) > SAME_FACE_OVERLAP);
    if (held) Object.assign(held, { landmarks, score });
    else await this.start(plate, landmarks, score);
    return true;
  }

  private async start(plate: Plate, landmarks: MeshLandmarks, score: number): Promise<void> {
    const { state } = this;
    const descriptor = await this.persons.describe(plate, landmarks);
    const back = returned(state.lost, landmarkBox(landmarks), descriptor, state.frameIndex);
    if (back) removeLost(state, back);
    const reference = back?.reference ?? (descriptor && withReading(null, descriptor, state.frameIndex));
    state.tracks.push({
      trackId: back ? back.trackId : state.nextTrackId++,
      landmarks,
      score,
      strength: this.options.mode === 'live' ? 0 : 1,
      reference,
      // taken back by its place alone: the next readings tell whether it was somebody else who came in front
      doubts: back && descriptor && isUnlike(descriptor, back.reference) ? 1 : 0,
      hasJumped: false,
      filter: null,
      appearance: freshAppearance(),
    });
  }

  private report(plate: Plate, elapsedSeconds: number): TrackedFace[] {
    const faces = this.state.tracks.map((track) => {
      const landmarks = this.smoothed(track, elapsedSeconds);
      const pose = this.poseOf(landmarks);
      const seen = track.score >= MIN_MESH_SCORE;
      if (this.options.mode === 'live') {
        track.strength = Math.max(0, Math.min(1, track.strength + (seen ? fadeStep() : -fadeStep())));
      }
      // a held face fades from where it was: its last score was good
      const fade = track.strength * visibility(pose, seen ? track.score : 1);
      const occlusion = seen ? this.occlusion.read(plate, track.landmarks, track.appearance) : null;
      return { trackId: track.trackId, landmarks, score: track.score, pose, fade, ...(occlusion ? { occlusion } : {}) };
    });
    return faces.sort((a, b) => a.trackId - b.trackId);
  }

  private smoothed(track: Track, elapsedSeconds: number): MeshLandmarks {
    if (this.options.mode === 'offline') return track.landmarks.slice();
    track.filter = track.filter
      ? stepOneEuro(track.filter, track.landmarks, Math.max(elapsedSeconds, 1e-3))
      : startOneEuro(track.landmarks);
    return track.filter.values.slice();
  }

  private poseOf(landmarks: MeshLandmarks): HeadPose {
    return headPose(landmarks, this.tables.canonical);
  }

  /** Without the faces that live only holds while they fade. */
  private seenTracks(): Track[] {
    return this.state.tracks.filter((track) => track.score >= MIN_MESH_SCORE);
  }
}

function fadeStep(): number {
  return 1 / (FADE_FRAMES + 1);
}

function isInside({ box }: Detection, { left, top, right, bottom }: ReturnType<typeof landmarkBox>): boolean {
  const x = (box.left + box.right) / 2;
  const y = (box.top + box.bottom) / 2;
  return x > left && x < right && y > top && y < bottom;
}
