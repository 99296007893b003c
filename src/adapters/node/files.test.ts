import { createHash } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asFileError, makeWhole, safeFileName, sha256OfFile, writeFileAtomic } from './files.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'dorian-files-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('writing whole files', () => {
  it('makes folders, replaces the older file and leaves nothing else', async () => {
    const file = path.join(folder, 'a', 'b', 'note.txt');
    await writeFileAtomic(file, 'first');
    await writeFileAtomic(file, 'second');
    expect(await readFile(file, 'utf8')).toBe('second');
    expect(await readdir(path.dirname(file))).toEqual(['note.txt']);
  });

  it('keeps the older file when the writing fails half way', async () => {
    const file = path.join(folder, 'kept', 'note.txt');
    await writeFileAtomic(file, 'good');
    const full = Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    const attempt = makeWhole(file, async (temporary) => {
      await writeFile(temporary, 'half');
      throw full;
    });
    await expect(attempt).rejects.toMatchObject({ code: 'file/disk-full', retry: true, cause: full });
    expect(await readFile(file, 'utf8')).toBe('good');
    expect(await readdir(path.dirname(file))).toEqual(['note.txt']);
  });

  it('says what is wrong with the place', async () => {
    const file = path.join(folder, 'plain.txt');
    await writeFile(file, '');
    await expect(writeFileAtomic(path.join(file, 'below.txt'), '')).rejects.toMatchObject({
      code: 'file/not-writable',
    });
    const other = new Error('something else');
    expect(asFileError(other, file)).toBe(other);
  });

  it.runIf(process.platform === 'linux')('meets a really full device', async () => {
    const attempt = makeWhole(path.join(folder, 'full.bin'), () => writeFile('/dev/full', 'x'));
    await expect(attempt).rejects.toMatchObject({ code: 'file/disk-full' });
  });
});

describe('sha256OfFile', () => {
  it('equals the hash of the bytes', async () => {
    const bytes = Buffer.alloc(3 << 20, 'dorian');
    const file = path.join(folder, 'large.bin');
    await writeFile(file, bytes);
    expect(await sha256OfFile(file)).toBe(createHash('sha256').update(bytes).digest('hex'));
    await expect(sha256OfFile(path.join(folder, 'absent'))).rejects.toMatchObject({ code: 'file/not-found' });
  });
});

describe('safeFileName', () => {
  it.each([
    ['Ada Lovelace', 'Ada-Lovelace'],
    ["quote'semi;$(x).jpg", 'quote-semi-x-.jpg'],
    ['../../etc/passwd', 'etc-passwd'],
    ['traversal..%2f..%2fname.jpg', 'traversal.-2f.-2fname.jpg'],
    ['имя файла фото.jpg', 'имя-файла-фото.jpg'],
    ['con.jpg', '_con.jpg'],
    ['.hidden', 'hidden'],
    ['\0\n', 'unnamed'],
    ['', 'unnamed'],
  ])('%j becomes %j', (text, name) => {
    expect(safeFileName(text)).toBe(name);
  });

  it('fits any file system', () => {
    expect(Buffer.byteLength(safeFileName('ф'.repeat(400)))).toBeLessThanOrEqual(120);
  });
});
