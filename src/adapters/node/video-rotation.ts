// The display matrix of MOV and MP4: how the stored picture is to be turned before it is shown. Phones write it.

import type { Orientation } from './video-pixels.ts';
import { UPRIGHT } from './video-pixels.ts';

/**
 * @param matrix - Nine 32-bit numbers (ISO/IEC 14496-12, 8.2.2.3), or null. Anything but quarter turns and mirrors is
 *   taken as upright: players do the same with a slanted phone.
 */
export function orientationOf(matrix: Uint8Array | null): Orientation {
  if (!matrix || matrix.byteLength < 36) return UPRIGHT;
  const view = new DataView(matrix.buffer, matrix.byteOffset, matrix.byteLength);
  // shown = stored · [m0 m1; m3 m4] as a row vector; the inverse of a quarter turn is its transpose
  const [a, b, c, d] = [0, 1, 3, 4].map((k) => Math.sign(Math.round(view.getInt32(k * 4, true) / 65536)));
  if (Math.abs(a * d - b * c) !== 1 || a * b !== 0) return UPRIGHT;
  return { a, b, c, d } as Orientation;
}

/** How far the stored picture is turned clockwise to be upright; a mirror counts as the turn it holds. */
export function clockwiseDegrees({ a, b }: Orientation): 0 | 90 | 180 | 270 {
  if (a === 1) return 0;
  if (a === -1) return 180;
  return b === 1 ? 90 : 270;
}
