// The change of shape that a network is shown beside own photos, for training: as a career would tell it. At run time
// `ShapeFlow` draws it out of a real career.

import { SHAPE_REDUCTION, SHAPE_UNIT, ShapeFlow, knownAround } from '../face/index.ts';
import type { SeededRandom } from '../model/index.ts';

/** Share of pairs whose shape is withheld, so that the network can do without. */
const WITHHELD = { pairs: 0.3, career: 0.08 } as const;
/** A career tells less of a change than there was, or more: it averages over years. */
const FACTOR = [0.7, 1.15] as const;
/**
 * What it errs by in x and in y, root mean square as a share of the side, and more for each year between the ages: by so
 * much did what two halves of a career of 78 photos told differ. Other careers err less or more.
 */
const ERROR = { least: 0.1 / 256, year: 0.02 / 256, factor: [0.5, 2] } as const;
/** The error is made of so many waves. */
const WAVES = 6;
/** Length of a wave, in sides: an error is alike all over an eye or the mouth. */
const WAVE_SIDES = [0.25, 0.7] as const;

/** Owns its buffers; not re-entrant. What it fills is as the `shape` and `shapeValid` of one entry of a batch. */
export class ShownShape {
  private readonly sizePx: number;
  private readonly side: number;
  private readonly flow: ShapeFlow;
  private readonly error: Float32Array;

  /** @param sizePx - Side of the crops. */
  constructor(sizePx: number) {
    this.sizePx = sizePx;
    this.side = sizePx / SHAPE_REDUCTION;
    this.flow = new ShapeFlow(sizePx);
    this.error = new Float32Array(this.side ** 2);
  }

  /**
   * What stands for the word of a career, of which synthetic people have none: the truth, more or less.
   *
   * @param years - Between the ages. @param points - Landmarks of the truth, crop pixels.
   * @param truth - [2, S / 4, S / 4], crop pixels, as `PairFlow` draws it.
   */
  drawTruth(
    random: SeededRandom,
    years: number,
    truth: Float32Array,
    points: Float32Array,
    shape: Float32Array,
    valid: Float32Array,
  ): void {
    if (random.uniform() < WITHHELD.pairs) return;
    const { sizePx, side, error } = this;
    knownAround(points, sizePx, side, 0.5, valid);
    const factor = random.between(...FACTOR);
    const off = (ERROR.least + ERROR.year * Math.abs(years)) * random.between(...ERROR.factor) * sizePx;
    for (const axis of [0, 1]) {
      this.drawError(random, off);
      for (let i = 0, at = axis * side * side; i < error.length; i++, at++)
        shape[at] = (valid[i] * (factor * truth[at] + error[i])) / (SHAPE_UNIT * sizePx);
    }
  }

  /** @param source - As `carryPoints`, crop pixels: the face as the network sees it; @param target - at the target age. */
  drawCareer(
    random: SeededRandom,
    source: Float32Array,
    target: Float32Array,
    shape: Float32Array,
    valid: Float32Array,
  ): void {
    if (random.uniform() >= WITHHELD.career) this.flow.draw(source, target, shape, valid);
  }

  /** Plane waves. @param rms - Crop pixels. */
  private drawError(random: SeededRandom, rms: number): void {
    const { side, error } = this;
    error.fill(0);
    const height = rms * Math.sqrt(2 / WAVES);
    for (let n = 0; n < WAVES; n++) {
      const angle = random.between(0, 2 * Math.PI);
      const steps = (2 * Math.PI) / (side * random.between(...WAVE_SIDES));
      const [x, y] = [steps * Math.cos(angle), steps * Math.sin(angle)];
      const phase = random.between(0, 2 * Math.PI);
      for (let i = 0; i < error.length; i++)
        error[i] += height * Math.sin(phase + x * (i % side) + y * Math.floor(i / side));
    }
  }
}
