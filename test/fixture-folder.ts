// The made fixtures, for tests: where they lie and what they are. test/global-setup.ts has made them.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Fixture, FixtureManifest } from '../scripts/make-fixtures.ts';
import { FIXTURE_FOLDER } from '../scripts/make-fixtures.ts';

const manifest = JSON.parse(readFileSync(path.join(FIXTURE_FOLDER, 'fixtures.json'), 'utf8')) as FixtureManifest;

export const fixtures: readonly Fixture[] = manifest.fixtures;

export function fixture(name: string): Fixture {
  const found = fixtures.find((candidate) => candidate.name === name);
  if (!found) throw new RangeError(`no fixture ${name}`);
  return found;
}

/** Full path of a fixture's file, or of its occluder. */
export function fixtureFile(name: string, which: 'file' | 'occluder' = 'file'): string {
  const file = fixture(name)[which];
  if (file === undefined) throw new RangeError(`fixture ${name} has no ${which}`);
  return path.join(FIXTURE_FOLDER, file);
}
