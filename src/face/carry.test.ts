import { describe, expect, it } from 'vitest';
import type { Point, Rgb8 } from '../core/index.ts';
import { CARRY_POINTS, carryPoints } from './carry-points.ts';
import { PhotoCarrier, viewDifference } from './carry.ts';

const SIZE = 256;
const PLANE = SIZE * SIZE;

/** Of the pixel there. */
function middle(v: number): number {
  return Math.floor(v) + 0.5;
}

/** A face of the canonical kind would do; what counts is that the outline comes first and the rest lies in it. */
function face(bend: (x: number, y: number) => Point): Float32Array {
  const outline = Array.from({ length: 18 }, (_, i): Point => {
    const angle = (i / 18) * 2 * Math.PI;
    return bend(middle(128 + 70 * Math.sin(angle)), middle(130 - 90 * Math.cos(angle)));
  });
  const inner = Array.from({ length: CARRY_POINTS.length - 18 }, (_, i): Point => {
    const angle = i * 2.4;
    const radius = Math.sqrt((i + 0.5) / 90);
    return bend(middle(128 + 62 * radius * Math.sin(angle)), middle(130 - 80 * radius * Math.cos(angle)));
  });
  return Float32Array.from([...outline, ...inner].flat());
}

const STRAIGHT = face((x, y) => [x, y]);

/** Its colours are its coordinates: red x, green y. */
const PHOTO: Rgb8 = {
  samples: Uint8Array.from({ length: PLANE * 3 }, (_, i) => {
    const pixel = Math.floor(i / 3);
    return [pixel % SIZE, Math.floor(pixel / SIZE), 0][i % 3];
  }),
  width: SIZE,
  height: SIZE,
};

/** Where on the photo the carried picture was read, at a pixel of the crop. */
function readFrom(out: Float32Array, [x, y]: Point): Point {
  const i = Math.floor(y) * SIZE + Math.floor(x);
  return [out[i] * 255 + 0.5, out[i + PLANE] * 255 + 0.5];
}

function carried(
  points: Float32Array,
  crop: Float32Array,
  isMirrored = false,
): { out: Float32Array; valid: Float32Array } {
  const carrier = new PhotoCarrier(SIZE);
  const [out, valid] = [new Float32Array(3 * PLANE), new Float32Array(PLANE)];
  carrier.aim(crop);
  carrier.carry({ picture: PHOTO, points }, out, valid, isMirrored);
  return { out, valid };
}

function pointsOf(list: Float32Array): Point[] {
  return Array.from({ length: list.length / 2 }, (_, i): Point => [list[2 * i], list[2 * i + 1]]);
}

describe('a carried photo', () => {
  // another expression: what is low goes lower, and all is turned, scaled and shifted
  const bent = face((x, y) => {
    const low = 6 * Math.max(0, (y - 150) / 60);
    return [30 + 0.9 * x + 0.1 * (y + low), 10 - 0.1 * x + 0.9 * (y + low)];
  });

  it('has each point of the face where the crop has it, to a pixel', () => {
    const { out } = carried(bent, STRAIGHT);
    const to = pointsOf(bent);
    pointsOf(STRAIGHT).forEach((place, i) => {
      const [x, y] = readFrom(out, place);
      expect(Math.hypot(x - to[i][0], y - to[i][1])).toBeLessThan(1);
    });
  });

  it('is believed in the face and nowhere else', () => {
    const { valid } = carried(bent, STRAIGHT);
    const at = (x: number, y: number): number => valid[y * SIZE + x];
    expect(at(128, 130)).toBeCloseTo(1, 5);
    expect(at(85, 100)).toBeCloseTo(1, 5);
    expect(at(20, 130)).toBe(0);
    expect(at(128, 230)).toBe(0);
    expect(at(128, 30)).toBe(0);
    expect(valid.every((v) => v >= 0 && v <= 1)).toBe(true);
  });

  it('of a mirrored crop is mirrored', () => {
    const mirrored = Float32Array.from(pointsOf(STRAIGHT).flatMap(([x, y]) => [SIZE - x, y]));
    const plain = carried(bent, STRAIGHT);
    const turned = carried(bent, mirrored, true);
    for (const [x, y] of [[100, 120], [140, 180], [128, 60]] as const) {
      expect(turned.valid[y * SIZE + (SIZE - 1 - x)]).toBeCloseTo(plain.valid[y * SIZE + x], 3);
      expect(turned.out[y * SIZE + (SIZE - 1 - x)]).toBeCloseTo(plain.out[y * SIZE + x], 2);
    }
  }); // prettier-ignore

  it('from quite another side is not believed', () => {
    const profile = face((x, y) => [128 + (x - 128) * (x < 128 ? -0.8 : 1.2), y]);
    expect(viewDifference(profile, STRAIGHT, SIZE)).toBeGreaterThan(0.045);
    expect(carried(profile, STRAIGHT).valid.every((v) => v === 0)).toBe(true);
  });

  it('is not believed beyond its own border, nor when all its points are one', () => {
    const shifted = Float32Array.from(bent, (v, i) => (i % 2 === 0 ? v - 130 : v));
    const { valid } = carried(shifted, STRAIGHT);
    expect(valid[130 * SIZE + 70]).toBe(0);
    expect(valid[130 * SIZE + 160]).toBeCloseTo(1, 5);
    const nowhere = carried(new Float32Array(bent.length).fill(100), STRAIGHT);
    expect(nowhere.valid.every((v) => v === 0)).toBe(true);
  });
});

it('the points by which photos are carried are all different points of the mesh', () => {
  expect(new Set(CARRY_POINTS).size).toBe(CARRY_POINTS.length);
  const mesh = Float32Array.from({ length: 478 * 3 }, (_, i) => i);
  expect([...carryPoints(mesh).subarray(0, 2)]).toEqual([CARRY_POINTS[0] * 3, CARRY_POINTS[0] * 3 + 1]);
});
