// Times the stages of a frame: tracking, and the frame path taken apart; and the network alone.

import { openNetwork } from '../../adapters/node/onnx.ts';
import type { Network, Plate, Tensor, TrackedFace } from '../../core/index.ts';
import { copyPlate } from '../../core/index.ts';
import type { FaceNetworks, FaceTables } from '../../face/index.ts';
import { CARRY_POINTS, FaceTracker } from '../../face/index.ts';
import type { FaceOrder, Predictor } from '../../reage/index.ts';
import { FramePath, likenessPredictor, lookAt, plainLook } from '../../reage/index.ts';
import { priorFile } from '../project.ts';
import type { SpeedRow } from './timing.ts';
import { StageTimes, cpuMs } from './timing.ts';

const SOURCE_AGE = 60;
const TARGET_AGE = 25;
/** Frames before the clock starts: compilers and caches settle. */
const WARM_UP = 12;

export interface StageTools {
  readonly networks: FaceNetworks;
  readonly tables: FaceTables;
  readonly predictor: Predictor;
  readonly onFrame?: (done: number, total: number) => void;
}

const STAGES = ['crop', 'predict', 'matte', 'apply'] as const;

/** All of the frame path that is not the likeness's network. */
const REST = 'reage without network';

/**
 * Runs `frameCount` frames, forth and back over the plates, and times each stage.
 *
 * @param plates - Not changed.
 * @throws {Error} when other than `faceCount` faces are followed: then the figures would be of something else.
 */
export async function timeStages(
  name: string,
  plates: readonly Plate[],
  faceCount: number,
  frameCount: number,
  tools: StageTools,
): Promise<SpeedRow[]> {
  const tracker = new FaceTracker(tools.networks, tools.tables, { mode: 'offline' });
  const person = tools.networks.person ?? null;
  const byElapsed = new FramePath({ person });
  const byCpu = new FramePath({ person, clock: cpuMs });
  const times = Object.fromEntries(['track', ...STAGES, REST].map((stage) => [stage, new StageTimes()]));
  for (let i = 0; i < WARM_UP + frameCount; i++) {
    tools.onFrame?.(i, WARM_UP + frameCount);
    const plate = plates[forthAndBack(i, plates.length)];
    const isTimed = i >= WARM_UP;
    const faces = await (isTimed ? times.track : new StageTimes()).time(() => tracker.track(plate));
    if (faces.length !== faceCount)
      throw new Error(`${name}: ${faces.length} faces are followed on frame ${i}, not ${faceCount}`);
    const orders = faces.map((face) => orderFor(face, tools.predictor));
    const elapsed = await stageSums(byElapsed, plate, orders);
    const cpu = await stageSums(byCpu, plate, orders);
    if (!isTimed) continue;
    for (const stage of [...STAGES, REST]) {
      times[stage].elapsed.push(elapsed[stage]);
      times[stage].cpu.push(cpu[stage]);
    }
  }
  return Object.entries(times).map(([stage, samples]) => samples.row(name, stage));
}

/** 0 1 2 … n-1 n-2 … 1 0 1 …: a loop without a cut. */
export function forthAndBack(i: number, length: number): number {
  if (length === 1) return 0;
  const at = i % (2 * length - 2);
  return at < length ? at : 2 * length - 2 - at;
}

function orderFor(face: TrackedFace, predictor: Predictor): FaceOrder {
  return { face, sourceAge: SOURCE_AGE, look: lookAt(plainLook(TARGET_AGE), 0), predictor };
}

async function stageSums(path: FramePath, plate: Plate, orders: readonly FaceOrder[]): Promise<Record<string, number>> {
  const reports = await path.reage(copyPlate(plate), orders);
  const sums: Record<string, number> = { [REST]: 0 };
  for (const stage of STAGES) {
    sums[stage] = reports.reduce((sum, { ms }) => sum + ms[stage], 0);
    if (stage !== 'predict') sums[REST] += sums[stage];
  }
  return sums;
}

function ageMap(age: number): Tensor {
  return { data: new Float32Array(128 * 128).fill(age / 100), shape: [1, 1, 128, 128] };
}

/** The prior alone, one run after the other on one crop. */
export async function timeNetwork(threads: number, runs: number): Promise<SpeedRow> {
  const network: Network = await openNetwork(priorFile, { threads });
  const times = new StageTimes();
  const image = new Float32Array(3 * 256 * 256).map((_, i) => ((i * 7919) % 1000) / 1000);
  // with the inputs of own photos, where it has them: what is in them costs nothing
  const predictor = likenessPredictor(network);
  const input = {
    image: { data: image, shape: [1, 3, 256, 256] },
    sourceAge: ageMap(SOURCE_AGE),
    targetAge: ageMap(TARGET_AGE),
    carry: new Float32Array(2 * CARRY_POINTS.length),
  };
  try {
    for (let i = 0; i < WARM_UP; i++) await predictor.predict(input);
    for (let i = 0; i < runs; i++) await times.time(() => predictor.predict(input));
  } finally {
    await network.close();
  }
  return times.row('network alone', `${threads} thread${threads > 1 ? 's' : ''}`);
}
