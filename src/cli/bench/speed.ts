// `dorian bench speed`: what a 1080p frame costs on this machine, stage by stage and as a whole, and whether memory stays.

import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { loadFaceNetworks } from '../../adapters/node/face-networks.ts';
import { writeFileAtomic } from '../../adapters/node/files.ts';
import { openNetwork } from '../../adapters/node/onnx.ts';
import { openPerformerFolder } from '../../adapters/node/performer-folder.ts';
import { loadVideoFiles } from '../../adapters/node/video-files.ts';
import type { FileSchema, Plate } from '../../core/index.ts';
import { formatFile } from '../../core/index.ts';
import type { VideoFiles } from '../../finals/index.ts';
import type { TruthClip } from '../../measure/index.ts';
import { likenessPredictor } from '../../reage/index.ts';
import { demoPerformerFolder, modelsFolder, priorFile, projectFolder } from '../project.ts';
import type { MachineFacts } from './machine.ts';
import { commitName, machineFacts, machineShape } from './machine.ts';
import type { FacePlacement } from './speed-plates.ts';
import { composePlate } from './speed-plates.ts';
import type { RenderTimes } from './speed-render.ts';
import { timeFloor, timeRender, writeLongClip } from './speed-render.ts';
import { timeNetwork, timeStages } from './speed-stages.ts';
import type { SpeedRow } from './timing.ts';
import { hundredth } from './timing.ts';

export interface SpeedReport {
  readonly rows: readonly SpeedRow[];
  /** Frames per second of a whole render, one face of 100 px eye distance. */
  readonly fps: number;
  /** Largest resident memory of that render's process. */
  readonly peakMiB: number;
  /** Elapsed time of the render over that of decoding and encoding alone. */
  readonly renderOverFloor: number;
  /** Is memory flat? Resident memory of the render's process over its frames. */
  readonly memory: { readonly frames: number; readonly earlyMiB: number; readonly lateMiB: number };
  readonly measuredOn: string;
  readonly commit: string;
  readonly machine: MachineFacts;
}

export const SPEED_REPORT: FileSchema<SpeedReport> = {
  name: 'dorian/bench-speed',
  version: 1,
  shape: z.object({
    rows: z.array(
      z.object({
        case: z.string(),
        stage: z.string(),
        p50Ms: z.number(),
        p95Ms: z.number(),
        cpuMs: z.number().nullable(),
      }),
    ),
    fps: z.number(),
    peakMiB: z.number(),
    renderOverFloor: z.number(),
    memory: z.object({ frames: z.int(), earlyMiB: z.number(), lateMiB: z.number() }),
    measuredOn: z.string(),
    commit: z.string(),
    machine: machineShape,
  }),
};

interface SpeedCase {
  readonly name: string;
  readonly faces: readonly FacePlacement[];
}

const CASES: readonly SpeedCase[] = [
  { name: '1 face, 100 px', faces: [{ age: 60, eyeDistancePx: 100, at: [960, 480] }] },
  { name: '1 face, 300 px', faces: [{ age: 60, eyeDistancePx: 300, at: [960, 480] }] },
  {
    name: '2 faces, 100 px',
    faces: [
      { age: 60, eyeDistancePx: 100, at: [600, 480] },
      { age: 25, eyeDistancePx: 100, at: [1320, 480] },
    ],
  },
];

/** Different plates of each case; they are shown forth and back. */
const PLATES = 24;
/** Frames of the floor: enough for a mean. */
const FLOOR_FRAMES = 240;
const NETWORK_RUNS = 60;

export interface SpeedOptions {
  /** Frames timed in each case. */
  readonly frames: number;
  /** Frames of the whole render. */
  readonly renderFrames: number;
  /** Called at the beginning of each step and on its way. */
  readonly onProgress: (step: string, done: number, total: number) => void;
  /** Also the render, which is a process of its own, shows nothing. */
  readonly isQuiet: boolean;
}

