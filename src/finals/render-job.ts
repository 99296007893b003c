// A job: one render of one clip, as its work folder knows it. The key is a hash of all that decides the pixels; a folder
// whose key is another is emptied and begun anew.

import { z } from 'zod';
import type { FileSchema } from '../core/index.ts';
import { formatFile, isCodedError, parseFile } from '../core/index.ts';
import type { Look } from '../reage/index.ts';
import type { CastingRule } from './casting.ts';
import type { VideoCodec, WorkFolder } from './needs.ts';
import type { ChunkSpan, OutputKind, RenderChunk } from './render-chunk.ts';
import { RENDER_CHUNK, restoreChunk, storeChunk } from './render-chunk.ts';

/** One performer, as the plan and the report name them. */
export interface CastPlan {
  readonly performer: string;
  /** Years on the plate, and why. */
  readonly sourceAge: number;
  readonly because: string;
  readonly look: Look;
  /** Which network, and its hash. */
  readonly likeness: { readonly name: string; readonly sha256: string };
}

/** All that decides the pixels. JSON-able. */
export interface RenderPlan {
  readonly inputSha256: string;
  /** Frames [from, to) of the clip. */
  readonly from: number;
  readonly to: number;
  readonly cast: readonly CastPlan[];
  readonly casting: CastingRule['kind'];
  /** Hash of the descriptors that performers are known by; null where there is no library. */
  readonly rosterSha256: string | null;
  readonly outputs: readonly OutputKind[];
  readonly extension: string;
  readonly codec: VideoCodec;
  readonly quality: number | null;
  /** Text of the burn-in's name; null for none. */
  readonly burnIn: string | null;
  readonly chunkFrames: number;
  /** Version and hash of the code and the networks. */
  readonly program: string;
}

interface RenderJobFile {
  readonly key: string;
  /** For people: what the key was made of. */
  readonly plan: unknown;
}

const RENDER_JOB: FileSchema<RenderJobFile> = {
  name: 'dorian/render-job',
  version: 1,
  shape: z.object({ key: z.string(), plan: z.unknown() }),
};

/** In the work folder: which render it is of. */
export const JOB_NAME = 'job.json';
/** What a work folder of ours may hold. */
const OURS =
  /^(?:job\.json|sound-check\.\w{3}|chunk-\d{5}(?:\.json|\.(?:comp|compare|matte)\.\w{3})|\.dorian-.*\.tmp(?:\.\w{3})?)$/;

export async function planKey(plan: RenderPlan): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(canonical(plan)));
  return hexOf(digest);
}

function hexOf(digest: ArrayBuffer): string {
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** JSON with sorted keys, so that the order in which a plan is put together does not matter. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

function chunkName(index: number): string {
  return `chunk-${String(index).padStart(5, '0')}`;
}

export class RenderJob {
  readonly key: string;
  /** True where a folder of another job had to be emptied. */
  readonly beganAnew: boolean;
  private readonly work: WorkFolder;
  private readonly plan: RenderPlan;

  private constructor(work: WorkFolder, plan: RenderPlan, key: string, beganAnew: boolean) {
    this.work = work;
    this.plan = plan;
    this.key = key;
    this.beganAnew = beganAnew;
  }

  /** Takes up the folder's job where it is this one, else empties the folder and begins. */
  static async begin(work: WorkFolder, plan: RenderPlan): Promise<RenderJob> {
    const key = await planKey(plan);
    const text = await work.readText(JOB_NAME);
    if (text !== null && keyIn(text) === key) return new RenderJob(work, plan, key, false);
    await work.remove((await work.list()).filter((name) => OURS.test(name)));
    await work.writeText(JOB_NAME, formatFile(RENDER_JOB, { key, plan }));
    return new RenderJob(work, plan, key, text !== null);
  }

  segmentName(index: number, output: OutputKind): string {
    return `${chunkName(index)}.${output}.${this.plan.extension}`;
  }

  segmentPath(index: number, output: OutputKind): string {
    return this.work.pathOf(this.segmentName(index, output));
  }

  /** The record of a chunk that is finished and whole; null where it has to be made. */
  async readChunk(span: ChunkSpan): Promise<RenderChunk | null> {
    const text = await this.work.readText(`${chunkName(span.index)}.json`);
    if (text === null) return null;
    try {
      const chunk = restoreChunk(parseFile(RENDER_CHUNK, text, chunkName(span.index)));
      const isWhole = chunk.from === span.from && (chunk.to === span.to || chunk.endedEarly !== null);
      return isWhole && (await this.hasSegments(chunk)) ? chunk : null;
    } catch (error) {
      // a damaged record is a chunk that is not there
      if (isCodedError(error)) return null;
      throw error;
    }
  }

  private async hasSegments(chunk: RenderChunk): Promise<boolean> {
    for (const output of this.plan.outputs) {
      const bytes = await this.work.sizeOf(this.segmentName(chunk.index, output));
      if (bytes === null || bytes !== chunk.segmentBytes[output]) return false;
    }
    return true;
  }

  /** The segments are finished; with this record the chunk counts as made. */
  async writeChunk(chunk: Omit<RenderChunk, 'segmentBytes'>): Promise<void> {
    const segmentBytes: Partial<Record<OutputKind, number>> = {};
    for (const output of this.plan.outputs) {
      segmentBytes[output] = (await this.work.sizeOf(this.segmentName(chunk.index, output))) ?? 0;
    }
    const record = formatFile(RENDER_CHUNK, storeChunk({ ...chunk, segmentBytes }));
    await this.work.writeText(`${chunkName(chunk.index)}.json`, record);
  }

  /** The render is finished: nothing of the work is needed any more. */
  async clear(): Promise<void> {
    await this.work.remove((await this.work.list()).filter((name) => OURS.test(name)));
  }
}

function keyIn(text: string): string | null {
  try {
    return parseFile(RENDER_JOB, text, JOB_NAME).key;
  } catch (error) {
    if (isCodedError(error)) return null;
    throw error;
  }
}
