import { describe, expect, it } from 'vitest';
import type { Affine } from './affine.ts';
import { applyAffine } from './affine.ts';
import { CropPlaces, sampleMaterials, sampleRgb } from './grid-sample.ts';

const SIZE = 32;

/** Red grows to the right, green downwards; blue is flat. */
function slope(width: number, height: number): { samples: Uint8Array; width: number; height: number } {
  const samples = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) samples.set([2 * x, 3 * y, 77], (y * width + x) * 3);
  return { samples, width, height };
}

const TURNED: Affine = [0.9, -0.3, 25, 0.3, 0.9, 12];

describe('places', () => {
  it('of a lattice that stands for an affine map are those of the map', () => {
    const cells = 4;
    const nodes = Array.from({ length: 25 }, (_, i) =>
      applyAffine(TURNED, ((i % 5) * SIZE) / cells, (Math.floor(i / 5) * SIZE) / cells),
    );
    const bent = new CropPlaces(SIZE).setGrid({ cells, places: Float32Array.from(nodes.flat()) });
    const straight = new CropPlaces(SIZE).setAffine(TURNED);
    for (let i = 0; i < SIZE * SIZE; i++) {
      expect(bent.x[i]).toBeCloseTo(straight.x[i], 4);
      expect(bent.y[i]).toBeCloseTo(straight.y[i], 4);
    }
  });
});

describe('pictures', () => {
  it('are read where the map says, with pixel centres at halves', () => {
    const out = new Float32Array(SIZE * SIZE * 3);
    sampleRgb(slope(80, 60), new CropPlaces(SIZE).setAffine(TURNED), out);
    for (const [col, row] of [[0, 0], [9, 20], [31, 31]] as const) {
      const [x, y] = applyAffine(TURNED, col + 0.5, row + 0.5);
      const i = row * SIZE + col;
      // a cubic passes through a slope; places are kept to a 256th of a pixel
      expect(Math.abs(out[i] * 255 - 2 * (x - 0.5))).toBeLessThan(0.02);
      expect(Math.abs(out[i + SIZE * SIZE] * 255 - 3 * (y - 0.5))).toBeLessThan(0.02);
      expect(out[i + 2 * SIZE * SIZE] * 255).toBeCloseTo(77, 3);
    }
  }); // prettier-ignore

  it('go on beyond the border as asked for', () => {
    const picture = slope(20, 20);
    const out = new Float32Array(SIZE * SIZE * 3);
    const places = new CropPlaces(SIZE).setAffine([1, 0, -6, 0, 1, 0]);
    sampleRgb(picture, places, out, 'edge');
    expect(out[5 * SIZE] * 255).toBeCloseTo(0, 3);
    sampleRgb(picture, places, out, 'mirror');
    // 6 pixels left of the border stands what is 6 right of it
    expect(out[5 * SIZE] * 255).toBeCloseTo(10, 3);
    expect(out[5 * SIZE + 5] * 255).toBeCloseTo(0, 3);
  });
});

describe('materials', () => {
  it('lie where the picture lies, half and half on an edge', () => {
    const [width, height] = [40, 40];
    const materials = Uint8Array.from({ length: width * height }, (_, i) => (i % width < 20 ? 30 : 120));
    const skin = { counts: new Float32Array(256), out: new Float32Array(SIZE * SIZE) };
    const hair = { counts: new Float32Array(256), out: new Float32Array(SIZE * SIZE) };
    skin.counts[30] = 1;
    hair.counts[120] = 1;
    sampleMaterials(materials, { width, height }, new CropPlaces(SIZE).setAffine([1, 0, 4.5, 0, 1, 2]), [skin, hair]);
    const row = 7 * SIZE;
    expect([skin.out[row + 14], skin.out[row + 15], skin.out[row + 16]]).toEqual([1, 0.5, 0]);
    expect(skin.out.every((v, i) => v + hair.out[i] === 1)).toBe(true);
  });
});
