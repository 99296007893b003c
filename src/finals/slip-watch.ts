// A track can slide onto a passer-by for a few frames before the tracker sees who it is and gives the face another id. Looking
// ahead, those frames are known before they are made, and nobody is cast there.

import type { Box } from '../face/index.ts';
import { boxOverlap, landmarkBox } from '../face/index.ts';
import type { PlateTracks } from './casting.ts';

/** A new id on a face that shares this much with one that is gone: the id was changed, the face was not. */
const SAME_PLACE = 0.5;
/** Between two frames a box that shares less with its last one has jumped. */
const JUMP_OVERLAP = 0.45;
/** Readings that the tracker asks for, one per frame, before it changes an id. */
const DOUBTED_FRAMES = 3;

interface SeenFrame {
  readonly frameIndex: number;
  readonly boxes: ReadonlyMap<number, Box>;
}

export class SlipWatch {
  private readonly lookahead: number;
  /** Up to `lookahead` frames, oldest first. */
  private recent: SeenFrame[] = [];
  /** By track: the frames [from, to) in which it lay on somebody else. */
  private readonly slips = new Map<number, { readonly from: number; readonly to: number }[]>();

  constructor(lookahead: number) {
    this.lookahead = lookahead;
  }

  see({ frameIndex, isCut, faces }: PlateTracks): void {
    if (isCut) this.recent = [];
    const boxes = new Map(faces.map((face) => [face.trackId, landmarkBox(face.landmarks)]));
    const before = this.recent.at(-1)?.boxes ?? new Map<number, Box>();
    for (const [gone, box] of before) {
      if (boxes.has(gone)) continue;
      const isRenamed = [...boxes].some(([id, other]) => !before.has(id) && boxOverlap(box, other) > SAME_PLACE);
      if (isRenamed) this.note(gone, { from: this.jumpOf(gone, frameIndex), to: frameIndex });
    }
    this.recent = [...this.recent, { frameIndex, boxes }].slice(-Math.max(1, this.lookahead));
  }

  hasSlipped(trackId: number, frameIndex: number): boolean {
    return (this.slips.get(trackId) ?? []).some(({ from, to }) => frameIndex >= from && frameIndex < to);
  }

  private note(trackId: number, slip: { readonly from: number; readonly to: number }): void {
    this.slips.set(trackId, [...(this.slips.get(trackId) ?? []), slip]);
  }

  /** The frame in which the track left its own face. */
  private jumpOf(trackId: number, end: number): number {
    for (let i = this.recent.length - 1; i > 0; i--) {
      const [was, is] = [this.recent[i - 1].boxes.get(trackId), this.recent[i].boxes.get(trackId)];
      if (was && is && boxOverlap(was, is) < JUMP_OVERLAP) return this.recent[i].frameIndex;
    }
    return end - DOUBTED_FRAMES;
  }
}
