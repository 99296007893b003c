// The burn-in: a bar at the foot of the picture with the clip's name, the timecode and RE-AGED, so that no copy of a temp
// is taken for a camera original.

import type { Plate } from '../core/index.ts';
import { GLYPH_HEIGHT } from './bitmap-font.ts';
import { drawText, fillRectangle, greyCodes, textWidth } from './paint.ts';

const LABEL = 'RE-AGED';
/** Height of the letters over the height of the picture. */
const LETTER_SHARE = 1 / 40;
const BAR_ALPHA = 0.6;

export interface BurnIn {
  readonly name: string;
  /** Timecode, or the frame's number where the clip has none. */
  readonly place: string;
}

/** Draws in place on a plate that the caller owns. */
export function burnIn(plate: Plate, { name, place }: BurnIn): void {
  const pixel = Math.max(1, Math.round((plate.height * LETTER_SHARE) / GLYPH_HEIGHT));
  const margin = 3 * pixel;
  const barHeight = GLYPH_HEIGHT * pixel + 2 * margin;
  const top = plate.height - barHeight;
  fillRectangle(plate, { left: 0, top, width: plate.width, height: barHeight }, greyCodes(plate, 0), BAR_ALPHA);
  const white = greyCodes(plate, 1);
  const write = (text: string, left: number): void => drawText(plate, text, left, top + margin, pixel, white);
  const placeLeft = Math.round((plate.width - textWidth(place, pixel)) / 2);
  write(shortened(name, placeLeft - 2 * margin, pixel), margin);
  write(place, placeLeft);
  write(LABEL, plate.width - margin - textWidth(LABEL, pixel));
}

/** Cut in the middle, so that the ends (scene and take) can be read. */
function shortened(name: string, room: number, pixel: number): string {
  const signs = [...name];
  let keep = signs.length;
  let text = name;
  while (keep > 2 && textWidth(text, pixel) > room) {
    keep--;
    text = `${signs.slice(0, Math.ceil(keep / 2)).join('')}..${signs.slice(-Math.floor(keep / 2)).join('')}`;
  }
  return textWidth(text, pixel) <= room ? text : '';
}
