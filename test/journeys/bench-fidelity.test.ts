// bench fidelity from a folder on disk to the JSON that is printed: PNG frames, masks and landmarks of a short synthetic
// clip. Two frames, so that it takes seconds.

import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeImage } from '../../src/adapters/node/images.ts';
import { openPerformerFolder } from '../../src/adapters/node/performer-folder.ts';
import { nodeAvVideoFiles } from '../../src/adapters/node/video-node-av.ts';
import { runFidelity, underManifest } from '../../src/cli/bench/fidelity.ts';
import { FIDELITY_REPORT } from '../../src/cli/bench/fidelity-report.ts';
import { fidelityTable } from '../../src/cli/bench/fidelity-table.ts';
import { likenessToMeasure } from '../../src/cli/bench/likeness-to-measure.ts';
import { andTrained, trainedLikeness } from '../../src/cli/bench/trained-likeness.ts';
import { demoPerformerFolder } from '../../src/cli/project.ts';
import { shippedPrior } from '../../src/cli/reage/likeness.ts';
import { formatFile, parseFile } from '../../src/core/index.ts';
import type { TruthClip } from '../../src/measure/index.ts';

/** Ten, of which eight are learned from. */
const CAREER = ['000', '002', '008', '010', '015', '045', '048', '052', '060', '069'];

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

test('likenesses are measured beside the prior, on the same path', async () => {
  const prior = await shippedPrior();
  // the prior under other names: its rows must be the prior's
  const others = [
    { ...prior, name: 'shipped', photos: 80 },
    { ...prior, name: 'trained', photos: 10 },
  ];
  const report = await runFidelity(folder, { frames: 1 }, async (of) => others.map((one) => underManifest(one, of)));
  expect(report.likenesses).toEqual(others.map(({ name, sha256 }) => ({ name, sha256 })));
  for (const age of [25, 75]) {
    const rows = report.rows.filter(({ targetAge }) => targetAge === age);
    expect(rows.map(({ likeness, version, photos }) => [likeness, version, photos])).toEqual([
      ['none', null, 0],
      ['prior', null, 0],
      ['likeness', 'shipped', 80],
      ['likeness', 'trained', 10],
      ['ceiling', null, 0],
    ]);
    for (const row of rows.slice(2, 4))
      expect({ ...row, likeness: 'prior', version: null, photos: 0 }).toEqual(rows[1]);
  }
  expect(fidelityTable(report)).toContain('likeness (trained, 10 photos)');
}, 60_000);

test('a likeness is taught from the career, on the word of the manifest, and measured beside the one that ships', async () => {
  for (const photo of CAREER)
    await cp(path.join(demoPerformerFolder, 'career', `${photo}.jpg`), path.join(folder, 'career', `${photo}.jpg`));
  const work = path.join(folder, 'work');
  const training = { minutes: 0.001, photos: 8, workFolder: work, isQuiet: true };
  const taught = await trainedLikeness(await openPerformerFolder(folder, nodeAvVideoFiles), training);
  expect(taught).toMatchObject({ name: 'trained', photos: 8 });
  // what is finished is not taught again, and now it ships as well
  await cp(path.dirname(taught.file), path.join(folder, 'likeness'), { recursive: true });
  const both = andTrained(likenessToMeasure(undefined, 'shipped'), training);
  const { rows, likenesses } = await runFidelity(folder, { frames: 1 }, both);
  expect(likenesses).toEqual(['shipped', 'trained'].map((name) => ({ name, sha256: taught.sha256 })));
  expect(rows.filter(({ likeness }) => likeness === 'likeness')).toHaveLength(6);
}, 300_000);

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
