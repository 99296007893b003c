import { describe, expect, it } from 'vitest';
import { canonicalLandmarks, tables } from '../../test/canonical-face.ts';
import { randomNumbers } from '../../test/composed-plate.ts';
import type { TrackedFace } from '../core/index.ts';
import type { RawFrame } from './smooth.ts';
import { LOOKAHEAD, OfflineSmoother, smoothTracks } from './smooth.ts';

/** A face whose head is at x; about 100 px between the eyes. */
function face(x: number, trackId = 1): TrackedFace {
  const pose = { yaw: 0, pitch: 0, roll: 0 };
  return { trackId, landmarks: canonicalLandmarks({ pose, scale: 15, at: [x, 400] }), score: 1, pose, fade: 1 };
}

function frames(count: number, facesAt: (i: number) => TrackedFace[], cutsAt: readonly number[] = [0]): RawFrame[] {
  return Array.from({ length: count }, (_, i) => ({ faces: facesAt(i), isCut: cutsAt.includes(i) }));
}

const fades = (out: readonly (readonly TrackedFace[])[]): (number | null)[] =>
  out.map(([first]) => (first ? Number(first.fade.toFixed(3)) : null));

/** How far the face moves from frame to frame, summed; px. */
function shake(out: readonly (readonly TrackedFace[])[]): number {
  return out
    .slice(5, 35)
    .reduce((sum, [{ landmarks }], i) => sum + Math.abs(landmarks[12] - out[i + 4][0].landmarks[12]), 0);
}

describe('smoothTracks', () => {
  it('neither lags nor leads a steady motion, to the very ends', () => {
    const raw = frames(20, (i) => [face(300 + 9 * i)]);
    smoothTracks(raw, tables).forEach(([{ landmarks }], i) => {
      expect(landmarks[12]).toBeCloseTo(raw[i].faces[0].landmarks[12], 2);
    });
  });

  it('calms trembling', () => {
    const random = randomNumbers(9);
    const raw = frames(40, () => [face(300 + 4 * (random() - 0.5))]);
    expect(shake(smoothTracks(raw, tables))).toBeLessThan(0.5 * shake(raw.map(({ faces }) => faces)));
  });

  it('gives full strength from the first frame of a shot to its last', () => {
    const out = smoothTracks(
      frames(16, (i) => [face(i < 8 ? 300 : 900, i < 8 ? 1 : 2)], [0, 8]),
      tables,
    );
    expect(fades(out)).toEqual(Array.from({ length: 16 }, () => 1));
  });

  it('never mixes two shots, even where an id goes on', () => {
    const out = smoothTracks(
      frames(16, (i) => [face(i < 8 ? 300 : 330)], [0, 8]),
      tables,
    );
    expect(out[7][0].landmarks[12]).toBe(face(300).landmarks[12]);
    expect(out[8][0].landmarks[12]).toBe(face(330).landmarks[12]);
  });

  it('never mixes across a jump that the plate did not show', () => {
    const out = smoothTracks(
      frames(16, (i) => [face((i < 8 ? 300 : 360) + i * 0.1)]),
      tables,
    );
    expect(out[7][0].landmarks[12]).toBeLessThan(face(301).landmarks[12]);
    expect(out[8][0].landmarks[12]).toBeGreaterThan(face(360).landmarks[12]);
  });

  it('fades out before a loss within a shot, and in after the face has come back', () => {
    const out = smoothTracks(
      frames(24, (i) => (i >= 10 && i < 13 ? [] : [face(300)])),
      tables,
    );
    const rise = [1, 2, 3, 4, 5].map((n) => Number((n / 6).toFixed(3)));
    expect(fades(out).slice(3, 20)).toEqual([1, 1, ...rise.toReversed(), null, null, null, ...rise, 1, 1]);
  });
});

describe('OfflineSmoother', () => {
  const raw = frames(30, (i) => (i === 11 || i === 12 ? [] : [face(300 + 20 * Math.sin(i), 1)]), [0, 20]);

  it('gives frames out after the lookahead, in order', () => {
    const smoother = new OfflineSmoother(tables);
    const first = raw.map((frame) => smoother.push(frame)).findIndex((faces) => faces !== null);
    expect(first).toBe(LOOKAHEAD);
    expect(smoother.flush()).toHaveLength(LOOKAHEAD);
  });

  it.each([1, 4, 9, 13, 18, 22, 29])('resumes at frame %d with the same faces', (start) => {
    const whole = smoothTracks(raw, tables);
    const smoother = new OfflineSmoother(tables, raw.slice(Math.max(0, start - LOOKAHEAD), start));
    const rest = raw.slice(start).flatMap((frame) => {
      const faces = smoother.push(frame);
      return faces ? [faces] : [];
    });
    expect([...rest, ...smoother.flush()]).toEqual(whole.slice(start));
  });
});
