// Where a training crop lies: the aligned crop of a face, a little turned, shifted and scaled, as by a tracker's error; and
// mirrored, where the two sides of a face need not be told apart.

import type { Affine, Point } from '../core/index.ts';
import { applyAffine, composeAffine, invertAffine } from '../core/index.ts';
import { alignPoints } from '../face/index.ts';
import type { SeededRandom } from '../model/index.ts';

const TURN_DEGREES = 4;
const LOG_SCALE = 0.05;
/** Share of the side. */
const SHIFT = 0.015;

export interface TrainingCrop {
  /** Picture pixels -> crop pixels. */
  readonly toCrop: Affine;
  readonly toPicture: Affine;
  readonly isMirrored: boolean;
}

/**
 * @param points - Eye centres and mouth centre, picture pixels.
 * @param zoom - 1: the crop that networks see; 0.65: a wider one, in which the eyes are nearer by so much.
 * @param mirrorShare - 0 for one performer, whose face is not the same on both sides.
 * @throws {CodedError} `face/degenerate`
 */
export function jitteredCrop(
  random: SeededRandom,
  points: readonly [Point, Point, Point],
  sizePx: number,
  zoom: number,
  mirrorShare = 0.5,
): TrainingCrop {
  const angle = ((TURN_DEGREES * Math.PI) / 180) * random.normal();
  const scale = zoom * Math.exp(LOG_SCALE * random.normal());
  const [dx, dy] = [SHIFT * sizePx * random.normal(), SHIFT * sizePx * random.normal()];
  const isMirrored = random.uniform() < mirrorShare;
  const [cos, sin] = [scale * Math.cos(angle), scale * Math.sin(angle)];
  const across = isMirrored ? -1 : 1;
  const middle = sizePx / 2;
  const about = (m: readonly [number, number, number, number]): Affine => [
    m[0],
    m[1],
    middle + dx - (m[0] + m[1]) * middle,
    m[2],
    m[3],
    middle + dy - (m[2] + m[3]) * middle,
  ];
  const toCrop = composeAffine(about([cos * across, -sin, sin * across, cos]), alignPoints(points, sizePx));
  return { toCrop, toPicture: invertAffine(toCrop), isMirrored };
}

/** The aligned crop itself. */
export function stillCrop(points: readonly [Point, Point, Point], sizePx: number): TrainingCrop {
  const toCrop = alignPoints(points, sizePx);
  return { toCrop, toPicture: invertAffine(toCrop), isMirrored: false };
}

/** Points carried into the crop; x, y each, picture pixels. Belongs to the caller. */
export function pointsInCrop(points: Float32Array, { toCrop }: TrainingCrop): Float32Array {
  const moved = points.slice();
  for (let i = 0; i < moved.length; i += 2) [moved[i], moved[i + 1]] = applyAffine(toCrop, moved[i], moved[i + 1]);
  return moved;
}
