// Which of the performers that have a library a face is, when nobody says so: for telling people apart in a frame.

import { identityDistance } from '../face/index.ts';

/** A performer's face at a known age, to know others by. */
export interface IdentityReference {
  readonly age: number;
  readonly descriptor: Float32Array;
}

export interface EnrolledPerformer {
  readonly performer: string;
  readonly references: readonly IdentityReference[];
}

/** So many of the nearest references are asked, of a small library a quarter; one alone may be a chance likeness. */
const ASKED_REFERENCES = 5;
/**
 * Mean distance to them: at or below it is the performer. From one reading of a frame, half of a synthetic career known:
 * 98 % of the other half are nearer, and 1 % of pictures of other people.
 */
const ENROLLED_DISTANCE = 0.48;
/** How much further one person's descriptors lie apart for each year between them, up to 45. */
const DRIFT_PER_YEAR = 0.13 / 45;
const MAX_GAP_YEARS = 45;
/** The next performer must be further away by this much, or nobody is named. */
const CLEAR_LEAD = 0.04;

/**
 * Which of the enrolled performers a face is.
 *
 * @param age - About how old the performers are in the picture, if that is known: references of other ages count less.
 * @returns null when it is none of them, or when two are too near to tell apart. `distance` is the mean over the nearest
 *   references.
 */
export function identifyPerformer(
  descriptor: Float32Array,
  enrolled: readonly EnrolledPerformer[],
  ageOf?: (performer: string) => number | null,
): { readonly performer: string; readonly distance: number } | null {
  const ranked = enrolled
    .map(({ performer, references }) => ({
      performer,
      distance: nearestMean(descriptor, references, ageOf?.(performer) ?? null),
    }))
    .toSorted((a, b) => a.distance - b.distance);
  const [first, second] = ranked;
  if (!first || first.distance > ENROLLED_DISTANCE) return null;
  if (second && second.distance - first.distance < CLEAR_LEAD) return null;
  return first;
}

function nearestMean(descriptor: Float32Array, references: readonly IdentityReference[], age: number | null): number {
  const asked = Math.max(1, Math.min(ASKED_REFERENCES, Math.round(references.length / 4)));
  const distances = references
    .map((reference) => {
      const gap = age === null ? 0 : Math.min(Math.abs(reference.age - age), MAX_GAP_YEARS);
      return identityDistance(descriptor, reference.descriptor) + DRIFT_PER_YEAR * gap;
    })
    .toSorted((a, b) => a - b)
    .slice(0, asked);
  return distances.length === 0 ? Infinity : distances.reduce((sum, d) => sum + d, 0) / distances.length;
}
