// The face of a career at rest, out of points that pose and expression have moved as well: made up, so that it is known.

import { expect, it } from 'vitest';
import { drawnPhoto } from '../../test/drawn-career.ts';
import type { Point } from '../core/index.ts';
import { SeededRandom } from '../model/index.ts';
import type { ShapePhoto } from './career-shape.ts';
import { shapeAtRest } from './career-shape.ts';

const SIDE = 256;
const EYES_AND_MOUTH: readonly [Point, Point, Point] = [[95, 108], [161, 108], [128, 177]]; // prettier-ignore
/** Where the points lie from the front, at rest. */
const REST: readonly Point[] = Array.from({ length: 30 }, (_, i) => [60 + ((i * 37) % 140), 70 + ((i * 53) % 150)]);
/** The first third is the jaw: lower with every year, moved by the head's turn, and dropped by the mouth. */
const isJaw = (i: number): boolean => i < 10;

function photo(random: SeededRandom, age: number, yaw: number): ShapePhoto {
  const mouthOpen = random.between(0, 0.3);
  const { face } = drawnPhoto({ age, yaw, mouthOpen });
  const carry = REST.flatMap(([x, y], i) => [
    x + (isJaw(i) ? 0.3 * yaw : 0) + 0.5 * random.normal(),
    y + (isJaw(i) ? 0.1 * (age - 45) + 20 * (mouthOpen - 0.15) : 0) + 0.5 * random.normal(),
  ]);
  return { points: EYES_AND_MOUTH, carry: Float32Array.from(carry), pose: face.pose, expression: face.expression, age, weight: 1 };
} // prettier-ignore

/** Mean of the jaw less that of the rest, x and y: what no similarity takes off. */
function jaw(shape: ArrayLike<number>): Point {
  const mean = (axis: number, wanted: boolean): number => {
    const values = REST.flatMap((_, i) => (isJaw(i) === wanted ? [shape[2 * i + axis]] : []));
    return values.reduce((sum, v) => sum + v, 0) / values.length;
  };
  return [mean(0, true) - mean(0, false), mean(1, true) - mean(1, false)];
}

it('looks ahead, even where most photos look aside', () => {
  const random = new SeededRandom(3);
  const photos = Array.from({ length: 60 }, (_, i) => photo(random, 20 + i, random.between(-4, 20)));
  const [truth, found] = [jaw(REST.flat()), jaw(shapeAtRest(photos, SIDE))];
  // on average they look 8 degrees aside, which moves the jaw by 2.4
  expect(Math.abs(found[0] - truth[0])).toBeLessThan(0.8);
  // at their mean age and mean expression
  expect(Math.abs(found[1] - (truth[1] + 0.1 * 4.5))).toBeLessThan(0.6);
});

it('of one photo is that photo, laid into the square', () => {
  const one = photo(new SeededRandom(5), 40, 3);
  expect(Math.abs(jaw(shapeAtRest([one], SIDE))[1] / jaw(one.carry)[1] - 1)).toBeLessThan(0.1);
  expect(() => shapeAtRest([], SIDE)).toThrow(RangeError);
});
