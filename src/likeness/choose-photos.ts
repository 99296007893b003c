// Which of a performer's photos to lay beside a crop: near the target age, and near in view and light, so that they can be
// carried onto it.

import { viewDifference } from '../face/index.ts';
import type { FaceLight } from '../face/index.ts';
import { lightDifference } from '../library/index.ts';
import type { CareerCrop } from './career-crops.ts';

/** What photos are chosen for. */
export interface WantedPhoto {
  /** As `carryPoints`, pixels of any square in which the aligned crop has the side `faceSidePx`. */
  readonly carry: Float32Array;
  readonly faceSidePx: number;
  readonly light: FaceLight;
  /** Years. */
  readonly targetAge: number;
}

/** Differences that count alike. */
const SEEN_VIEW = 0.02;
const SEEN_YEARS = 6;
const SEEN_LIGHT = 2.5;
/** Of views that differ more, nothing is carried. */
const MOST_VIEW = 0.045;

/** @returns Nearest first; at most `count`, fewer where fewer can be carried. */
export function choosePhotos(
  wanted: WantedPhoto,
  photos: readonly CareerCrop[],
  count: number,
  viewOf: (photo: CareerCrop) => number = (photo) => viewDifference(photo.carry, wanted.carry, wanted.faceSidePx),
): CareerCrop[] {
  return photos
    .map((photo) => ({ photo, view: viewOf(photo) }))
    .filter(({ view }) => view < MOST_VIEW)
    .map(({ photo, view }) => ({
      photo,
      distance: Math.hypot(
        view / SEEN_VIEW,
        (photo.age - wanted.targetAge) / SEEN_YEARS,
        lightDifference(photo.light, wanted.light) / SEEN_LIGHT,
        // of two alike, the better seen
        1 - photo.weight,
      ),
    }))
    .toSorted((a, b) => a.distance - b.distance || (a.photo.name < b.photo.name ? -1 : 1))
    .slice(0, count)
    .map(({ photo }) => photo);
}
