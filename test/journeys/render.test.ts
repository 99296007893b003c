// dorian render through the command line, on the demo's clip: what is written, what is refused, and that a render killed at
// any moment ends as if it had not been.

import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256OfFile } from '../../src/adapters/node/files.ts';
import { hashPlate } from '../../src/adapters/node/plate-hash.ts';
import { loadVideoFiles } from '../../src/adapters/node/video-files.ts';
import { parseFile } from '../../src/core/index.ts';
import type { RenderReport } from '../../src/finals/index.ts';
import { RENDER_REPORT } from '../../src/finals/index.ts';
import { declareConsent, dorian, startDorian } from '../command-line.ts';
import { demoPerformerFolder } from '../project-folders.ts';

const CLIP = path.join(demoPerformerFolder, 'clips/c0/age60.mkv');

let folder: string;
let consent: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'dorian-render-'));
  consent = await declareConsent(CLIP, folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function anyone(...more: string[]): string[] {
  return ['render', CLIP, '--from-age', '60', '--age', '35', '--consent', consent, ...more];
}

async function reportOf(output: string): Promise<RenderReport> {
  const file = path.join(folder, `${output}.report.json`);
  return parseFile(RENDER_REPORT, await readFile(file, 'utf8'), file);
}

async function hashesOf(output: string): Promise<string[]> {
  const reader = await (await loadVideoFiles()).open(path.join(folder, output));
  const hashes: string[] = [];
  try {
    for await (const frame of reader.frames()) {
      hashes.push(hashPlate(frame.plate));
      frame.close();
    }
  } finally {
    await reader.close();
  }
  return hashes;
}

describe('a render', () => {
  it('writes comp, comparison, matte and a report, and does nothing when it is asked for again', async () => {
    const args = anyone('--to-frame', '8', '--compare', '--matte', '--codec', 'ffv1', '-o', 'out.mkv');
    const first = await dorian(args, folder);
    expect(first.stderr).not.toContain('unexpected');
    expect(first.exitCode).toBe(0);
    const report = await reportOf('out.mkv');
    expect(report.frames).toHaveLength(8);
    expect(report.isPartial).toBe(false);
    expect(report.performers[0]).toMatchObject({ performer: 'anyone', framesReAged: 8, sourceAge: 60 });
    expect(report.performers[0].figures.apparentAgeChange).toBeLessThan(-3);
    expect(report.outputs.map(({ file }) => file)).toEqual(['out.mkv', 'out.compare.mkv', 'out.matte.mkv']);
    // ffv1 loses nothing: what was handed to the encoder is what the file holds
    expect(await hashesOf('out.mkv')).toEqual(report.frames.map(({ sha256 }) => sha256));
    const page = await readFile(path.join(folder, 'out.mkv.report.html'), 'utf8');
    expect(page).toContain('data:image/jpeg;base64,');
    expect(page).not.toMatch(/(?:src|href)="(?!data:)/);
    expect(existsSync(path.join(folder, 'out.mkv.dorian-work'))).toBe(false);

    const videos = await loadVideoFiles();
    const compare = await videos.open(path.join(folder, 'out.compare.mkv'));
    expect([compare.info.width, compare.info.height, compare.info.frameCount]).toEqual([1024, 512, 8]);
    expect(compare.info.reAged).toContain('anyone from 60 to 35');
    await compare.close();

    const second = await dorian([...args, '--json'], folder);
    expect(second.exitCode).toBe(0);
    expect(JSON.parse(second.stdout)).toMatchObject({ clips: [{ wasFinished: true, key: report.key }] });
  });

  it('leaves the plate alone where nothing is asked for: blend 0 gives the plate, bit for bit', async () => {
    const { exitCode } = await dorian(anyone('--to-frame', '2', '--blend', '0', '-o', 'plate.mkv'), folder);
    expect(exitCode).toBe(0);
    const reader = await (await loadVideoFiles()).open(CLIP);
    const plates: string[] = [];
    for await (const frame of reader.frames({ to: 2 })) {
      plates.push(hashPlate(frame.plate));
      frame.close();
    }
    await reader.close();
    expect(await hashesOf('plate.mkv')).toEqual(plates);
  });

  it.each([
    ['trust/consent-missing', ['render', CLIP, '--from-age', '60', '--age', '35', '-o', 'no.mp4']],
    ['trust/under-age', () => anyone('--age', '17', '-o', 'no.mp4')],
    ['finals/nobody-named', ['render', CLIP, '--age', '35', '-o', 'no.mp4']],
    ['finals/output-kind', () => anyone('-o', 'no.avi')],
    ['finals/no-target-age', () => ['render', CLIP, '--from-age', '60', '--consent', consent, '-o', 'no.mp4']],
    ['finals/output-is-input', () => anyone('--overwrite', '--codec', 'ffv1', '-o', CLIP)],
    ['finals/empty-range', () => anyone('--from-frame', '48', '-o', 'no.mp4')],
    ['file/not-found', ['render', 'missing.mov', '--from-age', '60', '--age', '35', '-o', 'no.mp4']],
  ])('is refused with %s', async (code, given) => {
    const args = typeof given === 'function' ? given() : given;
    const { exitCode, stdout } = await dorian([...args, '--json'], folder);
    expect(JSON.parse(stdout).error.code).toBe(code);
    expect(exitCode).toBe(1);
    expect(existsSync(path.join(folder, 'no.mp4'))).toBe(false);
  });

  it('does not replace a file that Dorian did not make', async () => {
    await writeFile(path.join(folder, 'mine.mp4'), 'precious');
    const { exitCode, stdout } = await dorian(anyone('--json', '-o', 'mine.mp4'), folder);
    expect([exitCode, JSON.parse(stdout).error.code]).toEqual([1, 'finals/output-exists']);
    expect(await readFile(path.join(folder, 'mine.mp4'), 'utf8')).toBe('precious');
  });
});

describe('a folder of clips', () => {
  it('renders what it can, says what it cannot, and ends with 2', async () => {
    const clips = path.join(folder, 'clips');
    await mkdir(clips);
    await writeFile(path.join(clips, 'A001.mkv'), await readFile(CLIP));
    await writeFile(path.join(clips, 'B002.mov'), 'this is no clip');
    await writeFile(path.join(clips, 'notes.txt'), 'nor this');
    const args = ['render', clips, '--from-age', '60', '--age', '70', '--consent', consent, '--to-frame', '3'];
    const { exitCode, stdout } = await dorian([...args, '--json', '-o', 'finals'], folder);
    expect(exitCode).toBe(2);
    const [a, b] = JSON.parse(stdout).clips;
    expect(a).toMatchObject({ isPartial: false, outputs: [{ kind: 'comp', file: 'A001.mp4' }] });
    expect(b.error.code).toMatch(/^media\//);
    expect((await readdir(path.join(folder, 'finals'))).sort()).toEqual([
      'A001.mp4',
      'A001.mp4.report.html',
      'A001.mp4.report.json',
    ]);
  });
});

const CHUNKS = ['--to-frame', '18', '--chunk-frames', '3'];

describe('a render that is killed', () => {
  it('at five random frames goes on each time and ends with the very same file', async () => {
    const whole = await dorian(anyone(...CHUNKS, '-o', 'whole.mp4'), folder);
    expect(whole.exitCode).toBe(0);
    const work = path.join(folder, 'killed.mp4.dorian-work');
    for (let kills = 0; kills < 5; kills++) {
      const before = await recordsIn(work);
      const { child, ended } = startDorian(anyone(...CHUNKS, '-o', 'killed.mp4'), folder);
      // at least one chunk further, then somewhere in the middle of the next ones
      while (child.exitCode === null && (await recordsIn(work)) <= before) await pause(20);
      await pause(Math.random() * 300);
      child.kill('SIGKILL');
      await ended;
      // a kill may come just after the end: then the file is there, and whole
      if (!existsSync(path.join(folder, 'killed.mp4'))) continue;
      expect(await sha256OfFile(path.join(folder, 'killed.mp4'))).toBe(
        await sha256OfFile(path.join(folder, 'whole.mp4')),
      );
      break;
    }
    // as a kill between clip and report leaves it
    if (existsSync(work)) {
      await rm(path.join(folder, 'killed.mp4.report.json'), { force: true });
      await copyFile(path.join(folder, 'whole.mp4'), path.join(folder, 'killed.mp4'));
    }
    const last = await dorian(anyone(...CHUNKS, '-o', 'killed.mp4'), folder);
    expect(last.exitCode).toBe(0);
    const [a, b] = [await reportOf('whole.mp4'), await reportOf('killed.mp4')];
    expect(b.frames.map(({ sha256 }) => sha256)).toEqual(a.frames.map(({ sha256 }) => sha256));
    expect(b.performers[0].figures).toEqual(a.performers[0].figures);
    expect(await sha256OfFile(path.join(folder, 'killed.mp4'))).toBe(
      await sha256OfFile(path.join(folder, 'whole.mp4')),
    );
    expect(existsSync(work)).toBe(false);
    // as a kill between report and tidying leaves it
    await mkdir(work);
    await writeFile(path.join(work, 'chunk-00000.json'), '{}');
    expect((await dorian(anyone(...CHUNKS, '-o', 'killed.mp4'), folder)).exitCode).toBe(0);
    expect(existsSync(work)).toBe(false);
  });

  it('by Ctrl-C says how to go on, and goes on', async () => {
    const work = path.join(folder, 'stopped.mp4.dorian-work');
    const { child, ended } = startDorian(anyone(...CHUNKS, '-o', 'stopped.mp4'), folder);
    while (child.exitCode === null && (await recordsIn(work)) < 1) await pause(20);
    child.kill('SIGINT');
    const stopped = await ended;
    expect(stopped.exitCode).toBe(2);
    expect(stopped.stdout).toContain('Run the same command again');
    const resumed = await dorian(anyone(...CHUNKS, '-o', 'stopped.mp4'), folder);
    expect(resumed.exitCode).toBe(0);
    expect(resumed.stderr).toContain('Going on after');
    expect(await sha256OfFile(path.join(folder, 'stopped.mp4'))).toBe(
      await sha256OfFile(path.join(folder, 'whole.mp4')),
    );
  });
});

async function recordsIn(work: string): Promise<number> {
  const names = await readdir(work).catch(() => []);
  return names.filter((name) => /^chunk-\d+\.json$/.test(name)).length;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
