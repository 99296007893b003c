import { expect, it } from 'vitest';
import { canonicalLandmarks } from '../../test/canonical-face.ts';
import { applyAffine } from '../core/index.ts';
import { alignFace, alignPoints, CROP_TEMPLATE, cropPoints } from './align.ts';

it('carries a similar copy of the template onto the template', () => {
  const points = CROP_TEMPLATE.map(([x, y]) => [700 + 300 * x - 90 * y, 200 + 90 * x + 300 * y]);
  const m = alignPoints(points as never, 256);
  points.forEach(([x, y], i) => {
    const [u, v] = applyAffine(m, x, y);
    expect(u).toBeCloseTo(CROP_TEMPLATE[i][0] * 256, 6);
    expect(v).toBeCloseTo(CROP_TEMPLATE[i][1] * 256, 6);
  });
});

it('puts the eyes level, picture left to the left', () => {
  const landmarks = canonicalLandmarks({ pose: { yaw: 0, pitch: 0, roll: 35 }, scale: 20, at: [500, 500] });
  const m = alignFace(landmarks, 256);
  const [left, right, mouth] = cropPoints(landmarks).map(([x, y]) => applyAffine(m, x, y));
  expect(left[1]).toBeCloseTo(right[1], 0);
  expect(left[0]).toBeLessThan(right[0]);
  expect(mouth[1]).toBeGreaterThan(left[1] + 50);
});

it('refuses a face that is one point', () => {
  expect(() => alignFace(new Float32Array(478 * 3), 256)).toThrowError(
    expect.objectContaining({ code: 'face/degenerate' }),
  );
});