/** @throws what the networks, the clips and the render throw; `bench/render-failed` */
export async function runSpeed(options: SpeedOptions): Promise<SpeedReport> {
  const videos = await loadVideoFiles();
  const machine = machineFacts();
  const [clip] = (await openPerformerFolder(demoPerformerFolder, videos)).clips;
  const rows = await timeCases(clip, options);
  for (const threads of [1, 2]) {
    options.onProgress('the network alone', threads - 1, 2);
    rows.push(await timeNetwork(threads, NETWORK_RUNS));
  }
  const plates = await composePlates(clip, CASES[0].faces);
  const { floor, render } = await timeWhole(plates, videos, options);
  return {
    rows: [...rows, floor, render.row],
    fps: render.fps,
    peakMiB: render.peakMiB,
    renderOverFloor: hundredth(render.row.p50Ms / floor.p50Ms),
    memory: { frames: options.renderFrames, earlyMiB: render.earlyMiB, lateMiB: render.lateMiB },
    measuredOn: new Date().toISOString(),
    commit: await commitName(),
    machine,
  };
}

async function composePlates(clip: TruthClip, faces: readonly FacePlacement[]): Promise<Plate[]> {
  const plates: Plate[] = [];
  for (let i = 0; i < Math.min(PLATES, clip.frameCount); i++) plates.push(await composePlate(clip, faces, i));
  return plates;
}

async function timeCases(clip: TruthClip, { frames, onProgress }: SpeedOptions): Promise<SpeedRow[]> {
  const faces = await loadFaceNetworks(modelsFolder);
  const prior = await openNetwork(priorFile, { threads: Math.min(2, os.availableParallelism()) });
  const rows: SpeedRow[] = [];
  try {
    const tools = { networks: faces.networks, tables: faces.tables, predictor: likenessPredictor(prior) };
    for (const one of CASES) {
      const plates = await composePlates(clip, one.faces);
      const onFrame = (done: number, total: number): void => onProgress(one.name, done, total);
      rows.push(...(await timeStages(one.name, plates, one.faces.length, frames, { ...tools, onFrame })));
    }
  } finally {
    await Promise.all([faces.close(), prior.close()]);
  }
  return rows;
}

async function timeWhole(
  plates: readonly Plate[],
  videos: VideoFiles,
  { renderFrames, onProgress, isQuiet }: SpeedOptions,
): Promise<{ floor: SpeedRow; render: RenderTimes }> {
  const scratch = path.join(projectFolder, '.cache');
  await mkdir(scratch, { recursive: true });
  const folder = await mkdtemp(path.join(scratch, 'bench-'));
  const onInterrupt = (): never => {
    rmSync(folder, { recursive: true, force: true });
    process.exit(1);
  };
  process.once('SIGINT', onInterrupt);
  try {
    const clip = path.join(folder, 'clip.mp4');
    await writeLongClip(clip, plates, renderFrames, videos, (done) => onProgress('the clip', done, renderFrames));
    onProgress('decode + encode alone', 0, 0);
    const floor = await timeFloor(clip, path.join(folder, 'floor.mp4'), Math.min(renderFrames, FLOOR_FRAMES), videos);
    onProgress('the whole render', 0, 0);
    const render = await timeRender(clip, path.join(folder, 'render.mp4'), renderFrames, isQuiet);
    return { floor, render };
  } finally {
    process.removeListener('SIGINT', onInterrupt);
    await rm(folder, { recursive: true, force: true });
  }
}

/** @returns The file's path: `bench/results/speed-<machine>.json`. */
export async function saveSpeed(report: SpeedReport): Promise<string> {
  const file = path.join(projectFolder, 'bench/results', `speed-${report.machine.machine}.json`);
  await writeFileAtomic(file, formatFile(SPEED_REPORT, report));
  return file;
}

function cell(value: number | null): string {
  return (value === null ? '-' : value.toFixed(1)).padStart(10);
}

/** The report as text. */
export function speedTable(report: SpeedReport): string {
  const { rows, machine, memory } = report;
  const lines = [
    `${machine.cpu}, ${machine.cores} cores, load ${machine.loadAverage} at the start`,
    `  ${'case'.padEnd(24)}${'stage'.padEnd(24)}${['p50 ms', 'p95 ms', 'CPU ms'].map((name) => name.padStart(10)).join('')}`,
    ...rows.map(
      (row) => `  ${row.case.padEnd(24)}${row.stage.padEnd(24)}${cell(row.p50Ms)}${cell(row.p95Ms)}${cell(row.cpuMs)}`,
    ),
    `Whole render: ${report.fps.toFixed(1)} frames a second, ${report.renderOverFloor.toFixed(2)} times decode + encode alone.`,
    `Memory over ${memory.frames} frames: ${memory.earlyMiB} MiB after a quarter, ${memory.lateMiB} at the end, ${report.peakMiB} at most.`,
  ];
  return `${lines.join('\n')}\n`;
}
