// `npm run fixtures`: composes the hard cases, from the synthetic performer and synthetic people alone, as small clips and
// pictures with the truth beside them (fixtures.json). Made once; made again when a maker or an asset has changed.

import { createHash } from 'node:crypto';
import { readdir, readFile, rename, rm, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { writeFileAtomic } from '../src/adapters/node/files.ts';
import { CLIPS, makeClip } from './fixtures/clips.ts';
import type { Fixture, FixtureManifest } from './fixtures/manifest.ts';
import { makePictures } from './fixtures/pictures.ts';

export type { Fixture, FixtureManifest } from './fixtures/manifest.ts';

const ROOT = path.join(import.meta.dirname, '..');

/** Where the tests of this checkout keep them; git ignores it. */
export const FIXTURE_FOLDER: string = path.join(ROOT, '.cache', 'fixtures');

/** What the fixtures are made by and of. The writers are among them: a change there may change a file. */
const INGREDIENTS = [
  'scripts/make-fixtures.ts',
  'scripts/fixtures',
  'src/adapters/node/video-encoding.ts',
  'src/adapters/node/video-output.ts',
  'src/adapters/node/video-write.ts',
  'assets/people',
  'assets/people/mask',
  'assets/performer/clips/c0/age60.mkv',
];

/**
 * Makes all fixtures in `folder`, or leaves them as they are where they are up to date. Appears whole: other processes
 * see the old ones or the new ones.
 *
 * @returns the content of `folder`/fixtures.json
 */
export async function makeFixtures(folder: string = FIXTURE_FOLDER): Promise<FixtureManifest> {
  const stamp = await stampOf(INGREDIENTS);
  const made = await readManifest(folder);
  if (made?.stamp === stamp) return made;
  const workshop = `${folder}.${process.pid}.tmp`;
  await rm(workshop, { recursive: true, force: true });
  await mkdir(workshop, { recursive: true });
  const fixtures: Fixture[] = [];
  for (const plan of CLIPS) fixtures.push(await makeClip(workshop, plan));
  fixtures.push(...(await makePictures(workshop)));
  const manifest: FixtureManifest = { schema: 'dorian/fixtures', version: 1, stamp, fixtures };
  await writeFileAtomic(path.join(workshop, 'fixtures.json'), `${JSON.stringify(manifest, null, 1)}\n`);
  await rm(folder, { recursive: true, force: true });
  await rename(workshop, folder);
  return manifest;
}

async function readManifest(folder: string): Promise<FixtureManifest | null> {
  try {
    return JSON.parse(await readFile(path.join(folder, 'fixtures.json'), 'utf8')) as FixtureManifest;
  } catch {
    return null;
  }
}

async function stampOf(ingredients: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const name of ingredients) {
    const place = path.join(ROOT, name);
    const inside = await readdir(place, { withFileTypes: true }).catch(() => null);
    const files = inside
      ? inside.filter((entry) => entry.isFile()).map((entry) => path.join(place, entry.name))
      : [place];
    for (const file of files.sort()) hash.update(path.basename(file)).update(await readFile(file));
  }
  return hash.digest('hex');
}

if (import.meta.main) {
  const started = process.cpuUsage();
  const { fixtures } = await makeFixtures();
  const { user, system } = process.cpuUsage(started);
  process.stdout.write(
    `${fixtures.length} fixtures in ${FIXTURE_FOLDER}, ${((user + system) / 1e6).toFixed(1)} s of CPU\n`,
  );
}
