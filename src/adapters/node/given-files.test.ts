import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findGivenFiles } from './given-files.ts';

const JPEG = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16]);
const box = (type: string): Buffer => Buffer.from(`\0\0\0\x18ftyp${type}\0\0\0\0`, 'latin1');

let root: string;
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'dorian-given-'));
  const files: Record<string, Buffer | string> = {
    '1984/a.jpg': JPEG,
    '1984/no extension': JPEG,
    '1984/phone.heic': box('heic'),
    '1984/take.mov': box('qt  '),
    '1984/still.webp': Buffer.from('RIFF\0\0\0\0WEBPVP8 ', 'latin1'),
    '1984/sound.wav': Buffer.from('RIFF\0\0\0\0WAVEfmt ', 'latin1'),
    '1984/empty.jpg': '',
    '1984/notes.txt': 'hello',
    '1984/.hidden.jpg': JPEG,
    '__MACOSX/a.jpg': JPEG,
    'deep/er/b.png': Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    "odd/quote'semi;$(x) имя.jpg": JPEG,
  };
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(root, name)), { recursive: true });
    await writeFile(path.join(root, name), content);
  }
  await symlink(path.join(root, '1984/a.jpg'), path.join(root, 'deep/linked.jpg'));
  await symlink(root, path.join(root, 'deep/loop'));
  await symlink('/nowhere', path.join(root, 'deep/broken.jpg'));
  execFileSync('mkfifo', [path.join(root, 'deep/pipe.jpg')]);
});
afterAll(() => rm(root, { recursive: true, force: true }));

it('finds regular files by content, in order, and passes over what is hidden, linked around or could block', async () => {
  const found = await findGivenFiles([root]);
  const kinds = found.map((file) => [file.segments.slice(1).join('/'), file.kind]);
  expect(kinds).toEqual([
    ['1984/a.jpg', 'picture'],
    ['1984/empty.jpg', 'unreadable'],
    ['1984/no extension', 'picture'],
    ['1984/notes.txt', 'other'],
    ['1984/phone.heic', 'picture'],
    ['1984/sound.wav', 'other'],
    ['1984/still.webp', 'picture'],
    ['1984/take.mov', 'footage'],
    ['deep/er/b.png', 'picture'],
    ['deep/linked.jpg', 'picture'],
    ["odd/quote'semi;$(x) имя.jpg", 'picture'],
  ]);
});

it('keeps the folder of a file that was named by itself, since it may say the date', async () => {
  const [file] = await findGivenFiles([path.join(root, '1984/a.jpg')]);
  expect(file.segments).toEqual(['1984', 'a.jpg']);
});

it('gives a file once, however often it was named, and follows a link that was named', async () => {
  expect(await findGivenFiles([path.join(root, '1984'), path.join(root, '1984/a.jpg')])).toHaveLength(8);
  expect((await findGivenFiles([path.join(root, 'deep/loop')])).length).toBeGreaterThan(8);
});

it('says what is not there', async () => {
  await expect(findGivenFiles([path.join(root, 'absent')])).rejects.toMatchObject({ code: 'file/not-found' });
});
