// Runs a truth clip through the measures: rows none, each contender, ceiling, at every age that the clip has.

import type { Affine, Plate, Point } from '../core/index.ts';
import { packedRgb } from '../core/index.ts';
import { alignPoints } from '../face/index.ts';
import { CEILING_CROP_SIZE, ceilingPicture } from './aligned.ts';
import type { FidelityFigures, OutputFrame, TruthFrame } from './fidelity.ts';
import { FidelityMeasure, truthFrame } from './fidelity.ts';
import { ShimmerMeasure } from './motion.ts';
import type { FaceReader } from './face-reader.ts';
import type { Contender, TruthClip } from './needs.ts';
import type { Picture } from './picture.ts';
import { pictureOfRgb } from './picture.ts';
import type { FaceReading } from './readings.ts';
import { ageingRegion, hairRegion } from './regions.ts';

export interface FidelityRow extends FidelityFigures {
  readonly performer: string;
  readonly clip: string;
  readonly likeness: 'none' | 'prior' | 'likeness' | 'ceiling';
  readonly tier: 'live' | 'final';
  readonly photos: number;
  readonly targetAge: number;
}

export interface FidelityResult {
  readonly rows: readonly FidelityRow[];
  /** Shimmer of the truth itself, d(G - S), per target age: much of it is render noise. 1/255 of full scale. */
  readonly truthShimmer: readonly { readonly targetAge: number; readonly shimmer: number | null }[];
  /** Frames that were measured. */
  readonly frames: readonly number[];
}

export interface FidelityRunOptions {
  /** How many frames to measure, evenly spread over the clip; all by default. Each brings its neighbour for motion. */
  readonly frames?: number;
  readonly signal?: AbortSignal;
  /** Frames times target ages. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Every n-th frame, `wanted` of them, from frame 0: 8 of 48 are 0, 6, 12 ... 42. */
export function spreadFrames(frameCount: number, wanted: number): number[] {
  const step = Math.max(1, Math.floor(frameCount / wanted));
  return Array.from({ length: Math.min(wanted, frameCount) }, (_, i) => i * step);
}

/** The ages to be measured at: the others first, the clip's own last. */
function targetAges({ ages, sourceAge }: TruthClip): number[] {
  return [...ages.filter((age) => age !== sourceAge).sort((a, b) => a - b), sourceAge];
}

/** Measures every contender on a clip. Frames are read, compared and dropped one after the other. */
export async function measureFidelity(
  clip: TruthClip,
  contenders: readonly Contender[],
  reader: FaceReader,
  options: FidelityRunOptions = {},
): Promise<FidelityResult> {
  const measured = spreadFrames(clip.frameCount, options.frames ?? clip.frameCount);
  const visited = [...new Set(measured.flatMap((i) => [i, i + 1]))].filter((i) => i < clip.frameCount);
  const targets = targetAges(clip);
  const rows: FidelityRow[] = [];
  const truthShimmer: { targetAge: number; shimmer: number | null }[] = [];
  const plateReadings = new Map<number, FaceReading | null>();
  let done = 0;
  for (const targetAge of targets) {
    const table = new AgeTable(clip, contenders, reader, targetAge);
    for (const frameIndex of visited) {
      options.signal?.throwIfAborted();
      const isMeasured = measured.includes(frameIndex);
      await table.add(frameIndex, isMeasured, plateReadings);
      options.onProgress?.(++done, visited.length * targets.length);
    }
    rows.push(...table.rows());
    truthShimmer.push({ targetAge, shimmer: targetAge === clip.sourceAge ? null : table.truthShimmer.value() });
  }
  return { rows, truthShimmer, frames: measured };
}

/** All rows of one target age. */
class AgeTable {
  readonly truthShimmer = new ShimmerMeasure();
  private readonly none = new FidelityMeasure();
  private readonly ceiling = new FidelityMeasure();
  private readonly own: FidelityMeasure[];
  private readonly clip: TruthClip;
  private readonly contenders: readonly Contender[];
  private readonly reader: FaceReader;
  private readonly targetAge: number;
  private lastFrame = -2;

  constructor(clip: TruthClip, contenders: readonly Contender[], reader: FaceReader, targetAge: number) {
    this.clip = clip;
    this.contenders = contenders;
    this.reader = reader;
    this.targetAge = targetAge;
    this.own = contenders.map(() => new FidelityMeasure());
  }

