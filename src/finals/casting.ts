// Casting: which track of a clip is which performer. Decided once per track, from the descriptors that lie ahead as much as
// from those behind, and changed only by several in a row; a pure function of what was seen up to `lookahead` frames after
// the frame that is asked for, so that a resumed render casts as an uninterrupted one.

import type { TrackedFace } from '../core/index.ts';
import { eyeDistance } from '../core/index.ts';
import { FADE_FRAMES, identityDistance, SAME_PERSON_DISTANCE } from '../face/index.ts';
import { SlipWatch } from './slip-watch.ts';

export interface Verdict {
  readonly performer: string;
  /** L2 distance of descriptors to the nearest reference; compared between tracks only. */
  readonly distance: number;
}

export type CastingRule =
  /** Performers are known by descriptor (a career library). null: nobody that is enrolled. */
  | { readonly kind: 'enrolled'; readonly whoIs: (descriptor: Float32Array) => Verdict | null }
  /** No library: the most prominent face where the first faces are seen, and whoever looks like it later. */
  | { readonly kind: 'principal'; readonly performer: string }
  /** No library: every face. */
  | { readonly kind: 'everyone'; readonly performer: string };

/** What tracking says of one plate. */
export interface PlateTracks {
  readonly frameIndex: number;
  /** This plate begins a new shot; true for the first plate of a clip too. */
  readonly isCut: boolean;
  /** As tracked, before smoothing. */
  readonly faces: readonly TrackedFace[];
  /** Descriptors that are new since the plate before. */
  readonly descriptors: readonly { readonly trackId: number; readonly descriptor: Float32Array }[];
}

export interface CastFace {
  readonly performer: string;
  /** 0..1: below 1 beside a place where the casting of the track changes. */
  readonly share: number;
}

/** So many first readings of a track decide by majority; so many in a row against the decision change it. */
const FIRST_READINGS = 5;
const CONTRARY_READINGS = 3;
/** References that are kept of the principal, and how near a reading of a later track must be to become one. */
const MAX_REFERENCES = 24;
const SURELY_SAME_DISTANCE = 0.4;

interface Reading {
  readonly frameIndex: number;
  readonly descriptor: Float32Array;
  /** Given when it is known whom to compare with; then kept. */
  verdict: Verdict | null;
}

interface TrackHistory {
  readonly firstFrame: number;
  /** Sum of eye distances within `lookahead` of the first faces of the clip. */
  prominence: number;
  readonly readings: Reading[];
}

/** From `from` on the track is this performer; null: nobody who is enrolled. */
interface Segment {
  readonly from: number;
  readonly performer: string | null;
  /** Median distance of the readings that decided. */
  readonly distance: number;
}

export class Casting {
  private readonly rule: CastingRule;
  private readonly lookahead: number;
  private readonly tracks = new Map<number, TrackHistory>();
  private firstFaceAt = -1;
  private principal = -1;
  private readonly references: Float32Array[] = [];
  private readonly slips: SlipWatch;
  /** Readings from before the principal was chosen. */
  private unjudged: { readonly trackId: number; readonly reading: Reading }[] = [];

  constructor(rule: CastingRule, lookahead: number) {
    this.rule = rule;
    this.lookahead = lookahead;
    this.slips = new SlipWatch(lookahead);
  }

  /** Takes what was tracked on the next plate. */
  see(tracks: PlateTracks): void {
    const { frameIndex, faces, descriptors } = tracks;
    this.slips.see(tracks);
    for (const face of faces) this.seeFace(face, frameIndex);
    for (const { trackId, descriptor } of descriptors) {
      const reading: Reading = { frameIndex, descriptor, verdict: null };
      this.tracks.get(trackId)?.readings.push(reading);
      this.unjudged.push({ trackId, reading });
    }
    if (this.rule.kind !== 'principal' || (this.firstFaceAt >= 0 && frameIndex >= this.firstFaceAt + this.lookahead))
      this.judgeAll();
  }

  /**
   * Who is who on one plate. Only tracks that are cast are in the answer: at most one per performer where performers are
   * known by their library.
   *
   * @param frameIndex - All plates up to `lookahead` after it, or to the end of the clip, have been seen.
   */
  castOn(frameIndex: number, trackIds: readonly number[]): Map<number, CastFace> {
    this.judgeAll();
    const cast = new Map<number, CastFace>();
    const nearest = new Map<string, { trackId: number; distance: number }>();
    for (const trackId of trackIds) {
      const found = this.segmentOf(trackId, frameIndex);
      if (!found?.segment.performer || this.slips.hasSlipped(trackId, frameIndex)) continue;
      const { performer, distance } = found.segment;
      cast.set(trackId, { performer, share: found.share });
      const other = nearest.get(performer);
      if (this.rule.kind === 'enrolled' && other) cast.delete(other.distance <= distance ? trackId : other.trackId);
      if (!other || distance < other.distance) nearest.set(performer, { trackId, distance });
    }
    return cast;
  }

