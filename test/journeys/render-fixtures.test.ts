// dorian render and dorian photo on the hard cases, with a performer out of a small library.

import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readImage, readReAgedNote } from '../../src/adapters/node/images.ts';
import { hashPlate } from '../../src/adapters/node/plate-hash.ts';
import { loadVideoFiles } from '../../src/adapters/node/video-files.ts';
import type { Plate } from '../../src/core/index.ts';
import { copyPlate, parseFile } from '../../src/core/index.ts';
import type { RenderReport, VideoInfo } from '../../src/finals/index.ts';
import { RENDER_REPORT } from '../../src/finals/index.ts';
import type { CommandResult } from '../command-line.ts';
import { dorian } from '../command-line.ts';
import { fixture, fixtureFile } from '../fixture-folder.ts';
import { demoPerformerFolder } from '../project-folders.ts';

const PERFORMER = 'Actor A';
/** Career photos of the performer between 52 and 66. */
const PHOTOS = ['045', '048', '050', '052', '054', '056', '058', '060', '062', '064'];
const AS_ASKED = ['--performer', `${PERFORMER}=35`, '--shot-on', '2024-06-01'];

let production: string;
beforeAll(async () => {
  production = await mkdtemp(path.join(tmpdir(), 'dorian-fixtures-'));
  const photos = path.join(production, 'given');
  await mkdir(photos);
  for (const name of PHOTOS) {
    await copyFile(path.join(demoPerformerFolder, 'career', `${name}.jpg`), path.join(photos, `${name}.jpg`));
  }
  await succeed(['init', production, '--title', 'Dorian demo']);
  const consent = path.join(demoPerformerFolder, 'consent.json');
  const ingest = ['ingest', photos, '--performer', PERFORMER, '--born', '1964-01-01', '--consent', consent];
  const { exitCode, stderr } = await dorian(ingest, production);
  // 2: a photo or two may be set aside
  if (exitCode !== 0 && exitCode !== 2) throw new Error(stderr);
});
afterAll(() => rm(production, { recursive: true, force: true }));

async function succeed(args: readonly string[]): Promise<CommandResult> {
  const result = await dorian(args, production);
  expect(result.stderr + result.stdout).not.toContain('fault in Dorian');
  expect(result.exitCode).toBe(0);
  return result;
}

async function reportOf(output: string): Promise<RenderReport> {
  const file = path.join(production, `${output}.report.json`);
  return parseFile(RENDER_REPORT, await readFile(file, 'utf8'), file);
}

interface ReadClip {
  readonly info: VideoInfo;
  readonly plates: readonly Plate[];
  readonly times: readonly (readonly [seconds: number, durationSeconds: number])[];
}

async function readClip(file: string): Promise<ReadClip> {
  const reader = await (await loadVideoFiles()).open(file);
  const plates: Plate[] = [];
  const times: [number, number][] = [];
  const unit = reader.info.timeBase.num / reader.info.timeBase.den;
  try {
    for await (const frame of reader.frames()) {
      plates.push(copyPlate(frame.plate));
      times.push([frame.pts * unit, frame.durationPts * unit]);
      frame.close();
    }
    return { info: reader.info, plates, times };
  } finally {
    await reader.close();
  }
}

/** Columns [left, right) of the luma plane, as text. */
function columns({ planes: [luma] }: Plate, left: number, right: number): string {
  const rows = Array.from({ length: luma.height }, (_, y) =>
    luma.samples.subarray(y * luma.stride + left, y * luma.stride + right).join(),
  );
  return rows.join('\n');
}

describe('a folder of camera files', () => {
  const names = ['shot-cut', 'ten-bit', 'ten-bit-h264', 'hdr-pq', 'variable-rate', 'rotated-90', 'timecode-2997-drop', 'no-face']; // prettier-ignore
  let result: CommandResult;
  beforeAll(async () => {
    await mkdir(path.join(production, 'camera'));
    for (const name of names) {
      const file = fixtureFile(name);
      await symlink(file, path.join(production, 'camera', path.basename(file)));
    }
    result = await dorian(['render', 'camera', ...AS_ASKED, '-o', 'out', '--json'], production);
  });

  it('is rendered but for the clip without a face, which is named', () => {
    const { clips } = JSON.parse(result.stdout) as { clips: { input: string; error?: { code: string } }[] };
    const failed = clips.filter((clip) => clip.error);
    expect(failed.map((clip) => [path.basename(clip.input), clip.error?.code])).toEqual([
      ['no-face.mov', 'finals/no-face'],
    ]);
    expect(result.exitCode).toBe(2);
  });

  it('has full strength on the first frame after a cut', async () => {
    const { frames } = await reportOf('out/shot-cut.mp4');
    const [cut] = fixture('shot-cut').cuts ?? [];
    expect(frames.filter((frame) => frame.isCut).map((frame) => frame.frameIndex)).toEqual([0, cut]);
    expect(frames[cut].faces).toMatchObject([{ performer: PERFORMER, strength: 1 }]);
  });

  it.each([
    ['ten-bit', 'ten-bit.mov', { layout: 'yuv422', depth: 10, codec: 'prores' }],
    ['ten-bit-h264', 'ten-bit-h264.mp4', { layout: 'yuv420', depth: 10, codec: 'h264' }],
    ['hdr-pq', 'hdr-pq.mp4', { layout: 'yuv420', depth: 10, codec: 'h264' }],
  ])('keeps the depth and the colour of %s', async (name, output, facts) => {
    const given = await readClip(fixtureFile(name));
    const made = await readClip(path.join(production, 'out', output));
    expect(made.info).toMatchObject(facts);
    expect(made.info.color).toEqual(given.info.color);
    expect(made.plates).toHaveLength(given.plates.length);
  });

  it('keeps the time of every frame where the rate varies', async () => {
    const given = await readClip(fixtureFile('variable-rate'));
    const made = await readClip(path.join(production, 'out/variable-rate.mp4'));
    expect(made.times.length).toBe(given.times.length);
    made.times.forEach(([at, lasts], i) => {
      expect(at).toBeCloseTo(given.times[i][0] - given.times[0][0], 4);
      expect(lasts).toBeCloseTo(given.times[i][1], 4);
    });
  });

  it('is upright where the camera was turned, and goes on in the timecode of the camera', async () => {
    const turned = await readClip(path.join(production, 'out/rotated-90.mp4'));
    const given = await readClip(fixtureFile('rotated-90'));
    expect([turned.info.width, turned.info.height]).toEqual([given.info.width, given.info.height]);
    const coded = await readClip(path.join(production, 'out/timecode-2997-drop.mp4'));
    expect(coded.info.timecode).toBe(fixture('timecode-2997-drop').facts?.timecode);
    const { frames } = await reportOf('out/timecode-2997-drop.mp4');
    expect(frames[10].timecode).toBe('00:01:00;02');
  });
});

