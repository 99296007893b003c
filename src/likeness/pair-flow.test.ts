import { describe, expect, it } from 'vitest';
import type { Point } from '../core/index.ts';
import { stillCrop } from './crop-jitter.ts';
import { FLOW_REDUCTION, PairFlow } from './pair-flow.ts';

const SIZE = 128;
const SIDE = SIZE / FLOW_REDUCTION;

/** 68 points scattered over the face, the eyes and the mouth where the crop wants them. */
function face(move: (p: Point) => Point): Point[] {
  const points = Array.from({ length: 68 }, (_, i): Point => [30 + ((i * 37) % 70), 35 + ((i * 53) % 70)]);
  return points.map(move);
}

function drawn(source: Point[], target: Point[]): { flow: Float32Array; belief: Float32Array } {
  const [flow, belief] = [new Float32Array(2 * SIDE * SIDE), new Float32Array(SIDE * SIDE)];
  // eyes and mouth of the aligned template: picture and crop are one
  const crop = stillCrop(
    [
      [0.37 * SIZE, 0.42 * SIZE],
      [0.63 * SIZE, 0.42 * SIZE],
      [0.5 * SIZE, 0.69 * SIZE],
    ],
    SIZE,
  );
  new PairFlow(SIZE).draw(source, target, crop, flow, belief);
  return { flow, belief };
}

describe('PairFlow', () => {
  it('leads from the truth back to the plate', () => {
    const still = face((p) => p);
    const { flow, belief } = drawn(
      still,
      face(([x, y]) => [x + 3, y - 2]),
    );
    for (let i = 0; i < belief.length; i++) {
      if (belief[i] < 0.5) continue;
      expect(flow[i]).toBeCloseTo(-3, 1);
      expect(flow[belief.length + i]).toBeCloseTo(2, 1);
    }
  });

  it('says nothing where nothing moved, and is believed near landmarks only', () => {
    const still = face((p) => p);
    const { flow, belief } = drawn(still, still);
    for (const v of flow) expect(Math.abs(v)).toBeLessThan(0.02);
    expect(Math.max(...belief)).toBeGreaterThan(0.9);
    expect(belief[0]).toBeLessThan(1e-3);
  });
});
