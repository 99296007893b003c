// What says how far a training has come: the recipe's own losses on photos that were held out, with the averaged weights.

import type { Network } from '../core/index.ts';
import type { Tensors, TrainingState, Weights } from '../model/index.ts';
import type { CareerCrop } from './career-crops.ts';
import { TAUGHT_GROUP, likenessExam, likenessFeeds } from './likeness-program.ts';
import type { LikenessRecipe } from './likeness-recipe.ts';
import type { LikenessMark } from './likeness-record.ts';
import type { LikenessNeeds } from './needs.ts';

/** Every training of a career is examined on the same batches, whatever its seed. */
const EXAM_SEED = 20_261;

export class HeldOutExam {
  private readonly network: Network;
  private readonly batches: readonly Tensors[];

  private constructor(network: Network, batches: readonly Tensors[]) {
    this.network = network;
    this.batches = batches;
  }

  /**
   * Whoever opens it closes it.
   *
   * @param photos - All of the career.
   * @returns null where none is held out.
   */
  static async open(
    photos: readonly CareerCrop[],
    recipe: LikenessRecipe,
    prior: Weights,
    needs: Pick<LikenessNeeds, 'openBatches' | 'openNetwork'>,
  ): Promise<HeldOutExam | null> {
    const subjects = photos.filter(({ isHeldOut }) => isHeldOut);
    if (subjects.length === 0) return null;
    const archive = photos.filter(({ isHeldOut }) => !isHeldOut);
    const own = { ...recipe, entries: { ...recipe.entries, pairs: 0 } };
    const source = needs.openBatches({ subjects, archive, recipe: own, seed: EXAM_SEED });
    try {
      const batches: Tensors[] = [];
      for (let k = 0; k < recipe.examBatches; k++) batches.push(likenessFeeds(await source.batch(k)));
      return new HeldOutExam(await needs.openNetwork(likenessExam(own, prior)), batches);
    } finally {
      await source.close();
    }
  }

  async mark({ step, trainedSeconds, vectors }: TrainingState): Promise<LikenessMark> {
    const weights = vectors[`average.${TAUGHT_GROUP}`];
    const taught = { [`weights.${TAUGHT_GROUP}`]: { data: weights, shape: [weights.length] } };
    const sums: Record<string, number> = {};
    for (const batch of this.batches) {
      const losses = await this.network.run({ ...batch, ...taught });
      for (const [name, { data }] of Object.entries(losses)) sums[name] = (sums[name] ?? 0) + data[0];
    }
    const { loss, ...parts } = Object.fromEntries(
      Object.entries(sums).map(([name, sum]) => [name, sum / this.batches.length]),
    );
    return { step, minutes: trainedSeconds / 60, loss, parts };
  }

  close(): Promise<void> {
    return this.network.close();
  }
}
