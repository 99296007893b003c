// How strong an effect may be on a face that is hard to see: near true profile the mesh guesses the hidden half.

import type { HeadPose } from '../core/index.ts';

/** Frames over which strength comes and goes. */
export const FADE_FRAMES = 5;

/** Degrees of yaw, to either side, at which strength begins to go, and at which nothing is left. */
export const PROFILE_FADE: readonly [number, number] = [45, 62];

/** Mesh scores at which nothing is left, and from which on the mesh is believed. A seen face scores above 0.99. */
const SCORE_FADE: readonly [number, number] = [0.5, 0.8];

/** 0..1 for one frame by itself, from how the head is turned and how sure the mesh is. */
export function visibility(pose: HeadPose, score: number): number {
  const profile = ramp(Math.abs(pose.yaw), PROFILE_FADE[1], PROFILE_FADE[0]);
  return profile * ramp(score, SCORE_FADE[0], SCORE_FADE[1]);
}

/** 0 at `none`, 1 at `full`, smooth between; either may be the larger. */
function ramp(value: number, none: number, full: number): number {
  const t = Math.max(0, Math.min(1, (value - none) / (full - none)));
  return t * t * (3 - 2 * t);
}
