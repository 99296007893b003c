import { describe, expect, it } from 'vitest';
import { canonicalLandmarks, tables } from '../../test/canonical-face.ts';
import { fitHead, headPose } from './pose.ts';

const NOSE_TIP = 4;
const CHIN = 152;

describe('headPose', () => {
  it.each([
    [0, 0, 0],
    [30, 0, 0],
    [-55, 0, 0],
    [0, 25, 0],
    [0, 0, -40],
    [20, -15, 10],
    [-35, 10, 120],
  ])('reads yaw %d, pitch %d, roll %d back', (yaw, pitch, roll) => {
    const pose = headPose(
      canonicalLandmarks({ pose: { yaw, pitch, roll }, scale: 13, at: [400, 300] }),
      tables.canonical,
    );
    expect(pose.yaw).toBeCloseTo(yaw, 2);
    expect(pose.pitch).toBeCloseTo(pitch, 2);
    expect(pose.roll).toBeCloseTo(roll, 2);
  });

  it('has the signs that core promises', () => {
    const front = canonicalLandmarks({ pose: { yaw: 0, pitch: 0, roll: 0 }, scale: 10, at: [0, 0] });
    const right = canonicalLandmarks({ pose: { yaw: 20, pitch: 0, roll: 0 }, scale: 10, at: [0, 0] });
    const down = canonicalLandmarks({ pose: { yaw: 0, pitch: 20, roll: 0 }, scale: 10, at: [0, 0] });
    const clockwise = canonicalLandmarks({ pose: { yaw: 0, pitch: 0, roll: 20 }, scale: 10, at: [0, 0] });
    expect(right[NOSE_TIP * 3]).toBeGreaterThan(front[NOSE_TIP * 3]);
    expect(down[NOSE_TIP * 3 + 1]).toBeGreaterThan(front[NOSE_TIP * 3 + 1]);
    // the chin of a head that leans clockwise swings to picture left
    expect(clockwise[CHIN * 3]).toBeLessThan(front[CHIN * 3]);
  });

  it('fits scale and place', () => {
    const landmarks = canonicalLandmarks({ pose: { yaw: 12, pitch: 5, roll: -8 }, scale: 7.5, at: [123, 456] });
    const { scale, offset } = fitHead(landmarks, tables.canonical);
    expect(scale).toBeCloseTo(7.5, 4);
    expect(offset[0]).toBeCloseTo(123, 2);
    expect(offset[1]).toBeCloseTo(-456, 2);
  });
});
