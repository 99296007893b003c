import { expect, it } from 'vitest';
import { peopleFolder } from '../../test/project-folders.ts';
import { readPeople } from '../adapters/node/people-folder.ts';
import { CARRY_POINTS } from './carry-points.ts';
import { seenPoints } from './seen-points.ts';

function countSeen(points: Float32Array): number {
  return seenPoints(points).reduce((sum, v) => sum + v, 0);
}

it('sees nearly all of a face from the front, less of one that is turned, and the same mirrored', async () => {
  const people = await readPeople(peopleFolder, ({ id }) => Number(id) < 30);
  const faces = people
    .flatMap((person) => [...person.scene, ...person.own])
    .flatMap(({ carry, picture }) => {
      if (!carry) return [];
      // how far the tip of the nose stands off the middle of the outline: 0 from the front
      const [left, right, nose] = [234, 454, 4].map((point) => carry[2 * CARRY_POINTS.indexOf(point)]);
      return [{ carry, picture, turn: Math.abs((nose - left) / (right - left) - 0.5) }];
    });
  const front = faces.filter(({ turn }) => turn < 0.1).map(({ carry }) => countSeen(carry));
  const side = faces.filter(({ turn }) => turn > 0.7).map(({ carry }) => countSeen(carry));
  expect(Math.min(...front)).toBeGreaterThan(90);
  expect(Math.max(...side)).toBeLessThan(86);
  for (const { carry, picture } of faces.slice(0, 20)) {
    const mirrored = carry.map((v, i) => (i % 2 === 0 ? picture.width - v : v));
    expect(seenPoints(mirrored, true)).toEqual(seenPoints(carry));
  }
});
