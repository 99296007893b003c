import { beforeEach, describe, expect, it } from 'vitest';
import { MESH_POINTS, OCCLUSION_SIDE } from '../core/index.ts';
import { plainLook } from '../reage/index.ts';
import type { WorkFolder } from './needs.ts';
import type { RenderChunk } from './render-chunk.ts';
import { planChunks } from './render-chunk.ts';
import type { RenderPlan } from './render-job.ts';
import { planKey, RenderJob } from './render-job.ts';

/** A work folder in memory, which can lose files as a kill would. */
class MemoryFolder implements WorkFolder {
  readonly files = new Map<string, string>();
  pathOf(name: string): string {
    return `/work/${name}`;
  }
  async list(): Promise<string[]> {
    return [...this.files.keys()];
  }
  async readText(name: string): Promise<string | null> {
    return this.files.get(name) ?? null;
  }
  async sizeOf(name: string): Promise<number | null> {
    return this.files.get(name)?.length ?? null;
  }
  async writeText(name: string, text: string): Promise<void> {
    this.files.set(name, text);
  }
  async remove(names: readonly string[]): Promise<void> {
    for (const name of names) this.files.delete(name);
  }
}

const plan: RenderPlan = {
  inputSha256: 'a'.repeat(64),
  from: 0,
  to: 100,
  cast: [
    {
      performer: 'Mara',
      sourceAge: 60,
      because: 'told',
      look: plainLook(35),
      likeness: { name: 'prior', sha256: 'b'.repeat(64) },
    },
  ],
  casting: 'principal',
  rosterSha256: null,
  outputs: ['comp', 'matte'],
  extension: 'mov',
  codec: 'h264',
  quality: null,
  burnIn: null,
  chunkFrames: 48,
  program: 'dorian 0.1.0',
};

function chunk(index: number): Omit<RenderChunk, 'segmentBytes'> {
  const [span] = planChunks(plan.from, plan.to).slice(index);
  const landmarks = Float32Array.from({ length: MESH_POINTS * 3 }, (_, i) => Math.fround(i * 0.1));
  const occlusion = Uint8Array.from({ length: OCCLUSION_SIDE ** 2 }, (_, i) => i % 256);
  const face = { trackId: 1, landmarks, score: 0.99, pose: { yaw: 1, pitch: 2, roll: 3 }, fade: 1, occlusion };
  return {
    ...span,
    endedEarly: null,
    tracks: Array.from({ length: span.to - span.from }, (_, i) => ({
      frameIndex: span.from + i,
      isCut: i === 0,
      faces: [face],
      descriptors: i === 0 ? [{ trackId: 1, descriptor: Float32Array.of(0.25, 1 / 3) }] : [],
    })),
    trackerAfter: null,
    rows: [],
    sums: {},
    thumbnails: [],
    startPts: span.from,
    endPts: span.to,
  };
}

describe('planChunks', () => {
  it('depends on the range alone', () => {
    expect(planChunks(0, 100)).toEqual([
      { index: 0, from: 0, to: 48 },
      { index: 1, from: 48, to: 96 },
      { index: 2, from: 96, to: 100 },
    ]);
    expect(planChunks(10, 11)).toEqual([{ index: 0, from: 10, to: 11 }]);
    expect(planChunks(10, 10)).toEqual([]);
  });
});

describe('planKey', () => {
  it('does not depend on the order of fields, but on every value', async () => {
    const key = await planKey(plan);
    expect(key).toMatch(/^[0-9a-f]{64}$/);
    expect(await planKey(Object.fromEntries(Object.entries(plan).toReversed()) as unknown as RenderPlan)).toBe(key);
    expect(await planKey({ ...plan, program: 'dorian 0.1.1' })).not.toBe(key);
    expect(await planKey({ ...plan, cast: [{ ...plan.cast[0], look: plainLook(35.5) }] })).not.toBe(key);
  });
});

describe('a job', () => {
  let folder: MemoryFolder;
  beforeEach(() => {
    folder = new MemoryFolder();
  });

  async function withChunk(): Promise<RenderJob> {
    const job = await RenderJob.begin(folder, plan);
    folder.files.set(job.segmentName(0, 'comp'), 'segment');
    folder.files.set(job.segmentName(0, 'matte'), 'matte');
    await job.writeChunk(chunk(0));
    return job;
  }

  it('goes on with the chunks of an earlier run, bit for bit', async () => {
    await withChunk();
    const again = await RenderJob.begin(folder, plan);
    expect(again.beganAnew).toBe(false);
    const [first, second] = planChunks(plan.from, plan.to);
    expect(await again.readChunk(first)).toEqual({ ...chunk(0), segmentBytes: { comp: 7, matte: 5 } });
    expect(await again.readChunk(second)).toBeNull();
  });

  it.each(['chunk-00000.comp.mov', 'chunk-00000.matte.mov'])('makes a chunk again that has lost %s', async (name) => {
    const job = await withChunk();
    folder.files.delete(name);
    expect(await job.readChunk(planChunks(0, 100)[0])).toBeNull();
    folder.files.set(name, 'cut sho');
    folder.files.set('chunk-00000.matte.mov', 'cut off');
    expect(await job.readChunk(planChunks(0, 100)[0])).toBeNull();
  });

  it.each([
    ['not JSON', '{'],
    ['of another kind', '{"schema":"dorian/other"}'],
    ['with damaged landmarks', ''],
  ])('makes a chunk again whose record is %s', async (_what, text) => {
    const job = await withChunk();
    const record = folder.files.get('chunk-00000.json') ?? '';
    folder.files.set('chunk-00000.json', text || record.replace(/"landmarks": "[^"]*"/, '"landmarks": "AAAA"'));
    expect(await job.readChunk(planChunks(0, 100)[0])).toBeNull();
  });

  it('begins anew when anything that decides the pixels has changed, and leaves foreign files alone', async () => {
    await withChunk();
    folder.files.set('notes of a person.txt', 'mine');
    const other = await RenderJob.begin(folder, { ...plan, quality: 20 });
    expect(other.beganAnew).toBe(true);
    expect([...folder.files.keys()].sort()).toEqual(['job.json', 'notes of a person.txt']);
    await other.clear();
    expect([...folder.files.keys()]).toEqual(['notes of a person.txt']);
  });
});
