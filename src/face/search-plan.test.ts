import { describe, expect, it } from 'vitest';
import { makePlate, SRGB } from '../core/index.ts';
import { plateTiles } from './detect.ts';
import type { SearchState } from './search-plan.ts';
import { planSearch } from './search-plan.ts';

const plate = makePlate(1920, 1080, 'rgb', 8, SRGB);
const calm: SearchState = { frameIndex: 1, followed: 1, sinceLoss: Infinity, isNewShot: false, newcomerPeriod: 4 };

const views = (state: Partial<SearchState>): number => planSearch(plate, { ...calm, ...state }).regions.length;

describe('planSearch', () => {
  it('looks everywhere at a new shot, and when the last face is lost', () => {
    const everywhere = 2 + plateTiles(plate).length;
    expect(views({ isNewShot: true, followed: 0 })).toBe(everywhere);
    expect(views({ followed: 0, sinceLoss: 0 })).toBe(everywhere);
  });

  it('looks in every frame until somebody is found, each time at one more view', () => {
    for (let frameIndex = 1; frameIndex < 9; frameIndex++) expect(views({ frameIndex, followed: 0 })).toBe(2);
    const seen = Array.from({ length: 9 }, (_, frameIndex) => {
      const [, other] = planSearch(plate, { ...calm, frameIndex, followed: 0 }).regions;
      return `${other.cx},${other.cy},${other.side}`;
    });
    expect(new Set(seen).size).toBe(9);
  });

  it('looks eagerly after a loss and seldom when all is well', () => {
    const frames = Array.from({ length: 48 }, (_, i) => i + 1);
    const total = (state: (i: number) => Partial<SearchState>): number =>
      frames.reduce((sum, i) => sum + views({ frameIndex: i, ...state(i) }), 0);
    expect(total((i) => ({ sinceLoss: i, newcomerPeriod: 12 }))).toBeGreaterThan(18);
    expect(total(() => ({ newcomerPeriod: 12 }))).toBe(8);
    expect(total(() => ({}))).toBe(16);
  });
});

describe('plateTiles', () => {
  it.each([
    [1920, 1080],
    [1080, 1920],
    [512, 512],
    [640, 360],
  ])('covers %d x %d and stays inside', (width, height) => {
    const tiles = plateTiles(makePlate(width, height, 'rgb', 8, SRGB));
    for (const { cx, cy, side } of tiles) {
      expect(cx - side / 2).toBeGreaterThanOrEqual(-1e-6);
      expect(cy + side / 2).toBeLessThanOrEqual(height + 1e-6);
    }
    for (let y = 1; y < height; y += height / 23) {
      for (let x = 1; x < width; x += width / 23) {
        expect(tiles.some(({ cx, cy, side }) => Math.abs(x - cx) <= side / 2 && Math.abs(y - cy) <= side / 2)).toBe(
          true,
        );
      }
    }
  });
});
