import { beforeAll, describe, expect, it } from 'vitest';
import { peopleFolder } from '../../test/project-folders.ts';
import { readPeople } from '../adapters/node/people-folder.ts';
import type { Point, Rgb8 } from '../core/index.ts';
import { applyAffine } from '../core/index.ts';
import { alignPoints } from './align.ts';
import { CARRY_POINTS, carryPoints } from './carry-points.ts';
import { PhotoCarrier, viewDifference } from './carry.ts';

const SIZE = 256;
const PLANE = SIZE * SIZE;

/** A face from the front, as the tracker saw it, in the aligned crop, each point moved to the middle of a pixel. */
let frontal: Point[];
let STRAIGHT: Float32Array;
beforeAll(async () => {
  const [person] = await readPeople(peopleFolder, ({ id }) => id === '0028');
  const { carry, landmarks } = person.scene[1];
  const eyesAndMouth = [landmarks.slice(36, 42), landmarks.slice(42, 48), landmarks.slice(48, 60)].map(meanOf);
  const toCrop = alignPoints(eyesAndMouth as [Point, Point, Point], SIZE);
  frontal = pointsOf(carry ?? new Float32Array(0)).map(([x, y]): Point => {
    const [u, v] = applyAffine(toCrop, x, y);
    return [Math.floor(u) + 0.5, Math.floor(v) + 0.5];
  });
  STRAIGHT = face((x, y) => [x, y]);
});

function meanOf(points: readonly Point[]): Point {
  return [0, 1].map((k) => points.reduce((sum, p) => sum + p[k], 0) / points.length) as unknown as Point;
}

function face(shaped: (x: number, y: number) => Point): Float32Array {
  return Float32Array.from(frontal.flatMap(([x, y]) => shaped(x, y)));
}

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
  carrier.aim(crop, isMirrored);
  carrier.carry({ picture: PHOTO, points }, out, valid);
  return { out, valid };
}

function pointsOf(list: Float32Array): Point[] {
  return Array.from({ length: list.length / 2 }, (_, i): Point => [list[2 * i], list[2 * i + 1]]);
}

/** Another expression: what is low goes lower, and all is turned, scaled and shifted. */
function bend(x: number, y: number): Point {
  const low = 6 * Math.max(0, (y - 150) / 60);
  return [30 + 0.9 * x + 0.1 * (y + low), 10 - 0.1 * x + 0.9 * (y + low)];
}

describe('a carried photo', () => {
  it('has each point of the face where the crop has it, to a pixel', () => {
    const { out } = carried(face(bend), STRAIGHT);
    const to = pointsOf(face(bend));
    pointsOf(STRAIGHT).forEach((place, i) => {
      const [x, y] = readFrom(out, place);
      expect(Math.hypot(x - to[i][0], y - to[i][1])).toBeLessThan(1);
    });
  });

  it('is believed in the face and nowhere else', () => {
    const { valid } = carried(face(bend), STRAIGHT);
    const at = (x: number, y: number): number => valid[y * SIZE + x];
    expect(at(128, 130)).toBeCloseTo(1, 2);
    expect(at(85, 100)).toBeGreaterThan(0.9);
    expect(at(20, 130)).toBe(0);
    expect(at(128, 230)).toBe(0);
    expect(at(128, 30)).toBe(0);
    expect(valid.every((v) => v >= 0 && v <= 1)).toBe(true);
  });

  it('of a mirrored crop is mirrored', () => {
    const mirrored = Float32Array.from(pointsOf(STRAIGHT).flatMap(([x, y]) => [SIZE - x, y]));
    const plain = carried(face(bend), STRAIGHT);
    const turned = carried(face(bend), mirrored, true);
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
    const shifted = Float32Array.from(face(bend), (v, i) => (i % 2 === 0 ? v - 130 : v));
    const { valid } = carried(shifted, STRAIGHT);
    expect(valid[130 * SIZE + 70]).toBe(0);
    expect(valid[130 * SIZE + 160]).toBeCloseTo(1, 2);
    const nowhere = carried(new Float32Array(STRAIGHT.length).fill(100), STRAIGHT);
    expect(nowhere.valid.every((v) => v === 0)).toBe(true);
  });
});

it('the points by which photos are carried are all different points of the mesh', () => {
  expect(new Set(CARRY_POINTS).size).toBe(CARRY_POINTS.length);
  const mesh = Float32Array.from({ length: 478 * 3 }, (_, i) => i);
  expect([...carryPoints(mesh).subarray(0, 2)]).toEqual([CARRY_POINTS[0] * 3, CARRY_POINTS[0] * 3 + 1]);
});
