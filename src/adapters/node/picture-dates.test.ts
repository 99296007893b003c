import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPictureDates } from './picture-dates.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'dorian-dates-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const EXIF = {
  IFD0: { Software: 'VueScan 9', Make: 'EPSON', Model: 'V600' },
  IFD2: { DateTimeOriginal: '2019:05:06 09:08:09', OffsetTimeOriginal: '+02:00' },
};

describe('readPictureDates', () => {
  it.each(['jpeg', 'png', 'webp', 'avif', 'tiff'] as const)(
    'keeps the strings of a %s as they stand',
    async (format) => {
      const file = path.join(folder, `dated.${format}`);
      const picture = sharp({ create: { width: 64, height: 64, channels: 3, background: 'red' } });
      await picture.withExif(EXIF).toFormat(format).toFile(file);
      const dates = await readPictureDates(file);
      // sharp writes no EXIF into TIFF: nothing is found, and nothing is invented
      const written = format !== 'tiff';
      expect(dates.dateTimeOriginal).toBe(written ? '2019:05:06 09:08:09' : null);
      expect(dates.offsetTimeOriginal).toBe(written ? '+02:00' : null);
      expect(dates.software).toBe(written ? 'VueScan 9' : null);
      expect(dates.modifyDate).toBeNull();
    },
  );

  it('keeps the strings of a HEIC', async () => {
    const dates = await readPictureDates('test/fixtures/heic/single.heic');
    expect(dates).toMatchObject({
      dateTimeOriginal: '2019:05:06 09:08:09',
      offsetTimeOriginal: '+02:00',
      make: 'Dorian',
    });
  });

  it("reads the demo performer's dates", async () => {
    const dates = await readPictureDates('assets/performer/career/000.jpg');
    expect(dates).toMatchObject({ dateTimeOriginal: '1984:03:14 12:00:00', software: null, make: null });
  });

  it('gives nulls for what is no picture, and a coded error for what is not there', async () => {
    const file = path.join(folder, 'noise.jpg');
    await writeFile(file, 'not a picture');
    expect(Object.values(await readPictureDates(file)).every((value) => value === null)).toBe(true);
    await writeFile(file, '');
    expect((await readPictureDates(file)).createDate).toBeNull();
    await expect(readPictureDates(path.join(folder, 'absent.jpg'))).rejects.toMatchObject({ code: 'file/not-found' });
  });
});
