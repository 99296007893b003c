import { expect, it } from 'vitest';
import { readPeopleFile, readTrackedPeople } from '../../src/adapters/node/people-folder.ts';
import { usualShape } from '../../src/face/index.ts';
import { peopleFolder } from '../../test/project-folders.ts';
import { averageAging } from './average-aging.ts';

it('is what ships', async () => {
  const aging = averageAging((await readPeopleFile(peopleFolder)).people, await readTrackedPeople(peopleFolder));
  // a = 1 at 65 years
  const at65 = aging.flatMap(([x, y, xa, ya, xb, yb]) => [x + xa + xb, y + ya + yb]);
  // three numbers of the table, each rounded to a hundredth of a pixel
  for (const [i, v] of usualShape(65).entries()) expect(Math.abs(v - at65[i])).toBeLessThan(0.016);
});
