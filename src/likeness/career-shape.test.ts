// The shape of a face at an age, out of points that pose and expression have moved as well: made up, so that it is known.

import { expect, it } from 'vitest';
import { drawnPhoto } from '../../test/drawn-career.ts';
import type { Point } from '../core/index.ts';
import { SeededRandom } from '../model/index.ts';
import type { ShapePhoto } from './career-shape.ts';
import { CareerShape } from './career-shape.ts';

const SIDE = 256;
const EYES_AND_MOUTH: readonly [Point, Point, Point] = [[95, 108], [161, 108], [128, 177]]; // prettier-ignore
/** Where the points lie at 45, from the front, at rest. */
const REST: readonly Point[] = Array.from({ length: 30 }, (_, i) => [60 + ((i * 37) % 140), 70 + ((i * 53) % 150)]);
/** The first third is the jaw: lower with every year, moved by the head's turn, and dropped by the mouth. */
const isJaw = (i: number): boolean => i < 10;

function photo(random: SeededRandom, age: number): ShapePhoto {
  const [yaw, mouthOpen] = [random.between(-20, 20), random.between(0, 0.3)];
  const { face } = drawnPhoto({ age, yaw, mouthOpen });
  const carry = REST.flatMap(([x, y], i) => [
    x + (isJaw(i) ? 0.3 * yaw : 0) + 0.5 * random.normal(),
    y + (isJaw(i) ? 0.1 * (age - 45) + 20 * (mouthOpen - 0.15) : 0) + 0.5 * random.normal(),
  ]);
  return { points: EYES_AND_MOUTH, carry: Float32Array.from(carry), pose: face.pose, expression: face.expression, age, weight: 1 };
} // prettier-ignore

function course(
  photos: readonly ShapePhoto[],
  isLeftOut?: (photo: ShapePhoto) => boolean,
): (age: number) => Float32Array {
  const shapeAt = new CareerShape(photos, SIDE).course(isLeftOut);
  if (shapeAt === null) throw new Error('no photo is left');
  return shapeAt;
}

/** Mean of the jaw less that of the rest, x and y: what no similarity takes off. */
function jaw(shape: Float32Array): Point {
  const mean = (axis: number, wanted: boolean): number => {
    const values = REST.flatMap((_, i) => (isJaw(i) === wanted ? [shape[2 * i + axis]] : []));
    return values.reduce((sum, v) => sum + v, 0) / values.length;
  };
  return [mean(0, true) - mean(0, false), mean(1, true) - mean(1, false)];
}

it('follows age, and not the turn of the head or an open mouth', () => {
  const random = new SeededRandom(3);
  const photos = Array.from({ length: 60 }, (_, i) => photo(random, 20 + i));
  const shapeAt = course(photos);
  const [young, old] = [jaw(shapeAt(30)), jaw(shapeAt(70))];
  // four pixels in forty years
  expect(old[1] - young[1]).toBeGreaterThan(3.3);
  expect(old[1] - young[1]).toBeLessThan(4.7);
  expect(Math.abs(old[0] - young[0])).toBeLessThan(0.6);
  // the eyes stay; what is asked for beyond the career is its end
  for (let i = 36; i < 60; i++) expect(Math.abs(shapeAt(30)[i] - shapeAt(70)[i])).toBeLessThan(0.5);
  expect(shapeAt(95)).toEqual(shapeAt(79));
});

it('does not know what is left out', () => {
  const random = new SeededRandom(4);
  const photos = Array.from({ length: 40 }, (_, i) => photo(random, 20 + i));
  const lowered = photos.map((one) =>
    one.age < 30 ? { ...one, carry: one.carry.map((v, i) => (isJaw(i >> 1) && i % 2 === 1 ? v + 15 : v)) } : one,
  );
  const truth = jaw(course(photos)(35))[1];
  const [told, leftOut] = [() => false, ({ age }: ShapePhoto) => age < 30].map((isLeftOut) =>
    Math.abs(jaw(course(lowered, isLeftOut)(35))[1] - truth),
  );
  expect(told).toBeGreaterThan(1.5);
  expect(leftOut).toBeLessThan(1);
  expect(new CareerShape(photos, SIDE).course(() => true)).toBeNull();
});

it('of one photo is that photo, laid into the square', () => {
  const one = photo(new SeededRandom(5), 40);
  const [found, given] = [jaw(course([one])(40)), jaw(one.carry)];
  expect(Math.abs(found[1] / given[1] - 1)).toBeLessThan(0.1);
  expect(course([one])(40)).toEqual(course([one])(70));
});
