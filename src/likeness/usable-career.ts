// Whether a career has enough in it to teach a likeness, and whether it is still the one that a training was begun with.

import { CodedError } from '../core/index.ts';
import type { Performer } from '../library/index.ts';
import type { CareerCrop } from './career-crops.ts';
import type { LikenessRecord } from './likeness-record.ts';

/** A performer with the photos that a likeness is taught with. */
export interface LikenessCareer {
  readonly performer: Performer;
  /** As `readCareerCrops`. */
  readonly photos: readonly CareerCrop[];
}

const FEWEST_PHOTOS = 6;
/** Below this weight a photo is too blurred, turned away or small to teach anything. */
const LEAST_WEIGHT = 0.1;
/** Photos of one age say nothing of how a face ages. */
const LEAST_SPAN_YEARS = 5;

/** @throws {CodedError} `likeness/too-few-photos`, `likeness/one-age` */
export function refuseThinCareer({ performer, photos }: LikenessCareer): void {
  const usable = photos.filter(({ weight }) => weight > LEAST_WEIGHT);
  if (usable.length < FEWEST_PHOTOS) {
    const blurred = photos.length - usable.length;
    const others = blurred > 0 ? `; ${blurred} more are too blurred, turned away or small` : '';
    throw new CodedError(
      'likeness/too-few-photos',
      `${usable.length} photos of ${performer.name} can be learned from, and it takes ${FEWEST_PHOTOS}${others}.`,
      { hint: 'Ingest more dated photos; `dorian library` says which are missing, and why photos were set aside.' },
    );
  }
  const ages = usable.map(({ age }) => age);
  const [youngest, oldest] = [Math.min(...ages), Math.max(...ages)];
  if (oldest - youngest >= LEAST_SPAN_YEARS) return;
  throw new CodedError(
    'likeness/one-age',
    `All ${usable.length} photos of ${performer.name} are of about one age (${youngest.toFixed(0)} to ${oldest.toFixed(0)}).`,
    {
      hint: `Ingest photos from other years, at least ${LEAST_SPAN_YEARS} apart; until then render with --likeness prior.`,
    },
  );
}

/** Photos as a likeness notes them. */
export function photosUsed(photos: readonly CareerCrop[]): LikenessRecord['photos'] {
  return photos.map(({ name, age, isHeldOut }) => ({ sha256: name.split('-')[0], crop: name, age, isHeldOut }));
}

/** @throws {CodedError} `likeness/career-changed` where the photos are not those that the training was begun with. */
export function refuseOtherCareer(
  { name, photos: noted }: Pick<LikenessRecord, 'name' | 'photos'>,
  photos: readonly CareerCrop[],
): void {
  if (listed(noted) === listed(photosUsed(photos))) return;
  throw new CodedError(
    'likeness/career-changed',
    `The photos in use have changed since ${name} was begun: ${noted.length} then, ${photos.length} now.`,
    { hint: 'Begin a new likeness without --resume; what this one has learned so far stays as it is.' },
  );
}

function listed(photos: LikenessRecord['photos']): string {
  return photos.map(({ crop, age, isHeldOut }) => `${crop} ${age} ${isHeldOut}`).join('\n');
}
