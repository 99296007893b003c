// bench fidelity from a folder on disk to the JSON that is printed: PNG frames, masks and landmarks of a short synthetic
// clip. Two frames, so that it takes seconds.

import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeImage } from '../../src/adapters/node/images.ts';
import { openPerformerFolder } from '../../src/adapters/node/performer-folder.ts';
import { nodeAvVideoFiles } from '../../src/adapters/node/video-node-av.ts';
import { FIDELITY_REPORT, fidelityTable, runFidelity } from '../../src/cli/bench/fidelity.ts';
import { demoPerformerFolder } from '../../src/cli/project.ts';
import { shippedPrior } from '../../src/cli/reage/likeness.ts';
import { formatFile, parseFile } from '../../src/core/index.ts';
import type { TruthClip } from '../../src/measure/index.ts';
import { requireConsent, selfDeclaredRecord } from '../../src/trust/index.ts';

let folder = '';
let demoClip: TruthClip;
let manifest: Record<string, unknown> = {};

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'dorian-fidelity-'));
  const demo = await openPerformerFolder(demoPerformerFolder, nodeAvVideoFiles);
  const [clip] = demo.clips;
  demoClip = clip;
  for (const age of clip.ages) {
    for (const part of ['mask', 'lm']) await mkdir(path.join(folder, 'clips/c0', `${part}${age}`), { recursive: true });
    for (const i of [0, 1]) {
      await writeImage(await clip.plate(age, i), path.join(folder, `clips/c0/age${age}/00${i}.png`));
      for (const file of [`clips/c0/mask${age}/00${i}.png`, `clips/c0/lm${age}/00${i}.json`])
        await cp(path.join(demoPerformerFolder, file), path.join(folder, file));
    }
  }
  const given = JSON.parse(await readFile(path.join(demoPerformerFolder, 'manifest.json'), 'utf8'));
  manifest = { ...given, clips: [{ ...given.clips[0], frames: 2 }] };
  await writeFile(path.join(folder, 'manifest.json'), JSON.stringify(manifest));
}, 60_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

test('PNG frames hold what the lossless video holds', async () => {
  const [png] = (await openPerformerFolder(folder, nodeAvVideoFiles)).clips;
  const [a, b] = [await png.plate(75, 1), await demoClip.plate(75, 1)];
  for (const at of [0, 12_345, 200_000]) {
    for (const c of [0, 1, 2]) {
      const [x, y] = [at % 512, Math.floor(at / 512)];
      const sample = (plate: typeof a): number =>
        plate.planes[c].samples[y * plate.planes[c].stride + x * plate.planes[c].step];
      expect(sample(a)).toBe(sample(b));
    }
  }
});

test('the report has all rows, says what it should, and is a valid file', async () => {
  const report = await runFidelity(folder, {});
  expect(report.rows.map((row) => `${row.targetAge} ${row.likeness}`)).toEqual(
    [25, 75, 60].flatMap((age) => ['none', 'prior', 'ceiling'].map((name) => `${age} ${name}`)),
  );
  const prior = report.rows[1];
  // wide bounds: this is a journey, the figures are the bench's business
  expect(prior.gapPixel).toBeGreaterThan(0.1);
  expect(prior.gapAge).toBeGreaterThan(0.1);
  expect(prior.outside).toBe(0);
  expect(report.rows[2].gapPixel).toBeGreaterThan(prior.gapPixel ?? 1);
  expect(report.rows[7]).toMatchObject({ likeness: 'prior', gapPixel: null, flicker: null, outside: 0 });
  expect(report.rows[7].meanChange).toBeLessThan(0.005);
  const text = formatFile(FIDELITY_REPORT, report);
  expect(parseFile(FIDELITY_REPORT, text, 'report')).toEqual(report);
  expect(fidelityTable(report)).toContain('ceiling');
}, 60_000);

test('a likeness is measured beside the prior, on the same path', async () => {
  const prior = await shippedPrior();
  // the prior under another name: its rows must be the prior's
  const likeness = { ...prior, name: 'v001', photos: 12 };
  const inputSha256 = '0'.repeat(64);
  const declared = {
    performer: 'Actor A',
    declaredBy: 'The test',
    role: 'self',
    inputSha256,
    on: '2026-01-01',
  } as const;
  const report = await runFidelity(folder, { frames: 1 }, async (performer, ages) => {
    expect(performer).toBe('actor-a');
    const use = { kind: 'render', targetAges: ages, inputSha256, on: '2026-01-01' } as const;
    return requireConsent(likeness, selfDeclaredRecord(declared), use);
  });
  expect(report.likeness).toEqual({ name: 'v001', sha256: prior.sha256 });
  const rows = report.rows.filter(({ targetAge }) => targetAge === 25);
  expect(rows.map((row) => `${row.likeness} ${row.photos}`)).toEqual(['none 0', 'prior 0', 'likeness 12', 'ceiling 0']);
  expect({ ...rows[2], likeness: 'prior', photos: 0 }).toEqual(rows[1]);
}, 60_000);

test('a performer who is not synthetic, or a folder without a manifest, is refused', async () => {
  const real = await mkdtemp(path.join(os.tmpdir(), 'dorian-real-'));
  try {
    await expect(runFidelity(real, {})).rejects.toMatchObject({ code: 'measure/not-a-performer-folder' });
    await writeFile(path.join(real, 'manifest.json'), JSON.stringify({ ...manifest, synthetic: false }));
    await expect(runFidelity(real, {})).rejects.toMatchObject({ code: 'measure/not-synthetic' });
  } finally {
    await rm(real, { recursive: true, force: true });
  }
});
