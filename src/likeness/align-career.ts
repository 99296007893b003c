// Lays the photos of a career on one another more exactly than the tracker did: each on a mean of the others near its age.
// What is averaged or paired afterwards is sharper.

import { invertAffine, similarityOfLists } from '../core/index.ts';
import type { CareerCrop } from './career-crops.ts';
import { CareerMeanMaker } from './career-mean-maker.ts';
import { PointRefiner } from './point-refinement.ts';

/** Side of the pictures that are compared. */
const SIZE_PX = 256;
/** Detail of a photo and of a mean without it correlate by 0.75 before, 0.79 after one round, 0.82 after two, 0.82 after three. */
const ROUNDS = 2;

export interface AlignCareerOptions {
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
  /** Awaited before each photo: the place where others, and Ctrl-C, have their turn. */
  readonly breathe?: () => Promise<void>;
}

/**
 * Corrects the points by which each photo is carried, by 1.2 pixels of 320 on average, and keeps the tracker's beside them.
 * About 0.17 s a photo.
 *
 * @param photos - Those that are held out are laid on the others, and the others never on them.
 * @returns The same photos in the same order; one that cannot be carried is as it was.
 * @throws what the signal was aborted with
 */
export async function alignCareer(
  photos: readonly CareerCrop[],
  options: AlignCareerOptions = {},
): Promise<CareerCrop[]> {
  let aligned = [...photos];
  const total = ROUNDS * photos.length;
  for (let round = 0; round < ROUNDS; round++) {
    const learned = aligned.filter(({ isHeldOut }) => !isHeldOut);
    if (learned.length === 0) return aligned;
    const maker = new CareerMeanMaker(learned, SIZE_PX);
    const refiner = new PointRefiner(SIZE_PX, maker.points);
    const next: CareerCrop[] = [];
    for (const [i, photo] of aligned.entries()) {
      await options.breathe?.();
      options.signal?.throwIfAborted();
      options.onProgress?.(round * photos.length + i, total);
      const tracked = photo.tracked ?? photo.carry;
      next.push({ ...photo, tracked, carry: alignedPoints(photo, maker, refiner) });
    }
    aligned = next;
  }
  options.onProgress?.(total, total);
  return aligned;
}

function alignedPoints(photo: CareerCrop, maker: CareerMeanMaker, refiner: PointRefiner): Float32Array {
  const carried = maker.carry(photo);
  const mean = maker.photoAt(photo.age, ({ event }) => event === photo.event);
  const toMean = similarityOfLists(photo.carry, maker.points);
  if (!carried || !mean || !toMean) return photo.carry;
  const moves = refiner.moves(refiner.detailOf(carried.samples), refiner.detailOf(mean.picture.samples), carried.valid);
  const [a, b, , c, d] = invertAffine(toMean);
  const points = photo.carry.slice();
  for (let i = 0; i < points.length; i += 2) {
    points[i] += a * moves[i] + b * moves[i + 1];
    points[i + 1] += c * moves[i] + d * moves[i + 1];
  }
  return points;
}
