// Re-ageing in this thread: FramePath behind the Reageing port, one plate at a time, whatever the caller's hurry. Worker
// threads run the same class.

import type { Tensor } from '../core/index.ts';
import { CodedError } from '../core/index.ts';
import type { FaceReport, FramePath, Predictor } from '../reage/index.ts';
import type { Reageing, ReageWork } from './needs.ts';

/** What was learned, loaded. Stays its owner's. */
export interface LoadedLikeness {
  readonly predictor: Predictor;
  /** Values of the predictor's further inputs. */
  readonly extra?: Readonly<Record<string, Tensor>>;
}

export class PathReageing implements Reageing {
  readonly atOnce = 1;
  private readonly path: FramePath;
  private readonly likenesses: ReadonlyMap<string, LoadedLikeness>;
  private turn: Promise<unknown> = Promise.resolve();

  /** @param likenesses - By the hash of their files. */
  constructor(path: FramePath, likenesses: ReadonlyMap<string, LoadedLikeness>) {
    this.path = path;
    this.likenesses = likenesses;
  }

  reage({ plate, faces, orders, matte }: ReageWork): Promise<readonly FaceReport[]> {
    const result = this.turn.then(() => {
      const full = orders.map(({ likeness, ...order }) => ({ ...order, ...this.likenessOf(likeness) }));
      return this.path.reage(plate, full, { faces, matteOut: matte ?? undefined });
    });
    this.turn = result.catch(() => {});
    return result;
  }

  async close(): Promise<void> {
    await this.turn;
  }

  private likenessOf(sha256: string): LoadedLikeness {
    const found = this.likenesses.get(sha256);
    if (found) return found;
    throw new CodedError('finals/no-likeness', `the likeness ${sha256.slice(0, 12)} is not loaded`, {
      hint: 'Run the command again; if it stays so, the file of the likeness was changed while it was at work.',
    });
  }
}
