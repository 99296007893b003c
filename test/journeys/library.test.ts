// A new user's way through the career library on the command line: a production, a consent, a family's archive with all its
// faults, the sheet, a search, a kill, a revocation, and being forgotten.

import { existsSync, readdirSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256OfFile } from '../../src/adapters/node/files.ts';
import { readImage, writeImage } from '../../src/adapters/node/images.ts';
import { loadVideoFiles } from '../../src/adapters/node/video-files.ts';
import { dorian, startDorian } from '../command-line.ts';
import { makeFamilyArchive } from '../family-archive.ts';
import { demoPerformerFolder } from '../project-folders.ts';

const career = path.join(demoPerformerFolder, 'career');
const BORN = ['--performer', 'Actor A', '--born', '1964-01-01'];

let folder: string;
let show: string;
let archive: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'dorian-library-'));
  archive = await makeFamilyArchive(folder);
  show = await newProduction('show');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A production with a consent record beside it. */
async function newProduction(name: string): Promise<string> {
  const root = path.join(folder, name);
  expect((await dorian(['init', root, '--title', 'The Long Summer'], folder)).exitCode).toBe(0);
  const said = ['--performer', 'Actor A', '--signatory', 'Actor A', '--use', 'Flashbacks.', '--ages', '20-75'];
  const made = await dorian(['consent', 'new', ...said, '--training', 'yes', '--sign', 'Actor A'], root);
  expect(made.stderr).toBe('');
  expect(made.exitCode).toBe(0);
  return root;
}

function ingest(...more: string[]): Promise<{ exitCode: number | null; report: Report; stderr: string }> {
  return ingestIn(show, ...more);
}

/** The parts of the JSON that are looked at. */
interface Report {
  readonly given: Readonly<Record<string, number>>;
  readonly library: { readonly used: number; readonly changed: number };
  readonly notUsed: readonly { readonly file: string; readonly code: string }[];
  readonly copies: readonly { readonly file: string; readonly of: string }[];
  readonly flagged: readonly { readonly file: string; readonly age: number; readonly notes: readonly string[] }[];
  readonly contradictions: readonly { readonly file: string }[];
  readonly error?: { readonly code: string };
}

async function ingestIn(
  root: string,
  ...more: string[]
): Promise<{ exitCode: number | null; report: Report; stderr: string }> {
  const { exitCode, stdout, stderr } = await dorian(['ingest', ...more, '--json'], root);
  return { exitCode, report: JSON.parse(stdout) as Report, stderr };
}

/** Every file under a folder with its hash. */
async function treeOf(root: string): Promise<Record<string, string>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  const hashes = files.toSorted().map(async (file) => [path.relative(root, file), await sha256OfFile(file)]);
  return Object.fromEntries(await Promise.all(hashes)) as Record<string, string>;
}

