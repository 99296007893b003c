// Guided filter: smooths a matte while following the edges of a guide picture, so that a coarse matte ends where skin
// meets hair or collar. Box sums only, so the cost does not depend on the radius.

import { boxMean } from './raster.ts';

/** @see He, Sun, Tang 2010, "Guided Image Filtering", ECCV, doi:10.1007/978-3-642-15549-9_1 */
export class GuidedFilter {
  private readonly side: number;
  private readonly grids: readonly Float32Array[];

  constructor(side: number) {
    this.side = side;
    this.grids = Array.from({ length: 5 }, () => new Float32Array(side * side));
  }

  /**
   * @param matte - [side, side], filtered in place.
   * @param guide - [side, side], in units of which `epsilon` is a variance: weaker edges are not followed.
   */
  filter(matte: Float32Array, guide: Float32Array, radius: number, epsilon: number): void {
    const { slope, offset } = this.fit(matte, guide, radius, epsilon);
    for (let i = 0; i < matte.length; i++) {
      const value = slope[i] * guide[i] + offset[i];
      matte[i] = value < 0 ? 0 : value > 1 ? 1 : value;
    }
  }

  /**
   * The filter as the straight line that it is at each cell, matte = slope * guide + offset: a finer guide can be put in.
   *
   * @returns [side, side] each, valid until the next call; `matte` stays as it is.
   */
  fit(
    matte: Float32Array,
    guide: Float32Array,
    radius: number,
    epsilon: number,
  ): { readonly slope: Float32Array; readonly offset: Float32Array } {
    const [meanGuide, meanMatte, slope, offset, scratch] = this.grids;
    const count = this.side * this.side;
    meanGuide.set(guide);
    meanMatte.set(matte);
    for (let i = 0; i < count; i++) {
      slope[i] = guide[i] * matte[i];
      offset[i] = guide[i] * guide[i];
    }
    for (const grid of [meanGuide, meanMatte, slope, offset]) boxMean(grid, this.side, radius, scratch);
    for (let i = 0; i < count; i++) {
      const covariance = slope[i] - meanGuide[i] * meanMatte[i];
      const variance = offset[i] - meanGuide[i] * meanGuide[i];
      slope[i] = covariance / (variance + epsilon);
      offset[i] = meanMatte[i] - slope[i] * meanGuide[i];
    }
    for (const grid of [slope, offset]) boxMean(grid, this.side, radius, scratch);
    return { slope, offset };
  }
}
