// The folder of synthetic people: people.json and tracked.json, and beside them pictures and masks.

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { FileSchema, Point } from '../../core/index.ts';
import { CodedError, parseFile } from '../../core/index.ts';
import { CARRY_POINTS } from '../../face/index.ts';
import type { PeopleFile, Person, PersonEntry, PersonPicture, TrackedPeopleFile } from '../../likeness/index.ts';
import { OWN_LETTERS, SCENE_LETTERS, peopleFile, pixelsOf, trackedPeopleFile } from '../../likeness/index.ts';
import { notFound } from './files.ts';
import { readRawSamples } from './raw-samples.ts';

/** At once; sharp has threads of its own. */
const READ_AT_ONCE = 4;

/** @throws {CodedError} `file/not-found`, `file/...` for what is no list of people */
export async function readPeopleFile(folder: string): Promise<PeopleFile> {
  return readSchema(peopleFile, path.join(folder, 'people.json'));
}

/** @throws {CodedError} as `readPeopleFile`; `likeness/people-outdated` where other points were tracked than are carried now */
export async function readTrackedPeople(folder: string): Promise<TrackedPeopleFile> {
  const tracked = await readSchema(trackedPeopleFile, path.join(folder, 'tracked.json'));
  if (tracked.points.join() !== CARRY_POINTS.join()) throw outdated(folder);
  return tracked;
}

async function readSchema<T>(schema: FileSchema<T>, file: string): Promise<T> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw notFound(file, cause);
  });
  return parseFile(schema, text, file);
}

/**
 * Reads people with all their pictures into memory: about 2.1 MB a person.
 *
 * @param wanted - Which of them; all when left out.
 * @throws {CodedError} as `readPeopleFile`; `likeness/people-outdated` where the tracked points are not those that photos
 *   are carried by; `media/damaged`
 */
export async function readPeople(
  folder: string,
  wanted: (person: PersonEntry) => boolean = () => true,
): Promise<Person[]> {
  const { people } = await readPeopleFile(folder);
  const tracked = await readTrackedPeople(folder);
  const entries = people.filter(wanted);
  const read: Person[] = [];
  for (let k = 0; k < entries.length; k += READ_AT_ONCE)
    read.push(
      ...(await Promise.all(entries.slice(k, k + READ_AT_ONCE).map((one) => readPerson(folder, one, tracked)))),
    );
  return read;
}

function outdated(folder: string): CodedError {
  return new CodedError('likeness/people-outdated', `${folder} was tracked for other points of the face.`, {
    hint: 'Run `node scripts/track-people.ts`, which reads the pictures again.',
  });
}

async function readPerson(folder: string, entry: PersonEntry, tracked: TrackedPeopleFile): Promise<Person> {
  const pictures = (letters: readonly string[], landmarks: PersonEntry['scene']): Promise<PersonPicture[]> =>
    Promise.all(letters.map((letter, k) => readPicture(folder, entry.id + letter, landmarks[k], tracked)));
  return {
    id: entry.id,
    ages: entry.ages,
    scene: await pictures(SCENE_LETTERS, entry.scene),
    own: await pictures(OWN_LETTERS, entry.own),
  };
}

async function readPicture(
  folder: string,
  name: string,
  landmarks: readonly number[],
  tracked: TrackedPeopleFile,
): Promise<PersonPicture> {
  const files = [path.join(folder, `${name}.jpg`), path.join(folder, 'mask', `${name}.png`)];
  const picture = await readRawSamples(files[0], 3, damaged(files[0]));
  const mask = await readRawSamples(files[1], 1, damaged(files[1]));
  const exact = pixelsOf(landmarks);
  const carry = tracked.pictures[name];
  return {
    picture,
    materials: mask.samples,
    landmarks: Array.from({ length: 68 }, (_, i): Point => [exact[2 * i], exact[2 * i + 1]]),
    carry: carry ? pixelsOf(carry) : null,
  };
}

function damaged(file: string): (what: string, cause?: unknown) => CodedError {
  return (what, cause) =>
    new CodedError('media/damaged', `${file}: ${what}`, { hint: 'Restore the file from a fresh checkout.', cause });
}
