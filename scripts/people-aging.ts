// `node scripts/people-aging.ts`: how faces change shape with age, on average over the synthetic people, out of their exact
// landmarks; writes src/face/people-aging.ts. Run it again when assets/people changes.

import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readPeopleFile, readTrackedPeople } from '../src/adapters/node/people-folder.ts';
import { peopleFolder, projectFolder } from '../src/cli/project.ts';
import { averageAging } from './people-aging/average-aging.ts';

const { people } = await readPeopleFile(peopleFolder);
const aging = averageAging(people, await readTrackedPeople(peopleFolder));
const rows = aging.map((row) => `  [${row.map((v) => Math.round(100 * v)).join(', ')}],`);
const text = `// Made by scripts/people-aging.ts; not to be changed by hand.

/**
 * How faces change shape with age, on average over the synthetic people: for each of CARRY_POINTS x and y at 45 years, its
 * way by a and by a^2, a = (age - 45) / 20; hundredths of a pixel of a square of 256, before a camera that stays.
 */
// prettier-ignore
export const PEOPLE_AGING: readonly (readonly [number, number, number, number, number, number])[] = [
${rows.join('\n')}
];
`;
await writeFile(path.join(projectFolder, 'src/face/people-aging.ts'), text);
