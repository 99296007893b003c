// Pictures of known people, observed as an ingest observes them: what the benches of the library work on.

import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { loadFaceNetworks } from '../src/adapters/node/face-networks.ts';
import { readImage } from '../src/adapters/node/images.ts';
import { modelsFolder } from '../src/cli/project.ts';
import type { ObservedFace } from '../src/library/index.ts';
import { FaceObserver } from '../src/library/index.ts';

/** What a performer's manifest says of a photo. */
export interface ManifestPhoto {
  readonly file: string;
  readonly age: number;
  readonly expression: string;
  /** Degrees: the head's own turn, nod and tilt. */
  readonly pose_deg: readonly [number, number, number];
  readonly camera: { readonly az: number; readonly el: number };
}

export interface ObservedPicture {
  /** Path from the folder that was read. */
  readonly file: string;
  readonly age: number;
  /** All faces, the largest first; empty where none was found. */
  readonly faces: readonly ObservedFace[];
}

/** @param performerFolder - Laid out as assets/performer. */
export async function readCareer(performerFolder: string): Promise<ManifestPhoto[]> {
  const manifest = JSON.parse(await readFile(path.join(performerFolder, 'manifest.json'), 'utf8'));
  return (manifest as { career: ManifestPhoto[] }).career;
}

/**
 * Pictures of other people and the person's age in each, in order of name.
 *
 * @param folder - `<id><a-d>.jpg` and `<id>r<a-d>.jpg`, with a manifest of each person's four ages.
 */
export async function listPeople(folder: string): Promise<{ file: string; age: number }[]> {
  const manifest = JSON.parse(await readFile(path.join(folder, 'manifest.json'), 'utf8'));
  const people = (manifest as { people: { id: string; ages: number[] }[] }).people;
  const agesOf = new Map(people.map(({ id, ages }) => [id, ages]));
  return (await readdir(folder)).toSorted().flatMap((file) => {
    const match = /^(\d{4})r?([abcd])\.jpg$/.exec(file);
    const age = match && agesOf.get(match[1])?.['abcd'.indexOf(match[2])];
    return age === null || age === undefined ? [] : [{ file, age }];
  });
}

export async function observeAll(
  folder: string,
  pictures: readonly { readonly file: string; readonly age: number }[],
): Promise<ObservedPicture[]> {
  const faces = await loadFaceNetworks(modelsFolder, { without: ['person'] });
  try {
    const observer = new FaceObserver(faces.networks, faces.tables);
    const seen: ObservedPicture[] = [];
    for (const { file, age } of pictures) {
      const { plate } = await readImage(path.join(folder, file));
      seen.push({ file, age, faces: await observer.observe(plate) });
    }
    return seen;
  } finally {
    await faces.close();
  }
}
