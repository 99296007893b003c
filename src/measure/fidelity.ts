// Fidelity: how near an output comes to the truth that a synthetic performer has. S is the plate, G the truth at the
// target age, O the output, M the ageing region. The words and formulas are those of docs/measures.md.

import type { Affine } from '../core/index.ts';
import { DETAIL_REACH, detailBand } from './gaussian-blur.ts';
import { FlickerMeasure, ShimmerMeasure } from './motion.ts';
import type { Box, Mask, Picture } from './picture.ts';
import { cutPicture, requireSameSize } from './picture.ts';
import type { FaceReading } from './readings.ts';
import { ReadingMeasure } from './readings.ts';
import { boxAround, cutMask } from './regions.ts';
import { countNumbers, gapClosed, ratio, sumAbsoluteDifference, sumSquares } from './sums.ts';

/** Plate and truth of one frame, with what is needed once for all outputs that are compared with them. */
export interface TruthFrame {
  readonly frameIndex: number;
  readonly plate: Picture;
  readonly truth: Picture;
  /** M. */
  readonly region: Mask;
  readonly hair: Mask;
  /** From the true landmarks: picture pixels -> pixels of the 256 px aligned crop. */
  readonly plateToCrop: Affine;
  readonly plateReading: FaceReading | null;
  readonly truthReading: FaceReading | null;
  /** False for a frame that is only there as the neighbour of a measured one. */
  readonly isMeasured: boolean;
  /** null where the frame is not measured. */
  readonly detail: TruthDetail | null;
}

/** Detail bands of plate and truth, in the box around M. */
interface TruthDetail {
  readonly box: Box;
  readonly region: Mask;
  readonly plate: Picture;
  readonly truth: Picture;
}

export function truthFrame(facts: Omit<TruthFrame, 'detail'>): TruthFrame {
  requireSameSize(facts.plate, facts.truth);
  return { ...facts, detail: facts.isMeasured ? truthDetail(facts) : null };
}

/** Cuts out M with the reach of the band around it, so that the blurs work on the face alone and M sees no border. */
function truthDetail({ plate, truth, region }: Pick<TruthFrame, 'plate' | 'truth' | 'region'>): TruthDetail {
  const box = boxAround(region, plate.width, plate.height, DETAIL_REACH);
  const bandOf = (picture: Picture): Picture => detailBand(cutPicture(picture, box));
  const plateBand = bandOf(plate);
  return {
    box,
    region: cutMask(region, plate.width, box),
    plate: plateBand,
    truth: truth === plate ? plateBand : bandOf(truth),
  };
}

/** One output for one truth frame. */
export interface OutputFrame {
  readonly output: Picture;
  /** Coverage that the output was laid in with, 0..1, [height, width]; null where the output is the plate. */
  readonly matte: Float32Array | null;
  readonly reading: FaceReading | null;
}

/** null: has no meaning here, as a gap has none where the truth is the plate. */
export interface FidelityFigures {
  readonly gapPixel: number | null;
  readonly gapDetail: number | null;
  readonly energy: number | null;
  readonly gapIdentity: number | null;
  readonly gapAge: number | null;
  readonly gapShape: number | null;
  readonly gapHair: number | null;
  readonly flicker: number | null;
  /** 1/255 of full scale. */
  readonly shimmer: number | null;
  /** Largest change where the matte is 0, of full scale 1. */
  readonly outside: number;
  /** Mean |O - S| over M, of full scale 1. */
  readonly meanChange: number | null;
}

/** Near: output to truth; far: plate to truth. */
interface Distance {
  near: number;
  far: number;
}

/** Adds up one clip, frame by frame, in order; keeps no more than one frame back. */
export class FidelityMeasure {
  private readonly pixel: Distance = { near: 0, far: 0 };
  private readonly hair: Distance = { near: 0, far: 0 };
  private readonly band: Distance = { near: 0, far: 0 };
  private readonly bandSquares = { output: 0, truth: 0 };
  private readonly change = { sum: 0, numbers: 0 };
  private outside = 0;
  private readonly readings = new ReadingMeasure();
  private readonly flicker = new FlickerMeasure();
  private readonly shimmer = new ShimmerMeasure();
  private lastFrame = -2;

  add(frame: TruthFrame, { output, matte, reading }: OutputFrame): void {
    requireSameSize(frame.plate, output);
    if (frame.frameIndex !== this.lastFrame + 1) {
      this.flicker.cut();
      this.shimmer.cut();
    }
    this.lastFrame = frame.frameIndex;
    this.flicker.add(frame.plate, frame.truth, output, frame.region);
    this.shimmer.add(frame.plate, output, frame.region, frame.plateToCrop);
    if (matte) this.outside = Math.max(this.outside, largestChangeOutside(frame.plate, output, matte));
    if (!frame.isMeasured || !frame.detail) return;
    this.addPixels(frame, output);
    this.addDetail(frame.detail, output === frame.plate ? null : output);
    this.readings.add(frame.plateReading, frame.truthReading, reading);
  }

  private addPixels({ plate, truth, region, hair }: TruthFrame, output: Picture): void {
    this.pixel.near += sumAbsoluteDifference(output, truth, region);
    this.pixel.far += sumAbsoluteDifference(plate, truth, region);
    this.hair.near += sumAbsoluteDifference(output, truth, hair);
    this.hair.far += sumAbsoluteDifference(plate, truth, hair);
    this.change.sum += sumAbsoluteDifference(output, plate, region);
    this.change.numbers += countNumbers(region);
  }

  /** @param output - null: the plate itself. */
  private addDetail(detail: TruthDetail, output: Picture | null): void {
    const band = output ? detailBand(cutPicture(output, detail.box)) : detail.plate;
    this.band.near += sumAbsoluteDifference(band, detail.truth, detail.region);
    this.band.far += sumAbsoluteDifference(detail.plate, detail.truth, detail.region);
    this.bandSquares.output += sumSquares(band, detail.region);
    this.bandSquares.truth += sumSquares(detail.truth, detail.region);
  }

  figures(): FidelityFigures {
    const energySquared = ratio(this.bandSquares.output, this.bandSquares.truth);
    return {
      gapPixel: gapClosed(this.pixel.near, this.pixel.far),
      gapDetail: gapClosed(this.band.near, this.band.far),
      energy: energySquared === null ? null : Math.sqrt(energySquared),
      gapIdentity: this.readings.gapIdentity(),
      gapAge: this.readings.gapAge(),
      gapShape: this.readings.gapShape(),
      gapHair: gapClosed(this.hair.near, this.hair.far),
      flicker: this.flicker.value(),
      shimmer: this.shimmer.value(),
      outside: this.outside,
      meanChange: ratio(this.change.sum, this.change.numbers),
    };
  }
}

/** Largest |O - S| over the pixels whose matte is 0. */
export function largestChangeOutside(plate: Picture, output: Picture, matte: Float32Array): number {
  let largest = 0;
  for (let pixel = 0; pixel < matte.length; pixel++) {
    if (matte[pixel] !== 0) continue;
    for (let i = pixel * 3; i < pixel * 3 + 3; i++)
      largest = Math.max(largest, Math.abs(output.data[i] - plate.data[i]));
  }
  return largest;
}
