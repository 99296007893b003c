// Where a face's points go as it ages, as a flow to be learned: synthetic people have exact landmarks at both ages, and
// change of shape is the largest part of ageing that pictures alone teach slowly.

import type { Point } from '../core/index.ts';
import { LandmarkWarp } from '../face/index.ts';
import type { TrainingCrop } from './crop-jitter.ts';
import { pointsInCrop } from './crop-jitter.ts';

/** The flow is told on a grid of a quarter of the crop's side, as the network predicts it. */
export const FLOW_REDUCTION = 4;

/** How far around a landmark the flow is believed, standard deviation as a share of the side. */
const REACH = 0.05;
const LANDMARKS = 68;

/** Owns its buffers; not re-entrant. */
export class PairFlow {
  private readonly side: number;
  private readonly sizePx: number;
  private readonly warp: LandmarkWarp;
  private readonly nodes: Int32Array;
  private readonly places: Float32Array;
  private readonly all: readonly number[] = Array.from({ length: LANDMARKS }, (_, i) => i);

  /** @param sizePx - Side of the crops. */
  constructor(sizePx: number) {
    this.sizePx = sizePx;
    this.side = sizePx / FLOW_REDUCTION;
    // a lattice of half the step: its odd nodes are the middles of the grid's cells
    const cells = 2 * this.side;
    this.warp = new LandmarkWarp(LANDMARKS, sizePx, cells);
    this.nodes = Int32Array.from({ length: this.side ** 2 }, (_, i) => {
      const [row, col] = [Math.floor(i / this.side), i % this.side];
      return (2 * row + 1) * (cells + 1) + 2 * col + 1;
    });
    this.places = new Float32Array(2 * (cells + 1) ** 2);
  }

  /**
   * @param source - 68 landmarks of the plate; @param target - of the truth; picture pixels of one picture size.
   * @param flow - Takes [2, S / 4, S / 4]: x, y in crop pixels, from a place of the truth to where the plate shows it.
   * @param belief - Takes [S / 4, S / 4], 0..1: 1 at landmarks, 0 far from all.
   */
  draw(
    source: readonly Point[],
    target: readonly Point[],
    crop: TrainingCrop,
    flow: Float32Array,
    belief: Float32Array,
  ): void {
    const { side, nodes, places, warp } = this;
    const [from, to] = [source, target].map((points) => pointsInCrop(Float32Array.from(points.flat()), crop));
    warp.aim(to, nodes);
    warp.through(
      from.map((v, i) => v - to[i]),
      this.all,
      places,
    );
    for (let i = 0; i < nodes.length; i++) {
      const [x, y] = [(i % side) + 0.5, Math.floor(i / side) + 0.5].map((v) => v * FLOW_REDUCTION);
      flow[i] = places[2 * nodes[i]];
      flow[nodes.length + i] = places[2 * nodes[i] + 1];
      belief[i] = this.beliefAt(to, x, y);
    }
  }

  private beliefAt(points: Float32Array, x: number, y: number): number {
    let nearest = Infinity;
    for (let k = 0; k < points.length; k += 2)
      nearest = Math.min(nearest, (points[k] - x) ** 2 + (points[k + 1] - y) ** 2);
    return Math.exp(-nearest / (2 * (REACH * this.sizePx) ** 2));
  }
}
