// The contact sheet: moments of a clip side by side, one row for each version of it, each row named.

import type { Plate } from '../../core/index.ts';
import { PlateCropper, packedRgb } from '../../core/index.ts';
import { drawText, fillRectangle, greyCodes, textWidth } from '../../finals/index.ts';

export interface SheetRow {
  readonly label: string;
  /** The same moments in every row; square plates, any layout and depth. */
  readonly plates: readonly Plate[];
}

/** Side of one picture, pixels. */
const CELL = 256;
const GAP = 4;
/** Side of one dot of a letter. */
const DOT = 2;

/** An 8-bit RGB plate. */
export function contactSheet(rows: readonly SheetRow[]): Plate {
  const columns = Math.max(...rows.map((row) => row.plates.length));
  const width = columns * (CELL + GAP) - GAP;
  const height = rows.length * (CELL + GAP) - GAP;
  const samples = new Uint8Array(width * height * 3).fill(20);
  const sheet = packedRgb(samples, width, height, 3, 8);
  const cropper = new PlateCropper();
  const cell = new Float32Array(CELL * CELL * 3);
  rows.forEach(({ label, plates }, row) => {
    plates.forEach((plate, column) => {
      const scale = plate.height / CELL;
      const toPlate = [scale, 0, (plate.width - plate.height) / 2, 0, scale, 0] as const;
      cropper.crop(plate, toPlate, CELL, cell, { layout: 'nhwc', low: 0, high: 255, border: 'edge' });
      put(cell, samples, width, column * (CELL + GAP), row * (CELL + GAP));
    });
    writeLabel(sheet, label, 0, row * (CELL + GAP));
  });
  return sheet;
}

function put(cell: Float32Array, samples: Uint8Array, width: number, left: number, top: number): void {
  for (let y = 0; y < CELL; y++) {
    const to = ((top + y) * width + left) * 3;
    for (let i = 0; i < CELL * 3; i++) samples[to + i] = Math.round(cell[y * CELL * 3 + i]);
  }
}

/** White letters on a dark box whose top-left corner is given. */
export function writeLabel(plate: Plate, label: string, left: number, top: number): void {
  const box = { left, top, width: textWidth(label, DOT) + 6 * DOT, height: 7 * DOT + 6 * DOT };
  fillRectangle(plate, box, greyCodes(plate, 0), 0.7);
  drawText(plate, label, left + 3 * DOT, top + 3 * DOT, DOT, greyCodes(plate, 1));
}
