// The files that describe the synthetic people: who they are and where their landmarks lie (`people.json`), and where the
// tracker sees the points by which photos are carried (`tracked.json`). Pictures and masks lie beside them.

import { z } from 'zod';
import type { FileSchema } from '../core/index.ts';
import { CARRY_POINTS } from '../face/index.ts';

/** Pictures of a person: four in one scene, each at another age, and four in scenes of their own at the same ages. */
export const SCENE_LETTERS: readonly string[] = ['a', 'b', 'c', 'd'];
export const OWN_LETTERS: readonly string[] = ['ra', 'rb', 'rc', 'rd'];

/** x, y each, in hundredths of a pixel. */
const points = (count: number): z.ZodType<number[]> => z.array(z.int()).length(count * 2);
const four = <T>(one: z.ZodType<T>): z.ZodType<T[]> => z.array(one).length(4);

export interface PersonEntry {
  /** Four digits; a picture is `<id><letters>.jpg`. */
  readonly id: string;
  readonly gender: string;
  /** What lit the common scene. */
  readonly light: string;
  /** Years, by letter. */
  readonly ages: readonly number[];
  /** 68 landmarks by letter, exact. */
  readonly scene: readonly (readonly number[])[];
  readonly own: readonly (readonly number[])[];
}

export interface PeopleFile {
  readonly license: string;
  readonly people: readonly PersonEntry[];
}

/** `dorian/people`, version 1. */
export const peopleFile: FileSchema<PeopleFile> = {
  name: 'dorian/people',
  version: 1,
  shape: z.object({
    license: z.string(),
    people: z.array(
      z.object({
        id: z.string().regex(/^\d{4}$/),
        gender: z.string(),
        light: z.string(),
        ages: four(z.number().min(0).max(120)),
        scene: four(points(68)),
        own: four(points(68)),
      }),
    ),
  }),
};

export interface TrackedPeopleFile {
  /** The mesh points that were kept: `CARRY_POINTS` of the Dorian that tracked. */
  readonly points: readonly number[];
  /** By picture, `0012c`; a picture on which the tracker found no face, or not rightly, is missing. */
  readonly pictures: Readonly<Record<string, readonly number[]>>;
}

/** `dorian/tracked-people`, version 1. Made by `scripts/track-people.ts`. */
export const trackedPeopleFile: FileSchema<TrackedPeopleFile> = {
  name: 'dorian/tracked-people',
  version: 1,
  shape: z.object({
    points: z.array(z.int().min(0).max(477)),
    pictures: z.record(z.string().regex(/^\d{4}r?[abcd]$/), points(CARRY_POINTS.length)),
  }),
};

/** Pixels. Belongs to the caller. */
export function pixelsOf(hundredths: readonly number[]): Float32Array {
  return Float32Array.from(hundredths, (v) => v / 100);
}
