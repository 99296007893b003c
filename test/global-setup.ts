// Before any test: the fixtures are made, once, by this process alone.

import { makeFixtures } from '../scripts/make-fixtures.ts';

export default async function setup(): Promise<void> {
  await makeFixtures();
}
