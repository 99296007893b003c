// How faces change shape with age, on average over people whose landmarks are known exactly at several ages.

import type { Point } from '../../src/core/index.ts';
import { applyAffine } from '../../src/core/index.ts';
import { USUAL_SIDE, agesOf, alignPoints } from '../../src/face/index.ts';
import type { PersonEntry, TrackedPeopleFile } from '../../src/likeness/index.ts';
import { SCENE_LETTERS, cropPoints68, pixelsOf } from '../../src/likeness/index.ts';

/** Of a point that is carried: where it lies at 45, then its way by a and by a^2 (`agesOf`); x, y each, pixels. */
export type PointAging = readonly [x: number, y: number, xa: number, ya: number, xb: number, yb: number];

/** The picture of a scene by which all of a person are laid into the square. */
const LAID_BY = 2;
/** A point that is carried goes the way of the landmarks around it; those nearer than so many pixels count alike. */
const NEAR_PX = 2;

/**
 * @param people - At least two ages each, in one scene.
 * @returns For each of CARRY_POINTS, in a square of USUAL_SIDE.
 */
export function averageAging(people: readonly PersonEntry[], { pictures }: TrackedPeopleFile): PointAging[] {
  const laid = people.map((person) => laidPerson(person, pictures));
  const ways = waysByAge(laid);
  const landmarks = meanOf(laid.map(({ shapes }) => shapes[LAID_BY]));
  const seen = laid.flatMap(({ ages, carry }) => (carry ? [{ age: ages[LAID_BY], carry }] : []));
  const carried = meanOf(seen.map(({ carry }) => carry));
  const bends = [0, 1].map((k) => seen.reduce((sum, { age }) => sum + agesOf(age)[k] / seen.length, 0));
  return carried.map((point) => {
    const shares = sharesOf(point, landmarks);
    const [xa, ya, xb, yb] = ways.map((way) => way.reduce((sum, v, i) => sum + v * shares[i], 0));
    // from the mean of their ages to 45
    return [point[0] - bends[0] * xa - bends[1] * xb, point[1] - bends[0] * ya - bends[1] * yb, xa, ya, xb, yb];
  });
}

interface LaidPerson {
  readonly ages: readonly number[];
  /** 68 landmarks at each age, in the square. */
  readonly shapes: readonly Point[][];
  /** As `carryPoints`, at LAID_BY. */
  readonly carry: Point[] | null;
}

function laidPerson({ id, ages, scene }: PersonEntry, tracked: TrackedPeopleFile['pictures']): LaidPerson {
  const whole = scene.map((landmarks) => pointList(landmarks));
  const toSquare = alignPoints(cropPoints68(whole[LAID_BY]), USUAL_SIDE);
  const inSquare = (points: readonly Point[]): Point[] => points.map(([x, y]) => applyAffine(toSquare, x, y));
  const carry = tracked[id + SCENE_LETTERS[LAID_BY]];
  return { ages, shapes: whole.map(inSquare), carry: carry ? inSquare(pointList(carry)) : null };
}

/** By least squares over all people, each held against their own mean. @returns x by a, y by a, x by a^2, y by a^2. */
function waysByAge(people: readonly LaidPerson[]): number[][] {
  const [aa, ab, bb] = [new Sum(), new Sum(), new Sum()];
  const count = people[0].shapes[0].length;
  const right = Array.from({ length: 4 }, () => new Float64Array(count));
  for (const { ages, shapes } of people) {
    const bends = ages.map(agesOf);
    const middle = [0, 1].map((k) => bends.reduce((sum, bend) => sum + bend[k] / bends.length, 0));
    const mean = meanOf(shapes);
    for (const [n, shape] of shapes.entries()) {
      const [a, b] = bends[n].map((v, k) => v - middle[k]);
      aa.add(a * a);
      ab.add(a * b);
      bb.add(b * b);
      shape.forEach((point, i) => {
        for (const axis of [0, 1]) {
          right[axis][i] += a * (point[axis] - mean[i][axis]);
          right[2 + axis][i] += b * (point[axis] - mean[i][axis]);
        }
      });
    }
  }
  const determinant = aa.value * bb.value - ab.value ** 2;
  const solved = (own: Float64Array, other: Float64Array, square: number): number[] =>
    Array.from(own, (v, i) => (square * v - ab.value * other[i]) / determinant);
  return [
    solved(right[0], right[2], bb.value),
    solved(right[1], right[3], bb.value),
    solved(right[2], right[0], aa.value),
    solved(right[3], right[1], aa.value),
  ];
}

class Sum {
  value = 0;
  add(v: number): void {
    this.value += v;
  }
}

/** How far each landmark says where a point goes; the sum is 1. */
function sharesOf([x, y]: Point, landmarks: readonly Point[]): number[] {
  const weights = landmarks.map(([u, v]) => ((u - x) ** 2 + (v - y) ** 2 + NEAR_PX ** 2) ** -2);
  const total = weights.reduce((sum, w) => sum + w, 0);
  return weights.map((w) => w / total);
}

function meanOf(shapes: readonly (readonly Point[])[]): Point[] {
  return shapes[0].map(
    (_, i) => [0, 1].map((axis) => shapes.reduce((sum, s) => sum + s[i][axis] / shapes.length, 0)) as unknown as Point,
  );
}

function pointList(hundredths: readonly number[]): Point[] {
  const pixels = pixelsOf(hundredths);
  return Array.from({ length: pixels.length / 2 }, (_, i): Point => [pixels[2 * i], pixels[2 * i + 1]]);
}