  private seeFace(face: TrackedFace, frameIndex: number): void {
    if (this.firstFaceAt < 0) this.firstFaceAt = frameIndex;
    let track = this.tracks.get(face.trackId);
    if (!track) {
      track = { firstFrame: frameIndex, prominence: 0, readings: [] };
      this.tracks.set(face.trackId, track);
    }
    if (frameIndex <= this.firstFaceAt + this.lookahead) track.prominence += eyeDistance(face.landmarks);
  }

  private judgeAll(): void {
    if (this.rule.kind === 'principal' && this.principal < 0) this.choosePrincipal();
    for (const { trackId, reading } of this.unjudged) reading.verdict = this.judge(trackId, reading.descriptor);
    this.unjudged = [];
  }

  /** The longest and nearest of the first faces. */
  private choosePrincipal(): void {
    const [best] = [...this.tracks].sort(([, a], [, b]) => b.prominence - a.prominence);
    if (!best) return;
    this.principal = best[0];
    this.references.push(...best[1].readings.slice(0, MAX_REFERENCES).map((reading) => reading.descriptor));
  }

  private judge(trackId: number, descriptor: Float32Array): Verdict | null {
    const { rule, references } = this;
    if (rule.kind === 'enrolled') return rule.whoIs(descriptor);
    if (rule.kind === 'everyone') return { performer: rule.performer, distance: 0 };
    const isPrincipal = trackId === this.principal;
    const distance = isPrincipal ? 0 : Math.min(...references.map((known) => identityDistance(known, descriptor)));
    const isNew = references.length < MAX_REFERENCES && !references.includes(descriptor);
    if (distance <= SURELY_SAME_DISTANCE && isNew) references.push(descriptor);
    return distance <= SAME_PERSON_DISTANCE ? { performer: rule.performer, distance } : null;
  }

  private segmentOf(trackId: number, frameIndex: number): { segment: Segment; share: number } | null {
    const track = this.tracks.get(trackId);
    if (!track) return null;
    const { rule } = this;
    if (rule.kind === 'everyone' || (rule.kind === 'principal' && trackId === this.principal)) {
      return { segment: { from: track.firstFrame, performer: rule.performer, distance: 0 }, share: 1 };
    }
    const segments = decide(track, frameIndex + this.lookahead, this.lookahead);
    const at = segments.findLastIndex((segment) => segment.from <= frameIndex);
    if (at < 0) return null;
    const segment = segments[at];
    const since = segment.from > track.firstFrame ? frameIndex - segment.from + 1 : Infinity;
    const until = at + 1 < segments.length ? segments[at + 1].from - frameIndex : Infinity;
    return { segment, share: Math.min(1, Math.min(since, until) / (FADE_FRAMES + 1)) };
  }
}

/** All decisions on a track that readings up to `known` allow, in order. */
function decide(track: TrackHistory, known: number, lookahead: number): Segment[] {
  const readings = track.readings.filter((reading) => reading.frameIndex <= known);
  if (readings.length === 0) return [];
  const firstReading = readings[0].frameIndex;
  const isInTime = firstReading <= track.firstFrame + lookahead;
  const opensAt = isInTime ? track.firstFrame : firstReading;
  const first = readings.slice(0, FIRST_READINGS).filter((reading) => reading.frameIndex <= opensAt + lookahead);
  const segments: Segment[] = [{ from: opensAt, ...majority(first) }];
  let contrary: Reading[] = [];
  for (const reading of readings.slice(first.length)) {
    const performer = reading.verdict?.performer ?? null;
    const current = segments[segments.length - 1].performer;
    if (performer === current) contrary = [];
    else if (contrary.length > 0 && (contrary[0].verdict?.performer ?? null) !== performer) contrary = [reading];
    else contrary.push(reading);
    if (contrary.length < CONTRARY_READINGS) continue;
    // what was rendered before this could be known stays as it was
    const from = Math.max(contrary[0].frameIndex, reading.frameIndex - lookahead);
    segments.push({ from, ...majority(contrary) });
    contrary = [];
  }
  return segments;
}

/** The most frequent verdict; of equals the one that names somebody, then the nearer. */
function majority(readings: readonly Reading[]): { performer: string | null; distance: number } {
  const names = new Map<string | null, number[]>();
  for (const { verdict } of readings) {
    const name = verdict?.performer ?? null;
    names.set(name, [...(names.get(name) ?? []), verdict?.distance ?? Infinity]);
  }
  const [[performer, distances]] = [...names].sort(
    ([, a], [, b]) => b.length - a.length || Math.min(...a) - Math.min(...b),
  );
  return { performer, distance: distances.sort((a, b) => a - b)[distances.length >> 1] };
}
