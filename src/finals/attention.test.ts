import { describe, expect, it } from 'vitest';
import { findAttention } from './attention.ts';
import type { FaceRow, FrameRow } from './frame-row.ts';

const MS = { track: 1, crop: 1, predict: 1, matte: 1, apply: 1, outputs: 1 };

function row(frameIndex: number, face: Partial<FaceRow> | null, more: Partial<FrameRow> = {}): FrameRow {
  const plain: FaceRow = {
    trackId: 1,
    performer: 'Mara',
    score: 1,
    yaw: 0,
    pitch: 0,
    roll: 0,
    eyeDistancePx: 100,
    fade: 1,
    strength: 1,
    targetAge: 35,
    meanChange: 0.03,
  };
  return {
    frameIndex,
    timecode: null,
    isCut: frameIndex === 0,
    isDamaged: false,
    sha256: '',
    faces: face ? [{ ...plain, ...face }] : [],
    ms: MS,
    ...more,
  };
}

describe('findAttention', () => {
  it('has nothing to say of a plain clip', () => {
    expect(findAttention(Array.from({ length: 30 }, (_, i) => row(i, {})))).toEqual([]);
  });

  it('flags a face that fades and leaves, for a second and not for the rest of the clip', () => {
    const rows = Array.from({ length: 80 }, (_, i) => row(i, i < 20 ? { fade: i < 15 ? 1 : 0.5 } : null));
    expect(findAttention(rows)).toEqual([{ from: 15, to: 44, reasons: ['lost', 'fading'], worstFrame: 20 }]);
  });

  it('does not call it a loss when the shot ends', () => {
    const rows = Array.from({ length: 20 }, (_, i) => row(i, i < 10 ? {} : null, i === 10 ? { isCut: true } : {}));
    expect(findAttention(rows)).toEqual([]);
  });

  it('puts the worst first and joins frames that lie close', () => {
    const rows = Array.from({ length: 60 }, (_, i) =>
      row(i, { yaw: i === 5 || i === 7 ? -58 : 0 }, i === 40 ? { isDamaged: true } : {}),
    );
    expect(findAttention(rows)).toEqual([
      { from: 40, to: 41, reasons: ['damaged'], worstFrame: 40 },
      { from: 5, to: 8, reasons: ['profile'], worstFrame: 5 },
    ]);
  });

  it('sees a frame whose change stands out', () => {
    const rows = Array.from({ length: 20 }, (_, i) => row(i, { meanChange: i === 9 ? 0.06 : 0.03 }));
    expect(findAttention(rows)).toEqual([{ from: 9, to: 10, reasons: ['jump'], worstFrame: 9 }]);
  });

  it('does not call it a jump where keyframes ask for more and more', () => {
    const rows = Array.from({ length: 10 }, (_, i) => row(i, { targetAge: 60 - 3 * i, meanChange: 0.006 * i }));
    expect(findAttention(rows)).toEqual([]);
  });

  it('leaves faces alone that nobody asked for', () => {
    expect(findAttention([row(0, { performer: null, meanChange: null, yaw: 80, score: 0.6, fade: 0 })])).toEqual([]);
  });
});
