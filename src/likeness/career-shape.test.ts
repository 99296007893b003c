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
/** The last third is the jaw: lower with every year, moved by the head's turn, and dropped by the mouth. */
const isJaw = (i: number): boolean => i >= 20;

function photo(random: SeededRandom, age: number): ShapePhoto {
  const [yaw, mouthOpen] = [random.between(-20, 20), random.between(0, 0.3)];
  const { face } = drawnPhoto({ age, yaw, mouthOpen });
  const carry = REST.flatMap(([x, y], i) => [
    x + (isJaw(i) ? 0.3 * yaw : 0) + 0.5 * random.normal(),
    y + (isJaw(i) ? 0.1 * (age - 45) + 20 * (mouthOpen - 0.15) : 0) + 0.5 * random.normal(),
  ]);
  return { points: EYES_AND_MOUTH, carry: Float32Array.from(carry), pose: face.pose, expression: face.expression, age, weight: 1 };
} // prettier-ignore

/** Mean of the jaw less that of the rest, x and y: what no similarity takes off. */
function jaw(shape: Float32Array | null): Point {
  if (shape === null) throw new Error('no shape');
  const mean = (axis: number, wanted: boolean): number => {
    const values = REST.flatMap((_, i) => (isJaw(i) === wanted ? [shape[2 * i + axis]] : []));
    return values.reduce((sum, v) => sum + v, 0) / values.length;
  };
  return [mean(0, true) - mean(0, false), mean(1, true) - mean(1, false)];
}

it('follows age, and not the turn of the head or an open mouth', () => {
  const random = new SeededRandom(3);
  const photos = Array.from({ length: 60 }, (_, i) => photo(random, 20 + i));
  const shape = new CareerShape(photos, SIDE);
  const at = (age: number): Point => jaw(shape.near((other) => Math.exp(-((other - age) ** 2) / 32)));
  const [young, old] = [at(30), at(70)];
  // four pixels in forty years; the similarity takes some of it for size
  expect(old[1] - young[1]).toBeGreaterThan(2.4);
  expect(old[1] - young[1]).toBeLessThan(4.4);
  expect(Math.abs(old[0] - young[0])).toBeLessThan(0.6);
});

it('of one photo is that photo, laid into the square', () => {
  const one = photo(new SeededRandom(5), 40);
  const shape = new CareerShape([one], SIDE);
  const [found, given] = [jaw(shape.near(() => 1)), jaw(one.carry)];
  expect(Math.abs(found[1] / given[1] - 1)).toBeLessThan(0.1);
  expect(shape.near(() => 1)).toEqual(shape.points);
  expect(
    shape.near(
      () => 1,
      () => true,
    ),
  ).toBeNull();
});
