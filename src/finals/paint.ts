// Flat colour and letters drawn into a plate's own planes, whatever their layout, depth and colour: for burn-ins.

import type { Plane, Plate } from '../core/index.ts';
import { chromaShift, displayTransform, multiply3, planeCodings, rgbToYuv } from '../core/index.ts';
import { glyphOf, GLYPH_HEIGHT, GLYPH_WIDTH } from './bitmap-font.ts';

/** Sample codes of the three planes. */
export type Codes = readonly [number, number, number];

/** Pixels of the plate; columns [left, left + width), rows [top, top + height). */
export interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** A display-referred grey (0 black, 1 white) in the plate's own codes. */
export function greyCodes(plate: Plate, grey: number): Codes {
  const rgb = displayTransform(plate.color).fromDisplay(grey, grey, grey);
  const values = plate.layout === 'rgb' ? rgb : multiply3(rgbToYuv(plate.color.matrix), ...rgb);
  const isFloat = plate.depth === 'half' || plate.depth === 'float';
  const codes = planeCodings(plate).map(({ scale, offset }, k) => {
    const code = (values[k] - offset) / scale;
    return isFloat ? code : Math.max(0, Math.min(2 ** (plate.depth as number) - 1, Math.round(code)));
  });
  return codes as unknown as Codes;
}

/** Lays a flat colour over a rectangle; what lies outside the plate is left away. @param alpha - 0..1. */
export function fillRectangle(plate: Plate, rectangle: Rectangle, codes: Codes, alpha: number): void {
  const [shiftX, shiftY] = chromaShift(plate.layout);
  const isFloat = plate.depth === 'half' || plate.depth === 'float';
  plate.planes.forEach((plane, k) => {
    const [sx, sy] = k === 0 ? [0, 0] : [shiftX, shiftY];
    fillPlane(plane, shifted(rectangle, sx, sy), codes[k], alpha, isFloat);
  });
}

function shifted({ left, top, width, height }: Rectangle, sx: number, sy: number): Rectangle {
  return {
    left: left >> sx,
    top: top >> sy,
    width: ((left + width + (1 << sx) - 1) >> sx) - (left >> sx),
    height: ((top + height + (1 << sy) - 1) >> sy) - (top >> sy),
  };
}

function fillPlane(
  plane: Plane,
  { left, top, width, height }: Rectangle,
  code: number,
  alpha: number,
  isFloat: boolean,
): void {
  const { samples, stride, step } = plane;
  const rightEnd = Math.min(plane.width, left + width);
  const bottomEnd = Math.min(plane.height, top + height);
  for (let y = Math.max(0, top); y < bottomEnd; y++) {
    for (let x = Math.max(0, left); x < rightEnd; x++) {
      const at = y * stride + x * step;
      const mixed = samples[at] + (code - samples[at]) * alpha;
      samples[at] = isFloat ? mixed : Math.round(mixed);
    }
  }
}

/** Width of a line of text in pixels. @param pixel - Side of one dot of a letter. */
export function textWidth(text: string, pixel: number): number {
  return Math.max(0, [...text].length * (GLYPH_WIDTH + 1) - 1) * pixel;
}

/** Draws letters; colour is given for the first plane alone and has to stand on a box that is grey already. */
export function drawText(plate: Plate, text: string, left: number, top: number, pixel: number, codes: Codes): void {
  const [shiftX] = chromaShift(plate.layout);
  // on a grey box the chroma of a grey letter is right already; RGB needs all three
  const planes = plate.layout === 'rgb' || shiftX === 0 ? plate.planes : [plate.planes[0]];
  const isFloat = plate.depth === 'half' || plate.depth === 'float';
  [...text].forEach((sign, n) => {
    const rows = glyphOf(sign);
    for (let row = 0; row < GLYPH_HEIGHT; row++) {
      for (let column = 0; column < GLYPH_WIDTH; column++) {
        if (((rows[row] >> (GLYPH_WIDTH - 1 - column)) & 1) === 0) continue;
        const dot: Rectangle = {
          left: left + (n * (GLYPH_WIDTH + 1) + column) * pixel,
          top: top + row * pixel,
          width: pixel,
          height: pixel,
        };
        planes.forEach((plane, k) => fillPlane(plane, dot, codes[k], 1, isFloat));
      }
    }
  });
}