describe('two people in one picture', () => {
  it('re-ages the one who is enrolled; the other stays plate, bit for bit', async () => {
    const input = fixtureFile('two-identities');
    await succeed(['render', input, ...AS_ASKED, '--to-frame', '6', '-o', 'two.mkv']);
    const { frames, performers } = await reportOf('two.mkv');
    expect(performers[0].framesReAged).toBe(6);
    for (const { faces } of frames) {
      expect(faces).toHaveLength(2);
      expect(faces.filter((face) => face.performer === PERFORMER)).toHaveLength(1);
    }
    const [given, made] = [await readClip(input), await readClip(path.join(production, 'two.mkv'))];
    const { width } = given.info;
    made.plates.forEach((comp, i) => {
      const plate = given.plates[i];
      // the performer stands on the left, the other on the right
      expect(columns(comp, width * 0.55, width)).toBe(columns(plate, width * 0.55, width));
      expect(hashPlate(comp)).not.toBe(hashPlate(plate));
    });
  });

  it('never lays the performer onto somebody who passes in front', async () => {
    await succeed(['render', fixtureFile('crossing'), ...AS_ASKED, '-o', 'crossing.mkv']);
    const { frames, performers } = await reportOf('crossing.mkv');
    expect(performers[0].framesReAged).toBeGreaterThan(8);
    // the passer-by is the nearer and larger of the two
    const ownSize = frames[0].faces[0].eyeDistancePx;
    const sizes = frames.flatMap(({ faces }) => faces.filter((face) => face.performer === PERFORMER));
    expect(Math.max(...sizes.map((face) => face.eyeDistancePx))).toBeLessThan(ownSize * 1.2);
  });
});

describe('sound that an .mp4 cannot hold', () => {
  it('is told before the first frame', async () => {
    const args = ['render', fixtureFile('sound'), ...AS_ASKED, '-o', 'loud.mp4', '--json'];
    const { exitCode, stdout } = await dorian(args, production);
    expect([exitCode, JSON.parse(stdout).error.code]).toEqual([1, 'finals/sound-does-not-fit']);
    expect(await readdir(path.join(production, 'loud.mp4.dorian-work'))).toEqual(['job.json']);
  });
});

describe('dorian photo', () => {
  it('finds the performer in a group and leaves the others', async () => {
    const { stdout } = await succeed(['photo', fixtureFile('group'), ...AS_ASKED, '-o', 'group.png', '--json']);
    const { faces } = JSON.parse(stdout) as { faces: { performer: string | null }[] };
    expect(faces).toHaveLength(3);
    expect(faces.filter((face) => face.performer === PERFORMER)).toHaveLength(1);
    expect(await readReAgedNote(path.join(production, 'group.png'))).toContain(`${PERFORMER} from 60.`);
  });

  it('keeps sixteen bits', async () => {
    await succeed(['photo', fixtureFile('sixteen-bit'), ...AS_ASKED, '-o', 'sixteen.png']);
    const { info } = await readImage(path.join(production, 'sixteen.png'));
    expect(info.depth).toBe(16);
  });

  it.each([
    ['finals/no-face', 'no-face-still', AS_ASKED],
    ['finals/shot-on-needed', 'sixteen-bit', ['--performer', `${PERFORMER}=35`]],
    ['library/unknown-performer', 'group', ['--performer', 'Nobody=35', '--shot-on', '2024-06-01']],
  ])('refuses with %s', async (code, name, options) => {
    const args = ['photo', fixtureFile(name), ...options, '-o', 'refused.png', '--json'];
    const { exitCode, stdout } = await dorian(args, production);
    expect([exitCode, JSON.parse(stdout).error.code]).toEqual([1, code]);
  });
});
