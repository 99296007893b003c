// Which photos were taken on one occasion, and which occasions are held out: photos of one event resemble each other too
// much to be learned from and measured by at the same time.

import type { CareerPhoto, GivenFile } from '../library/index.ts';

/** Facts that tell occasions apart. */
export type DatedPhoto = Pick<CareerPhoto, 'photo' | 'judgement' | 'ageAtPhoto'>;

/** Name of the occasion of each photo, in order. Photos without an exact day share one when folder and date are the same. */
export function eventsOf(
  career: readonly DatedPhoto[],
  given: readonly Pick<GivenFile, 'path' | 'photos'>[],
): string[] {
  const folders = new Map(given.flatMap(({ path, photos }) => photos.map((photo) => [photo, folderOf(path)] as const)));
  return career.map(({ photo, judgement, ageAtPhoto }) => {
    if (photo.footage) return `footage ${photo.footage.videoSha256}`;
    const { takenOn, precision } = judgement;
    if (takenOn && precision === 'day') return `day ${takenOn}`;
    const when = takenOn ?? `age ${ageAtPhoto.toFixed(1)}`;
    return `${precision ?? 'about'} ${when} in ${folders.get(photo.sha256) ?? ''}`;
  });
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.search(/[^\\/]*$/)));
}

/** Of fewer photos none is spared. */
const SPARED_FROM = 8;
const HELD_OUT_SHARE = 0.15;
/** An event of more photos, of those to be held out, would leave too few. */
const MOST_OF_ONE_EVENT = 1.5;

/**
 * Chooses events to hold out: about 0.15 of the photos, spread over the ages; the youngest and the oldest event stay.
 *
 * @param photos - Event and age of each photo.
 * @returns names of events; empty for small careers
 */
export function heldOutEvents(photos: readonly { readonly event: string; readonly age: number }[]): Set<string> {
  const held = new Set<string>();
  if (photos.length < SPARED_FROM) return held;
  const events = groupByEvent(photos);
  const wanted = Math.max(1, HELD_OUT_SHARE * photos.length);
  const inner = events.slice(1, -1).filter(({ count }) => count <= MOST_OF_ONE_EVENT * wanted);
  const photosInside = inner.reduce((sum, { count }) => sum + count, 0);
  const parts = Math.min(inner.length, Math.max(1, Math.round((wanted * inner.length) / Math.max(1, photosInside))));
  // the middle of each of so many equal parts of the career
  for (let k = 0; k < parts; k++) held.add(inner[Math.floor(((k + 0.5) * inner.length) / parts)].name);
  return held;
}

/** By age. */
function groupByEvent(
  photos: readonly { readonly event: string; readonly age: number }[],
): { name: string; count: number; age: number }[] {
  const groups = new Map<string, { name: string; count: number; age: number }>();
  for (const { event, age } of photos) {
    const group = groups.get(event) ?? { name: event, count: 0, age };
    groups.set(event, { ...group, count: group.count + 1 });
  }
  return [...groups.values()].toSorted((a, b) => a.age - b.age || (a.name < b.name ? -1 : 1));
}