/** All that the catalogue holds, apart from the ids of consent records. */
function rowsOf(root: string): unknown {
  const database = new DatabaseSync(path.join(root, 'dorian.db'));
  const tables = ['performers', 'photos', 'faces', 'givenFiles', 'judgements'];
  const rows = tables.map((table) => [table, database.prepare(`SELECT * FROM ${table} ORDER BY 1, 2, 3`).all()]);
  database.close();
  return JSON.stringify(rows, (_key, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value,
  );
}

describe('a career library', () => {
  it('takes a family archive in: who, when, and what was wrong with the rest', async () => {
    const before = await treeOf(archive);
    const { exitCode, report } = await ingest(archive, ...BORN, '--consent', 'consent.json');
    expect(exitCode).toBe(2);
    expect(report.notUsed.map(({ file, code }) => [file, code]).toSorted()).toEqual([
      ['broken.jpg', 'media/empty'],
      ['stranger.png', 'library/other-person'],
      ['who knows.png', 'library/no-date'],
    ]);
    expect(report.given).toEqual({ files: 17, newlyRead: 17, used: 13, duplicates: 1, setAside: 3, ignored: 1 });
    expect(report.copies).toEqual([{ file: 'small copy.webp', of: 'test.jpg' }]);
    // the scan's own date is not believed; the photo "from the future" is used, and said
    const notes = Object.fromEntries(report.flagged.map(({ file, notes: said }) => [file, said.join(' ')]));
    expect(notes['scan.jpg']).toMatch(/EPSON Scan/);
    expect(notes['later.jpg']).toMatch(/after today/);
    expect(await treeOf(archive)).toEqual(before);
  });

  it('says whose face it took from the group, and how old the performer is on each photo', async () => {
    const { stdout } = await dorian(['library', 'actor a', '-o', folder, '--json'], show);
    const library = JSON.parse(stdout) as {
      photos: { file: string; ageAtPhoto: number; ageSource: string; eyeDistancePx: number }[];
      advice: string[];
      files: { picture: string; page: string };
    };
    const ages = Object.fromEntries(
      library.photos.map(({ file, ageAtPhoto, ageSource }) => [file, [ageAtPhoto, ageSource]]),
    );
    expect(ages['28_1.png']).toEqual([28, 'file-name']);
    expect(ages['garden.png']).toEqual([38, 'folder-name']);
    expect(ages['scan.jpg'][1]).toBe('folder-name');
    expect(ages['summer.jpg'][1]).toBe('exif');
    expect(ages['summer.jpg'][0]).toBeCloseTo(21.4, 1);
    expect(ages['1997_10.png'][0]).toBeCloseTo(33.8, 1);
    expect(ages['IMG_2034.jpg'][0]).toBeCloseTo(41.8, 1);
    expect(library.photos.map(({ ageAtPhoto }) => ageAtPhoto)).toEqual(
      library.photos.map(({ ageAtPhoto }) => ageAtPhoto).toSorted((a, b) => a - b),
    );
    expect(ages['group.png']).toBeDefined();
    expect(library.advice.length).toBeGreaterThan(0);
    const sheet = await readImage(library.files.picture);
    expect(sheet.info.width).toBe(1600);
    const page = await readFile(library.files.page, 'utf8');
    expect(page.match(/data:image\/jpeg/g)).toHaveLength(library.photos.length);
    const crops = await readdir(path.join(show, 'performers/actor-a/faceset'));
    expect(crops).toHaveLength(library.photos.length);
    const crop = await readImage(path.join(show, 'performers/actor-a/faceset', crops[0]));
    expect([crop.info.width, crop.info.height]).toEqual([384, 384]);
  });

  it('changes nothing when the same is given again, and reads nothing again', async () => {
    const before = { rows: rowsOf(show), files: await treeOf(path.join(show, 'performers')) };
    const { exitCode, report } = await ingest(archive, '--performer', 'actor a');
    expect(exitCode).toBe(2);
    expect(report.given.newlyRead).toBe(0);
    expect(report.library.changed).toBe(0);
    expect({ rows: rowsOf(show), files: await treeOf(path.join(show, 'performers')) }).toEqual(before);
  });

  it('learns a missing age from a dates file, and keeps it', async () => {
    const dates = path.join(folder, 'dates.csv');
    await writeFile(dates, 'file,takenOn,age\nno date/who knows.png,,70.9\n2011/beach.jpg,2005,\nmissing.jpg,1990,\n');
    const { report } = await ingest(archive, ...BORN, '--dates', dates);
    expect(report.given.newlyRead).toBe(0);
    expect(report.library.used).toBe(14);
    expect(report.contradictions.map((one) => one.file)).toContain('beach.jpg');
    const again = await ingest(archive, ...BORN);
    expect(again.report.library).toMatchObject({ used: 14, changed: 0 });
    const wrong = await dorian(['ingest', archive, ...BORN, '--dates', path.join(archive, '2006/letter.txt')], show);
    expect(wrong.stderr).toContain('library/bad-dates-file');
    expect(wrong.exitCode).toBe(1);
  });

  it('finds the archive pictures nearest to a frame', async () => {
    const frame = path.join(career, '011.jpg');
    const strip = path.join(folder, 'strip.png');
    const asked = ['find', frame, '--performer', 'Actor A', '--age', '25', '--near', 'pose,light', '--count', '5'];
    const { stdout, exitCode } = await dorian([...asked, '-o', strip, '--json'], show);
    expect(exitCode).toBe(0);
    const { found } = JSON.parse(stdout) as { found: { ageAtPhoto: number; distance: number }[] };
    expect(found).toHaveLength(5);
    expect(found[0].ageAtPhoto).toBeLessThan(35);
    expect(found.map((one) => one.distance)).toEqual(found.map((one) => one.distance).toSorted((a, b) => a - b));
    expect((await readImage(strip)).info.width).toBeGreaterThan(1200);
    const blank = path.join(folder, 'blank.png');
    await sharp({ create: { width: 200, height: 200, channels: 3, background: 'gray' } })
      .png()
      .toFile(blank);
    expect((await dorian(['find', blank, '--performer', 'Actor A'], show)).stderr).toContain('library/no-face');
    expect((await dorian(['find', frame, '--performer', 'Nobody'], show)).stderr).toContain(
      'library/unknown-performer',
    );
  });

  it('takes frames of footage, and nothing that was re-aged', async () => {
    const footage = path.join(folder, 'footage');
    await mkdir(path.join(footage, '2016'), { recursive: true });
    await writeClip(path.join(footage, '2016/interview.mkv'), ['042', '043', '044']);
    const { plate } = await readImage(path.join(career, '044.jpg'));
    await writeImage(plate, path.join(footage, '2016/made.png'), {
      reAged: 'Re-aged by Dorian: Actor A from 54 to 25',
    });
    const { report, exitCode } = await ingest(footage, ...BORN);
    expect(exitCode).toBe(2);
    expect(report.notUsed.map((one) => one.code)).toEqual(['library/re-aged']);
    const database = new DatabaseSync(path.join(show, 'dorian.db'));
    const frames = database.prepare('SELECT footage FROM photos WHERE footage IS NOT NULL').all();
    database.close();
    expect(frames.length).toBeGreaterThanOrEqual(2);
    expect(JSON.parse(String(frames[0].footage))).toMatchObject({ videoName: 'interview.mkv' });
    const again = await ingest(footage, ...BORN);
    expect(again.report.given.newlyRead).toBe(0);
    expect(again.report.library.changed).toBe(0);
  });

  it('ends as it would have, however often it is killed', async () => {
    const whole = await newProduction('whole');
    const killed = await newProduction('killed');
    const args = ['ingest', archive, ...BORN, '--consent', 'consent.json', '--json'];
    expect((await dorian(args, whole)).exitCode).toBe(2);
    const kept = path.join(killed, 'performers/actor-a/photos');
    for (const target of [1, 4, 9]) {
      const { child, ended } = startDorian(args, killed);
      const watch = setInterval(() => {
        if (existsSync(kept) && countOf(kept) >= target) child.kill('SIGKILL');
      }, 5);
      const { exitCode } = await ended;
      clearInterval(watch);
      expect(exitCode).toBeNull();
    }
    const { exitCode, stdout } = await dorian(args, killed);
    expect(exitCode).toBe(2);
    expect((JSON.parse(stdout) as Report).given.newlyRead).toBeLessThan(17);
    expect(rowsOf(killed)).toBe(rowsOf(whole));
    const [a, b] = [killed, whole].map((root) => treeOf(path.join(root, 'performers')));
    expect(visible(await a)).toEqual(visible(await b));
  });

  it('ends early, with what to do, on folders that hold nothing', async () => {
    const empty = path.join(folder, 'ten thousand');
    await mkdir(empty);
    await Promise.all(Array.from({ length: 10_000 }, (_, i) => writeFile(path.join(empty, `${i}.txt`), 'no picture')));
    const started = performance.now();
    const { exitCode, report } = await ingest(empty, ...BORN);
    expect(report.error?.code).toBe('library/nothing-given');
    expect(exitCode).toBe(1);
    expect(performance.now() - started).toBeLessThan(60_000);
  });

  it('sets hostile files aside with their codes and goes on', async () => {
    const bad = path.join(folder, 'bad');
    await mkdir(bad);
    const fixtures = path.join(import.meta.dirname, '../fixtures/bad');
    for (const name of await readdir(fixtures)) await copyFile(path.join(fixtures, name), path.join(bad, name));
    await copyFile(path.join(career, '034.jpg'), path.join(bad, 'zz good.jpg'));
    await symlink(bad, path.join(bad, 'loop'));
    const { exitCode, report, stderr } = await ingest(bad, ...BORN);
    expect(stderr).toBe('');
    expect(exitCode).toBe(2);
    expect(report.given.used).toBe(1);
    const codes = new Set(report.notUsed.map((one) => one.code));
    for (const code of ['media/empty', 'media/unreadable', 'media/too-large', 'media/damaged', 'library/no-face'])
      expect(codes).toContain(code);
    expect([...codes].filter((code) => code.startsWith('internal'))).toEqual([]);
  });

  it('stops at a revoked consent, and at none', async () => {
    const none = await ingest(archive, '--performer', 'Bo', '--born', '1970-01-01');
    expect(none.report.error?.code).toBe('trust/consent-missing');
    const other = await ingest(archive, '--performer', 'Bo', '--born', '1970-01-01', '--consent', 'consent.json');
    expect(other.report.error?.code).toBe('trust/consent-out-of-scope');
    const born = await ingest(archive, '--performer', 'Actor A', '--born', '1970-01-01');
    expect(born.report.error?.code).toBe('library/performer-mismatch');
    const revoked = await dorian(['consent', 'revoke', 'consent.json', '--reason', 'recast', '--by', 'Actor A'], show);
    expect(revoked.exitCode).toBe(0);
    expect((await ingest(archive, ...BORN)).report.error?.code).toBe('trust/consent-revoked');
    expect((await ingest(archive, ...BORN, '--consent', 'consent.json')).report.error?.code).toBe(
      'trust/consent-revoked',
    );
    expect((await dorian(['consent', 'list'], show)).stdout).toMatch(/revoked on .* by Actor A: recast/);
  });

  it('forgets on a typed word, says what, and leaves what is not its own', async () => {
    const before = await treeOf(archive);
    await writeFile(path.join(show, 'finals/scene 12.mov'), 'x');
    const refused = await dorian(['forget', 'Actor A'], show);
    expect(refused.stderr).toContain('library/not-confirmed');
    expect((await dorian(['forget', 'Actor A', '--yes-delete', 'actor'], show)).exitCode).toBe(1);
    const { stdout, exitCode } = await dorian(['forget', 'Actor A', '--yes-delete', 'actor-a'], show);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/Deleted of Actor A: \d+ files, \d+ photos/);
    expect(stdout).toContain('scene 12.mov');
    expect(existsSync(path.join(show, 'performers/actor-a'))).toBe(false);
    expect((await readFile(path.join(show, 'dorian.db'))).includes('Actor A')).toBe(false);
    expect(await treeOf(archive)).toEqual(before);
    // a revoked record stays revoked even now
    expect((await ingest(archive, ...BORN, '--consent', 'consent.json')).report.error?.code).toBe(
      'trust/consent-revoked',
    );
  });

  it('has a doctor who finds this machine fit', async () => {
    const { exitCode, stdout } = await dorian(['doctor', '--json'], show);
    const { checks } = JSON.parse(stdout) as { checks: { name: string; state: string }[] };
    expect(checks.filter((check) => check.state === 'bad')).toEqual([]);
    expect(checks.map((check) => check.name)).toContain('production');
    expect(exitCode).toBe(0);
  });
});

/** Without what a killed run left half-written. */
function visible(tree: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(tree).filter(([name]) => !path.basename(name).startsWith('.')));
}

function countOf(root: string): number {
  return readdirSync(root).filter((name) => !name.startsWith('.')).length;
}

/** Half a second of each photo, lossless, at 24 frames a second. */
async function writeClip(file: string, photos: readonly string[]): Promise<void> {
  const videos = await loadVideoFiles();
  const model = await videos.open(path.join(demoPerformerFolder, 'clips/c0/age60.mkv'));
  const { info } = model;
  const writer = await videos.create(file, { picture: info, codec: 'ffv1' });
  let pts = 0;
  const duration = Math.round(info.timeBase.den / info.timeBase.num / 24);
  for (const photo of photos) {
    const { plate } = await readImage(path.join(career, `${photo}.jpg`));
    for (let i = 0; i < 12; i++, pts += duration) await writer.write(plate, pts, duration);
  }
  await writer.finish();
  await model.close();
}
