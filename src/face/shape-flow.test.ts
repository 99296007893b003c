import { describe, expect, it } from 'vitest';
import { CARRY_POINTS } from './carry-points.ts';
import { SHAPE_REDUCTION, SHAPE_UNIT, ShapeFlow, pointsAtAge } from './shape-flow.ts';

const SIZE = 128;
const SIDE = SIZE / SHAPE_REDUCTION;
const UNIT = SHAPE_UNIT * SIZE;

/** Points scattered over the middle of the crop. */
function face(): Float32Array {
  return Float32Array.from({ length: 2 * CARRY_POINTS.length }, (_, i) =>
    i % 2 === 0 ? 38 + ((i * 37) % 52) : 40 + ((i * 29) % 56),
  );
}

function mapped(points: Float32Array, map: (x: number, y: number) => readonly [number, number]): Float32Array {
  return points.map((_, i) => map(points[i & ~1], points[i | 1])[i & 1]);
}

function drawn(source: Float32Array, target: Float32Array): { flow: Float32Array; known: Float32Array } {
  const [flow, known] = [new Float32Array(2 * SIDE * SIDE), new Float32Array(SIDE * SIDE)];
  new ShapeFlow(SIZE).draw(source, target, flow, known);
  return { flow, known };
}

describe('ShapeFlow', () => {
  it('leads from the re-aged face back to the plate, in its unit, and fades where nothing is known', () => {
    const source = face();
    const { flow, known } = drawn(
      source,
      mapped(source, (x, y) => [x + 3, y - 2]),
    );
    expect(known[(SIDE / 2) * SIDE + SIDE / 2]).toBe(1);
    expect(known[0]).toBe(0);
    for (let i = 0; i < known.length; i++) {
      expect(flow[i] * UNIT).toBeCloseTo(-3 * known[i], 3);
      expect(flow[i + known.length] * UNIT).toBeCloseTo(2 * known[i], 3);
    }
  });

  it('passes near the points of a change that differs over the face', () => {
    const source = face();
    const grown = mapped(source, (x, y) => [x + 4 * Math.sin(y / 20), y + 3 * Math.cos(x / 25)]);
    const { flow } = drawn(source, grown);
    const off: number[] = [];
    for (let i = 36; i < 2 * 69; i += 2) {
      const at = Math.floor(grown[i + 1] / SHAPE_REDUCTION) * SIDE + Math.floor(grown[i] / SHAPE_REDUCTION);
      off.push(Math.hypot(grown[i] + UNIT * flow[at] - source[i], grown[i + 1] + UNIT * flow[at + SIDE * SIDE] - source[i + 1]));
    } // prettier-ignore
    expect(off.reduce((sum, d) => sum + d, 0) / off.length).toBeLessThan(0.6);
  });

  it('is 0 where nothing moved', () => {
    const { flow, known } = drawn(face(), face());
    expect(flow.every((v) => v === 0)).toBe(true);
    expect(known.some((v) => v === 1)).toBe(true);
  });
});

describe('pointsAtAge', () => {
  const young = face();
  const old = mapped(young, (x, y) => [x + (y > 70 ? 2 : 0), y + (y > 70 ? 5 : 0)]);

  it('turns, scales and foreshortens the way as the face is', () => {
    // of another size, a quarter turn, and turned away so far that it is half as wide
    const onCrop = mapped(young, (x, y) => [-2 * y + 300, 0.5 * 2 * x + 10]);
    const out = new Float32Array(young.length);
    pointsAtAge(onCrop, young, old, out);
    const wanted = mapped(old, (x, y) => [-2 * y + 300, 0.5 * 2 * x + 10]);
    for (let i = 0; i < out.length; i++) expect(out[i]).toBeCloseTo(wanted[i], 2);
  });

  it('leaves the face where both ages have one shape, and comes back', () => {
    const out = young.slice();
    pointsAtAge(out, old, old, out);
    expect(out).toEqual(young);
    pointsAtAge(out, young, old, out);
    expect(out).not.toEqual(young);
    pointsAtAge(out, old, young, out);
    for (let i = 0; i < out.length; i++) expect(Math.abs(out[i] - young[i])).toBeLessThan(0.6);
  });
});
