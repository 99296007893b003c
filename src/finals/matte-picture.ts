// The matte as a grey picture that any player shows: luma carries coverage, chroma is neutral.

import type { ColorTags, Plate, SampleDepth } from '../core/index.ts';
import { makePlate, planeCodings } from '../core/index.ts';

const GREY: ColorTags = { matrix: 'bt709', transfer: 'bt709', primaries: 'bt709', range: 'limited' };

/** Owns its picture. */
export class MattePicture {
  readonly picture: Plate;

  constructor(width: number, height: number, depth: SampleDepth & number) {
    this.picture = makePlate(width, height, depth === 8 ? 'yuv420' : 'yuv422', depth, GREY);
    const [, chroma] = planeCodings(this.picture);
    const neutral = Math.round(-chroma.offset / chroma.scale);
    for (const plane of this.picture.planes.slice(1)) plane.samples.fill(neutral);
  }

  /** @param matte - [height, width], 0..1. */
  put(matte: Float32Array): void {
    const [luma] = planeCodings(this.picture);
    const gain = 1 / luma.scale;
    const black = -luma.offset / luma.scale;
    const { samples } = this.picture.planes[0];
    for (let i = 0; i < samples.length; i++) samples[i] = black + matte[i] * gain + 0.5;
  }
}