  async add(frameIndex: number, isMeasured: boolean, plateReadings: Map<number, FaceReading | null>): Promise<void> {
    const plate = await this.clip.plate(this.clip.sourceAge, frameIndex);
    if (isMeasured && !plateReadings.has(frameIndex))
      plateReadings.set(frameIndex, await this.reader.read(plate, null));
    const frame = await this.truth(frameIndex, isMeasured, plate, plateReadings.get(frameIndex) ?? null);
    this.addTruthShimmer(frame);
    this.none.add(frame, { output: frame.plate, matte: null, reading: frame.plateReading });
    for (const [k, contender] of this.contenders.entries()) {
      const { plate: made, matte } = await contender.reage(plate, frameIndex, this.targetAge);
      const reading = isMeasured ? await this.reader.read(made, frame.plateReading) : null;
      this.own[k].add(frame, { output: pictureOfRgb(made), matte, reading });
    }
    this.ceiling.add(frame, await this.ceilingOutput(frame));
  }

  private async truth(
    frameIndex: number,
    isMeasured: boolean,
    plate: Plate,
    plateReading: FaceReading | null,
  ): Promise<TruthFrame> {
    const { clip, targetAge } = this;
    const isSource = targetAge === clip.sourceAge;
    const truth = isSource ? plate : await clip.plate(targetAge, frameIndex);
    const plateMaterials = await clip.materials(clip.sourceAge, frameIndex);
    const truthMaterials = await clip.materials(targetAge, frameIndex);
    const platePicture = pictureOfRgb(plate);
    return truthFrame({
      frameIndex,
      plate: platePicture,
      truth: isSource ? platePicture : pictureOfRgb(truth),
      region: ageingRegion(plateMaterials, truthMaterials),
      hair: hairRegion(plateMaterials, truthMaterials),
      plateToCrop: alignToTruth(await clip.landmarks68(clip.sourceAge, frameIndex), CEILING_CROP_SIZE),
      plateReading,
      truthReading: isSource || !isMeasured ? plateReading : await this.reader.read(truth, plateReading),
      isMeasured,
    });
  }

  private addTruthShimmer(frame: TruthFrame): void {
    if (frame.frameIndex !== this.lastFrame + 1) this.truthShimmer.cut();
    this.lastFrame = frame.frameIndex;
    this.truthShimmer.add(frame.plate, frame.truth, frame.region, frame.plateToCrop);
  }

  private async ceilingOutput(frame: TruthFrame): Promise<OutputFrame> {
    if (this.targetAge === this.clip.sourceAge)
      return { output: frame.plate, matte: null, reading: frame.plateReading };
    const output = ceilingPicture(frame.plate, frame.truth, frame.plateToCrop);
    return {
      output,
      matte: null,
      reading: frame.isMeasured ? await this.reader.read(plateOf(output), frame.plateReading) : null,
    };
  }

  rows(): FidelityRow[] {
    const { performer, clip } = this.clip;
    const { targetAge } = this;
    const row = (
      { likeness, tier, photos }: Pick<FidelityRow, 'likeness' | 'tier' | 'photos'>,
      measure: FidelityMeasure,
    ): FidelityRow => ({ performer, clip, likeness, tier, photos, targetAge, ...measure.figures() });
    return [
      row({ likeness: 'none', tier: 'final', photos: 0 }, this.none),
      ...this.contenders.map((contender, k) => row(contender, this.own[k])),
      row({ likeness: 'ceiling', tier: 'final', photos: 0 }, this.ceiling),
    ];
  }
}

function plateOf({ data, width, height }: Picture): Plate {
  return packedRgb(data, width, height, 3, 'float');
}

/** The aligned crop placed by exact landmarks: eye centres of six lid points each, mouth centre of the outer lip. */
export function alignToTruth(landmarks68: readonly Point[], cropSize: number): Affine {
  const mean = (from: number, to: number): Point => {
    const points = landmarks68.slice(from, to);
    return [
      points.reduce((sum, [x]) => sum + x, 0) / points.length,
      points.reduce((sum, [, y]) => sum + y, 0) / points.length,
    ];
  };
  return alignPoints([mean(36, 42), mean(42, 48), mean(48, 60)], cropSize);
}
