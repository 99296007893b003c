// Where a training crop lies: the aligned crop of a face, a little turned, shifted, scaled, and mirrored half of the time,
// as a tracker's error and a performer's asymmetry would have it.

import type { Affine, Point } from '../core/index.ts';
import { composeAffine, invertAffine } from '../core/index.ts';
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
 * @throws {CodedError} `face/degenerate`
 */
export function jitteredCrop(
  random: SeededRandom,
  points: readonly [Point, Point, Point],
  sizePx: number,
  zoom: number,
): TrainingCrop {
  const angle = ((TURN_DEGREES * Math.PI) / 180) * random.normal();
  const scale = zoom * Math.exp(LOG_SCALE * random.normal());
  const [dx, dy] = [SHIFT * sizePx * random.normal(), SHIFT * sizePx * random.normal()];
  const isMirrored = random.uniform() < 0.5;
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
