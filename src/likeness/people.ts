// Synthetic people in memory: what the prior is taught with.

import type { Point, Rgb8 } from '../core/index.ts';

/** One picture of a person. */
export interface PersonPicture {
  readonly picture: Rgb8;
  /** One byte a pixel, values of measure's MATERIALS. */
  readonly materials: Uint8Array;
  /** 68 points, iBUG order, exact; picture pixels. */
  readonly landmarks: readonly Point[];
  /** As `carryPoints` gives them, read by the tracker; picture pixels. null where the tracker saw no face. */
  readonly carry: Float32Array | null;
}

export interface Person {
  readonly id: string;
  /** Years; `scene[k]` and `own[k]` are at `ages[k]`. */
  readonly ages: readonly number[];
  /** In one identical scene: same pose, expression, light, camera. */
  readonly scene: readonly PersonPicture[];
  /** Each in a scene of its own, as an archive would hold them. */
  readonly own: readonly PersonPicture[];
}

/** Every so many people one is kept aside. */
const ASIDE_EVERY = 12;

/** People to learn from, and people kept aside to see how well it goes. Which are which depends on the numbers alone. */
export function splitPeople<T extends Pick<Person, 'id'>>(people: readonly T[]): { learn: T[]; aside: T[] } {
  const isAside = ({ id }: T): boolean => Number(id) % ASIDE_EVERY === ASIDE_EVERY - 1;
  return { learn: people.filter((one) => !isAside(one)), aside: people.filter(isAside) };
}
