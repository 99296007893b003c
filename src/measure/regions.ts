// Where the measures look: the ageing region M and the hair, read off the material masks of synthetic performers.

import type { Box, Mask } from './picture.ts';

/** Values of a material mask, one byte per pixel. */
export const MATERIALS = {
  background: 0,
  faceAndNeckSkin: 30,
  bodySkin: 60,
  eyes: 90,
  hair: 120,
  mouth: 150,
  browsAndLashes: 180,
  clothes: 210,
} as const;

const AGEING: ReadonlySet<number> = new Set([
  MATERIALS.faceAndNeckSkin,
  MATERIALS.eyes,
  MATERIALS.mouth,
  MATERIALS.browsAndLashes,
]);
const HAIR: ReadonlySet<number> = new Set([MATERIALS.hair]);

function eitherHas(wanted: ReadonlySet<number>, a: Uint8Array, b: Uint8Array): Mask {
  if (a.length !== b.length)
    throw new RangeError(`masks of one size are needed, got ${a.length} and ${b.length} pixels`);
  const table = Uint8Array.from({ length: 256 }, (_, value) => (wanted.has(value) ? 1 : 0));
  return a.map((value, i) => table[value] | table[b[i]]);
}

/** M of the measures: face-and-neck skin, eyes, mouth and brows of either picture. Material masks, one size. */
export function ageingRegion(plateMaterials: Uint8Array, truthMaterials: Uint8Array): Mask {
  return eitherHas(AGEING, plateMaterials, truthMaterials);
}

/** Hair of either picture. */
export function hairRegion(plateMaterials: Uint8Array, truthMaterials: Uint8Array): Mask {
  return eitherHas(HAIR, plateMaterials, truthMaterials);
}

/** Inside in at least one. */
export function unionOf(a: Mask, b: Mask): Mask {
  return a.map((value, i) => value | b[i]);
}

/**
 * The smallest box around a region, grown on each side and clipped to the picture.
 *
 * @returns An empty box at the origin for an empty region.
 */
export function boxAround(region: Mask, width: number, height: number, growPx: number): Box {
  let left = width;
  let top = height;
  let right = 0;
  let bottom = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!region[y * width + x]) continue;
      if (x < left) left = x;
      if (x >= right) right = x + 1;
      if (y < top) top = y;
      bottom = y + 1;
    }
  }
  if (right === 0) return { left: 0, top: 0, right: 0, bottom: 0 };
  return {
    left: Math.max(0, left - growPx),
    top: Math.max(0, top - growPx),
    right: Math.min(width, right + growPx),
    bottom: Math.min(height, bottom + growPx),
  };
}

export function cutMask(mask: Mask, maskWidth: number, box: Box): Mask {
  const width = box.right - box.left;
  const out = new Uint8Array(width * (box.bottom - box.top));
  for (let y = box.top; y < box.bottom; y++) {
    const from = y * maskWidth + box.left;
    out.set(mask.subarray(from, from + width), (y - box.top) * width);
  }
  return out;
}
