// The change of shape that a network is shown beside own photos, for training: as a career would tell it. At run time
// `ShapeFlow` draws it out of a real career.

import { SHAPE_REDUCTION, SHAPE_UNIT, ShapeFlow, knownAround } from '../face/index.ts';
import type { SeededRandom } from '../model/index.ts';

/** Share of pairs whose shape is withheld, so that the network can do without. */
const WITHHELD = { pairs: 0.3, career: 0.08 } as const;
/** A career tells less of a change than there was, or more: it averages over years. */
const FACTOR = [0.7, 1.15] as const;
/** What it errs by, root mean square as a share of the side (0.4 of 256 pixels), and in how many waves. */
const ERROR = 0.4 / 256;
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
   * @param truth - [2, S / 4, S / 4], crop pixels, as `PairFlow` draws it; @param points - of the truth, crop pixels.
   */
  drawTruth(
    random: SeededRandom,
    truth: Float32Array,
    points: Float32Array,
    shape: Float32Array,
    valid: Float32Array,
  ): void {
    if (random.uniform() < WITHHELD.pairs) return;
    const { sizePx, side, error } = this;
    knownAround(points, sizePx, side, 0.5, valid);
    const factor = random.between(...FACTOR);
    for (const axis of [0, 1]) {
      this.drawError(random);
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

  /** Plane waves, crop pixels. */
  private drawError(random: SeededRandom): void {
    const { side, error } = this;
    error.fill(0);
    const height = ERROR * this.sizePx * Math.sqrt(2 / WAVES);
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
