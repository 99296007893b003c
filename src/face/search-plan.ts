// Where the tracker looks for faces that it does not follow yet, and how often: looking costs more than following.

import type { Plate, Region } from '../core/index.ts';
import { farFrame, plateTiles, wholeFrame } from './detect.ts';

/** While all is well, one other view is looked at this often, in a frame in which the whole frame is not. */
const OTHER_VIEW_PERIOD = 12;

/** After a loss the whole frame is looked at in every frame for so long, then every fourth, then as for newcomers. */
const EAGER_FRAMES = 12;
const PATIENT_FRAMES = 120;
const PATIENT_PERIOD = 4;

/** What the plan depends on; all of it is part of the tracker's snapshot. */
export interface SearchState {
  /** 0-based, since the tracker began. */
  readonly frameIndex: number;
  /** Faces followed at this moment. */
  readonly followed: number;
  /** Frames since a face of this shot was lost; Infinity when none is missing. */
  readonly sinceLoss: number;
  readonly isNewShot: boolean;
  /** While all is well, the whole frame is looked at for newcomers every so many frames. */
  readonly newcomerPeriod: number;
}

/** Regions to look at in this frame. `stopAtFirst`: the later ones only while the earlier ones show nobody. */
export interface SearchPlan {
  readonly regions: readonly Region[];
  readonly stopAtFirst: boolean;
}

export function planSearch(plate: Plate, state: SearchState): SearchPlan {
  const { frameIndex, followed, sinceLoss, isNewShot, newcomerPeriod } = state;
  const whole = wholeFrame(plate);
  const others = [farFrame(plate), ...plateTiles(plate)];
  // one further view a frame, in turn, so that a small face is found within a second without paying for all each frame
  const turn = (n: number): Region => others[n % others.length];
  if (isNewShot || (followed === 0 && sinceLoss === 0)) return { regions: [whole, ...others], stopAtFirst: true };
  if (followed === 0) return { regions: [whole, turn(frameIndex)], stopAtFirst: true };
  if (sinceLoss < EAGER_FRAMES) return { regions: [whole], stopAtFirst: false };
  if (sinceLoss < PATIENT_FRAMES && frameIndex % PATIENT_PERIOD === 0) return { regions: [whole], stopAtFirst: false };
  if (frameIndex % newcomerPeriod === 0) return { regions: [whole], stopAtFirst: false };
  if (frameIndex % OTHER_VIEW_PERIOD === OTHER_VIEW_PERIOD / 2 - 1) {
    return { regions: [turn(Math.floor(frameIndex / OTHER_VIEW_PERIOD))], stopAtFirst: false };
  }
  return { regions: [], stopAtFirst: false };
}
