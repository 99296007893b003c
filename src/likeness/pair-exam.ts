// How well a network does on people that it has not seen: the gap to the truth that it closes, on crops, with the words of
// docs/measures.md. What recipes are compared by; the evaluation clip stays out of it.

import type { Network, Tensor } from '../core/index.ts';
import { PlaneBlur } from './blur-planes.ts';
import type { KnownInput } from './change-recipe.ts';
import { ageMaps, knownShapes } from './change-recipe.ts';
import type { ShapedPairBatch } from './pair-batch.ts';
import { planesOf } from './pair-batch.ts';
import { FLOW_REDUCTION } from './pair-flow.ts';

export interface PairMarks {
  /** 1 - sum |O - G| / sum |S - G| over the person without hair; 0 for leaving the plate as it is. */
  readonly gapPixel: number;
  /** The same on the band between Gaussian blurs of 1 and 4 crop pixels. */
  readonly gapDetail: number;
  /** Root mean square of that band in O over that in G. */
  readonly energy: number;
  /** 1 - sum |flow - true flow| / sum |true flow|, where the true one can be believed. */
  readonly gapShape: number;
  /** Mean |O - S| over the pairs of one age, where nothing should change; null where there were none. */
  readonly meanChange: number | null;
}

const FINE_PX = 1;
const COARSE_PX = 4;

/** One pair as the network sees it and what it made of it; belongs to the network until its next run. */
export interface ExaminedPair {
  readonly batch: ShapedPairBatch;
  readonly k: number;
  /** [3, S, S]. */
  readonly made: Float32Array;
}

/**
 * Runs every pair of the batches.
 *
 * @param network - As `exportChange` makes it with `changed`.
 * @param withPhotos - False withholds the person's own photos.
 */
export async function examinePairs(
  network: Network,
  batches: readonly ShapedPairBatch[],
  withPhotos: boolean,
  onPair: (pair: ExaminedPair) => void = () => {},
): Promise<PairMarks> {
  const sums = {
    made: 0,
    plate: 0,
    bandMade: 0,
    bandPlate: 0,
    flow: 0,
    wholeFlow: 0,
    energyMade: 0,
    energyTruth: 0,
    change: 0,
    same: 0,
  };
  for (const batch of batches) {
    const blur = new PlaneBlur(batch.sizePx);
    for (let k = 0; k < batch.count; k++) {
      const { changed, flow } = await network.run(inputsOf(batch, k, withPhotos, network));
      onPair({ batch, k, made: changed.data });
      addPair(sums, batch, k, changed.data, blur);
      addFlow(sums, batch, k, flow.data);
    }
  }
  return {
    gapPixel: 1 - sums.made / sums.plate,
    gapDetail: 1 - sums.bandMade / sums.bandPlate,
    energy: Math.sqrt(sums.energyMade / sums.energyTruth),
    gapShape: 1 - sums.flow / sums.wholeFlow,
    meanChange: sums.same > 0 ? sums.change / sums.same : null,
  };
}

function inputsOf(batch: ShapedPairBatch, k: number, withPhotos: boolean, network: Network): Record<string, Tensor> {
  const { sizePx, ownPhotos } = batch;
  const shape = (channels: number): number[] => [1, channels, sizePx, sizePx];
  const half = sizePx / 2;
  const inputs: Record<string, Tensor> = {
    image: { data: planesOf(batch.source, sizePx, 3, k), shape: shape(3) },
    sourceAge: ageMaps(batch.sourceAge.subarray(k, k + 1), half),
    targetAge: ageMaps(batch.targetAge.subarray(k, k + 1), half),
  };
  for (const [name, wanted] of Object.entries(knownShapes({ count: 1, sizePx, ownPhotos }))) {
    if (!network.inputNames.includes(name)) continue;
    const each = wanted.reduce((product, n) => product * n, 1);
    const data = batch[name as KnownInput].subarray(k * each, (k + 1) * each);
    inputs[name] = { data: withPhotos ? data : new Float32Array(each), shape: wanted };
  }
  return inputs;
}

function addPair(
  sums: Record<'made' | 'plate' | 'bandMade' | 'bandPlate' | 'energyMade' | 'energyTruth' | 'change' | 'same', number>,
  batch: ShapedPairBatch,
  k: number,
  made: Float32Array,
  blur: PlaneBlur,
): void {
  const { sizePx } = batch;
  const plane = sizePx * sizePx;
  const [plate, truth] = [planesOf(batch.source, sizePx, 3, k), planesOf(batch.target, sizePx, 3, k)];
  const [person, hair] = [planesOf(batch.person, sizePx, 1, k), planesOf(batch.hair, sizePx, 1, k)];
  const isSame = batch.sourceAge[k] === batch.targetAge[k];
  const [bandMade, bandPlate, bandTruth] = [made, plate, truth].map((planes) => bandOf(planes, blur));
  for (let i = 0; i < 3 * plane; i++) {
    const weight = Math.max(0, person[i % plane] - hair[i % plane]);
    if (weight === 0) continue;
    if (isSame) {
      sums.change += weight * Math.abs(made[i] - plate[i]);
      sums.same += weight;
      continue;
    }
    sums.made += weight * Math.abs(made[i] - truth[i]);
    sums.plate += weight * Math.abs(plate[i] - truth[i]);
    sums.bandMade += weight * Math.abs(bandMade[i] - bandTruth[i]);
    sums.bandPlate += weight * Math.abs(bandPlate[i] - bandTruth[i]);
    sums.energyMade += weight * bandMade[i] ** 2;
    sums.energyTruth += weight * bandTruth[i] ** 2;
  }
}

/** @param flow - [2, S / 4, S / 4]. */
function addFlow(
  sums: { flow: number; wholeFlow: number },
  { flow: flows, flowBelief, sizePx }: ShapedPairBatch,
  k: number,
  flow: Float32Array,
): void {
  const side = sizePx / FLOW_REDUCTION;
  const truth = planesOf(flows, side, 2, k);
  const belief = planesOf(flowBelief, side, 1, k);
  for (let i = 0; i < truth.length; i++) {
    sums.flow += belief[i % belief.length] * Math.abs(flow[i] - truth[i]);
    sums.wholeFlow += belief[i % belief.length] * Math.abs(truth[i]);
  }
}

function bandOf(planes: Float32Array, blur: PlaneBlur): Float32Array {
  const [fine, coarse] = [planes.slice(), planes.slice()];
  blur.blur(fine, FINE_PX);
  blur.blur(coarse, COARSE_PX);
  return fine.map((v, i) => v - coarse[i]);
}
