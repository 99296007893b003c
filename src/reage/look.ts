// A look: what is asked of one performer in one shot, as data. Curves are resolved per frame, so the frame path only
// ever sees plain numbers.

import type { Curve } from '../core/index.ts';
import { valueAt } from '../core/index.ts';

export const REGION_NAMES = [
  'forehead',
  'crows-feet',
  'eye-bags',
  'nose-mouth-folds',
  'lips',
  'cheeks',
  'jaw-neck',
  'eyes',
  'inner-mouth',
  'skin-tone',
  'hair',
] as const;

export type RegionName = (typeof REGION_NAMES)[number];

/** Strength of the network's change in each region: 0 plate, 1 as predicted, up to 2. */
export type Strengths = Readonly<Record<RegionName, number>>;

/** Eyes and inner mouth stay the performer's own; so does hair until its network is good enough (docs/hair.md). */
export const DEFAULT_STRENGTHS: Strengths = {
  forehead: 1,
  'crows-feet': 1,
  'eye-bags': 1,
  'nose-mouth-folds': 1,
  lips: 1,
  cheeks: 1,
  'jaw-neck': 1,
  eyes: 0,
  'inner-mouth': 0,
  'skin-tone': 1,
  hair: 0,
};

export interface Look {
  /** Years; keyframed over the shot. */
  readonly targetAge: Curve;
  /** Plate blend: 0 plate, 1 re-aged; keyframed. */
  readonly blend: Curve;
  readonly strengths: Partial<Strengths>;
  /** Target age of single regions, years; others follow `targetAge`. */
  readonly regionAges: Partial<Readonly<Record<RegionName, number>>>;
}

/** A look at one frame. */
export interface FrameLook {
  readonly targetAge: number;
  readonly blend: number;
  readonly strengths: Strengths;
  readonly regionAges: Partial<Readonly<Record<RegionName, number>>>;
}

/** A look that asks for one age and nothing else. */
export function plainLook(targetAge: number): Look {
  return {
    targetAge: [{ frameIndex: 0, value: targetAge }],
    blend: [{ frameIndex: 0, value: 1 }],
    strengths: {},
    regionAges: {},
  };
}

export function lookAt(look: Look, frameIndex: number): FrameLook {
  return {
    targetAge: valueAt(look.targetAge, frameIndex),
    blend: valueAt(look.blend, frameIndex),
    strengths: { ...DEFAULT_STRENGTHS, ...look.strengths },
    regionAges: look.regionAges,
  };
}
