// How well a hair network does on people that it has not seen, in the words of docs/measures.md.

import type { Network } from '../core/index.ts';
import { ageMaps } from './change-recipe.ts';
import type { HairBatch } from './hair-sampler.ts';
import { planesOf } from './pair-batch.ts';

export interface HairMarks {
  /** 1 - sum |O - G| / sum |S - G| over the hair, towards younger and towards older. */
  readonly gapYounger: number;
  readonly gapOlder: number;
  /** Share of the hair that the matte covers. */
  readonly covered: number;
  /** Area of the matte where there is no hair, over the area of the hair. */
  readonly spilled: number;
}

/** One pair and what was made of it. */
export interface ExaminedHair {
  readonly batch: HairBatch;
  readonly k: number;
  /** [3, S, S]. */
  readonly made: Float32Array;
  /** [S, S]; the network's until its next run. */
  readonly matte: Float32Array;
}

/** Runs every pair of the batches. @param network - As `exportHair` makes it. */
export async function examineHair(
  network: Network,
  batches: readonly HairBatch[],
  onPair: (pair: ExaminedHair) => void = () => {},
): Promise<HairMarks> {
  const sums = { younger: { near: 0, far: 0 }, older: { near: 0, far: 0 }, inHair: 0, beside: 0, hair: 0 };
  for (const batch of batches) {
    for (let k = 0; k < batch.count; k++) {
      const pair = await runPair(network, batch, k);
      onPair(pair);
      addMatte(sums, pair);
      addGap(batch.targetAge[k] < batch.sourceAge[k] ? sums.younger : sums.older, pair);
    }
  }
  const { younger, older, inHair, beside, hair } = sums;
  return {
    gapYounger: 1 - younger.near / younger.far,
    gapOlder: 1 - older.near / older.far,
    covered: inHair / hair,
    spilled: beside / hair,
  };
}

async function runPair(network: Network, batch: HairBatch, k: number): Promise<ExaminedHair> {
  const { sizePx } = batch;
  const plane = sizePx * sizePx;
  const source = planesOf(batch.source, sizePx, 3, k);
  const { matte, gain, residual } = await network.run({
    image: { data: source, shape: [1, 3, sizePx, sizePx] },
    sourceAge: ageMaps(batch.sourceAge.subarray(k, k + 1), sizePx / 2),
    targetAge: ageMaps(batch.targetAge.subarray(k, k + 1), sizePx / 2),
    person: { data: planesOf(batch.person, sizePx / 2, 1, k), shape: [1, 1, sizePx / 2, sizePx / 2] },
  });
  const made = source.map((v, i) => v + matte.data[i % plane] * (v * Math.exp(gain.data[i]) + residual.data[i] - v));
  return { batch, k, made, matte: matte.data };
}

function addMatte(
  sums: { inHair: number; beside: number; hair: number },
  { batch: { hair: hairs, seen: seens, sizePx }, k, matte }: ExaminedHair,
): void {
  const [hair, seen] = [planesOf(hairs, sizePx, 1, k), planesOf(seens, sizePx, 1, k)];
  for (let i = 0; i < hair.length; i++) {
    sums.inHair += seen[i] * Math.min(matte[i], hair[i]);
    sums.beside += seen[i] * Math.max(0, matte[i] - hair[i]);
    sums.hair += seen[i] * hair[i];
  }
}

function addGap(sums: { near: number; far: number }, { batch, k, made }: ExaminedHair): void {
  const { sizePx } = batch;
  const [plate, truth] = [planesOf(batch.source, sizePx, 3, k), planesOf(batch.target, sizePx, 3, k)];
  const [hair, seen] = [planesOf(batch.hair, sizePx, 1, k), planesOf(batch.seen, sizePx, 1, k)];
  for (let i = 0; i < made.length; i++) {
    const weight = hair[i % hair.length] * seen[i % hair.length];
    sums.near += weight * Math.abs(made[i] - truth[i]);
    sums.far += weight * Math.abs(plate[i] - truth[i]);
  }
}
