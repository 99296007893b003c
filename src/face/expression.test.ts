import { expect, it } from 'vitest';
import { canonicalLandmarks, tables } from '../../test/canonical-face.ts';
import { EXPRESSION_NAMES, meshInHeadSpace, readExpression } from './expression.ts';

const FRONT = { pose: { yaw: 0, pitch: 0, roll: 0 }, scale: 14, at: [300, 300] } as const;
const TURNED = { pose: { yaw: 28, pitch: -12, roll: 9 }, scale: 31, at: [900, 200] } as const;

it('is the same from any side and distance', () => {
  const front = readExpression(canonicalLandmarks(FRONT), tables);
  const turned = readExpression(canonicalLandmarks(TURNED), tables);
  for (const name of EXPRESSION_NAMES) expect(turned[name]).toBeCloseTo(front[name], 3);
});

it('carries the mesh back into head space', () => {
  const mesh = meshInHeadSpace(canonicalLandmarks(TURNED), tables.canonical);
  tables.canonical.vertices.forEach((v, i) => expect(mesh[i]).toBeCloseTo(v, 3));
});

it('sees a mouth that opens, and nothing else', () => {
  const vertices = [...tables.canonical.vertices];
  vertices[14 * 3 + 1] -= 1.3;
  const before = readExpression(canonicalLandmarks(FRONT), tables);
  const after = readExpression(canonicalLandmarks(FRONT, vertices), tables);
  expect(after.mouthOpen).toBeGreaterThan(before.mouthOpen + 0.15);
  for (const name of EXPRESSION_NAMES.filter((n) => n !== 'mouthOpen')) {
    expect(after[name]).toBeCloseTo(before[name], 6);
  }
});
