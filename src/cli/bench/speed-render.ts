// Times a whole render beside its floor (decode and encode alone), and watches the render's memory over a long clip.

import { execFile, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { sha256OfFile, writeFileAtomic } from '../../adapters/node/files.ts';
import type { Plate } from '../../core/index.ts';
import { CodedError, formatFile } from '../../core/index.ts';
import type { PictureStream, VideoFiles } from '../../finals/index.ts';
import { CONSENT_RECORD, selfDeclaredRecord } from '../../trust/index.ts';
import { today } from '../production.ts';
import { projectFolder } from '../project.ts';
import { forthAndBack } from './speed-stages.ts';
import type { SpeedRow } from './timing.ts';
import { StageTimes, hundredth } from './timing.ts';

const FRAME_RATE = { num: 24, den: 1 } as const;

/** Writes a clip, the plates forth and back again and again. */
export async function writeLongClip(
  file: string,
  plates: readonly Plate[],
  frameCount: number,
  videos: VideoFiles,
  onFrame: (done: number) => void,
): Promise<void> {
  const writer = await videos.create(file, { picture: streamOf(plates[0]), codec: 'h264' });
  for (let i = 0; i < frameCount; i++) {
    await writer.write(plates[forthAndBack(i, plates.length)], i, 1);
    onFrame(i + 1);
  }
  await writer.finish();
}

function streamOf({ width, height, layout, depth, color }: Plate): PictureStream {
  return {
    width,
    height,
    layout,
    depth,
    color,
    colorCodes: { primaries: 1, transfer: 1, matrix: 1, range: 1, chromaLocation: 1 },
    hdrMetadata: [],
    pixelAspect: { num: 1, den: 1 },
    timeBase: { num: FRAME_RATE.den, den: FRAME_RATE.num },
    frameRate: FRAME_RATE,
    timecode: null,
    metadata: {},
    reAged: null,
  };
}

/** Decodes and encodes the first `frameCount` frames and does nothing else. @returns the mean of a frame */
export async function timeFloor(clip: string, out: string, frameCount: number, videos: VideoFiles): Promise<SpeedRow> {
  const reader = await videos.open(clip);
  const total = new StageTimes();
  try {
    const writer = await videos.create(out, { picture: reader.info, codec: 'h264' });
    await total.time(async () => {
      for await (const frame of reader.frames({ to: frameCount })) {
        await writer.write(frame.plate, frame.pts, frame.durationPts);
        frame.close();
      }
      await writer.finish();
    });
  } finally {
    await reader.close();
  }
  return meanRow('decode + encode alone', total.elapsed[0] / frameCount, total.cpu[0] / frameCount);
}

/** Stages overlap here, so there is a mean of a frame and no percentile. */
function meanRow(name: string, elapsedMs: number, cpuOfFrameMs: number | null): SpeedRow {
  const elapsed = hundredth(elapsedMs);
  const cpu = cpuOfFrameMs === null ? null : hundredth(cpuOfFrameMs);
  return { case: name, stage: 'mean of a frame', p50Ms: elapsed, p95Ms: elapsed, cpuMs: cpu };
}

export interface RenderTimes {
  readonly row: SpeedRow;
  readonly fps: number;
  /** Resident memory of the render's process: when a quarter of the time had passed, at the end, and the most, MiB. */
  readonly earlyMiB: number;
  readonly lateMiB: number;
  readonly peakMiB: number;
}

/** Runs `dorian render` as a person does, in a process of its own, from 60 to 25 years. */
export async function timeRender(clip: string, out: string, frames: number, isQuiet: boolean): Promise<RenderTimes> {
  const consent = `${clip}.consent.json`;
  const record = selfDeclaredRecord({
    performer: 'anyone',
    declaredBy: 'dorian bench speed, for a synthetic performer',
    role: 'self',
    inputSha256: await sha256OfFile(clip),
    on: today(),
  });
  await writeFileAtomic(consent, formatFile(CONSENT_RECORD, record));
  const args = ['render', clip, '--from-age', '60', '--age', '25', '--consent', consent, '-o', out];
  const started = performance.now();
  const child = spawn(process.execPath, [path.join(projectFolder, 'src/cli/main.ts'), ...args], {
    stdio: ['ignore', 'ignore', isQuiet ? 'pipe' : 'inherit'],
  });
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2000);
  });
  const samples: ProcessSample[] = [];
  const timer = setInterval(() => {
    void sampleProcess(child.pid ?? 0).then((sample) => sample && samples.push(sample));
  }, 500);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  clearInterval(timer);
  if (code !== 0) {
    throw new CodedError(
      'bench/render-failed',
      `the render of the bench ended with ${code}${said ? `:\n${said}` : ''}`,
      {
        hint: 'Run `dorian doctor`, then try the same render by hand.',
      },
    );
  }
  const elapsedMs = performance.now() - started;
  const cpu = samples.at(-1)?.cpuMs ?? null;
  const row = meanRow('whole render', elapsedMs / frames, cpu === null ? null : cpu / frames);
  const residents = samples.map((sample) => sample.residentMiB);
  return { row, fps: hundredth((frames * 1000) / elapsedMs), ...memoryOver(residents) };
}

function memoryOver(samples: readonly number[]): Pick<RenderTimes, 'earlyMiB' | 'lateMiB' | 'peakMiB'> {
  const at = (share: number): number => {
    const from = Math.floor(samples.length * share);
    const few = samples.slice(from, from + Math.max(1, Math.floor(samples.length / 10)));
    return Math.round(few.reduce((sum, mib) => sum + mib, 0) / few.length);
  };
  return { earlyMiB: at(0.25), lateMiB: at(0.88), peakMiB: Math.round(Math.max(...samples)) };
}

interface ProcessSample {
  readonly residentMiB: number;
  /** So far; null where the system does not say. */
  readonly cpuMs: number | null;
}

/** Linux counts CPU time in ticks of this length for programs to see. */
const TICK_MS = 10;

/** null where the process has ended or the system does not say. */
async function sampleProcess(pid: number): Promise<ProcessSample | null> {
  try {
    if (process.platform !== 'linux') {
      const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]);
      return { residentMiB: Number(stdout) / 1024, cpuMs: null };
    }
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    const resident = /^VmRSS:\s+(\d+) kB/m.exec(status);
    // after the name in brackets, which may hold anything, come 11 fields, then user and system time
    const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).replace(/^.*\)\s/s, '').split(' ');
    const ticks = Number(fields[11]) + Number(fields[12]);
    return resident ? { residentMiB: Number(resident[1]) / 1024, cpuMs: ticks * TICK_MS } : null;
  } catch {
    return null;
  }
}
