// The main job, as a stranger starts it: `dorian demo` from nothing to pictures and figures, as a process of its own.

import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { readImage } from '../../src/adapters/node/images.ts';
import { loadVideoFiles } from '../../src/adapters/node/video-files.ts';
import { shippedLikeness } from '../../src/adapters/node/shipped-likeness.ts';
import { demoPerformerFolder, projectFolder } from '../../src/cli/project.ts';
import type { FidelityRow } from '../../src/measure/index.ts';

interface DemoResult {
  /** By version, then by age. */
  readonly clipsByLikeness: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly career: readonly string[];
  readonly contactSheet: string;
  readonly comparison: string;
  readonly rows: readonly FidelityRow[];
}

test('photos to a clip at 25 and 75, beside the truth', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'dorian-demo-'));
  try {
    const main = path.join(projectFolder, 'src/cli/main.ts');
    const run = await promisify(execFile)(process.execPath, [main, 'demo', '--json', '-o', folder], {
      maxBuffer: 2 ** 24,
    });
    const result = JSON.parse(run.stdout) as DemoResult;
    const videos = await loadVideoFiles();
    const taught = await shippedLikeness(demoPerformerFolder);
    expect(Object.keys(result.clipsByLikeness)).toEqual(taught ? ['prior', 'v001'] : ['prior']);
    for (const file of Object.values(result.clipsByLikeness).flatMap((clips) => Object.values(clips))) {
      const reader = await videos.open(file);
      expect(reader.info).toMatchObject({ width: 512, height: 512, frameCount: 48, codec: 'h264', layout: 'yuv420' });
      expect(reader.info.reAged).toContain('Actor A from 60');
      await reader.close();
    }
    const comparison = await videos.open(result.comparison);
    expect(comparison.info).toMatchObject({ width: taught ? 2048 : 1536, height: 1024, frameCount: 48 });
    await comparison.close();
    const sheet = await readImage(result.contactSheet);
    expect(sheet.info.width / sheet.info.height).toBeCloseTo(6 / (taught ? 7 : 5), 1);
    expect(result.career.map((file) => path.extname(file))).toEqual(['.html', '.png']);
    for (const file of result.career) expect((await stat(file)).size).toBeGreaterThan(10_000);
    const prior = result.rows.filter((row) => row.likeness === 'prior');
    expect(prior.map((row) => row.targetAge)).toEqual([25, 75, 60]);
    for (const row of result.rows) expect(row.outside).toBe(0);
    expect(result.rows.filter((row) => row.likeness === 'likeness')).toHaveLength(taught ? 3 : 0);
    expect(prior[0].gapPixel).toBeGreaterThan(0.2);
    expect(prior[1].gapPixel).toBeGreaterThan(0.15);
    for (const row of prior.slice(0, 2)) expect(row.flicker).toBeLessThan(1.05);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 600_000);
