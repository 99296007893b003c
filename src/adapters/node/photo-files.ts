// The files of a performer in a production: photos by hash, aligned crops; and stills read for the library.

import { existsSync } from 'node:fs';
import { copyFile, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { OpenedPicture, PhotoFiles } from '../../library/index.ts';
import { makeWhole, sha256OfFile, temporaryName } from './files.ts';
import { readImage, readReAgedNote, writeImage } from './images.ts';
import { readPictureDates } from './picture-dates.ts';

/** Of the extensions people use, those that a copy keeps; another becomes `.img`, since content decides, not names. */
const EXTENSION = /^\.(?:jpe?g|png|tiff?|webp|avif|heic|heif)$/;

/** @param performerFolder - `Production.performerFolder`. */
export function photoFiles(performerFolder: (slug: string) => string): PhotoFiles {
  const photo = (slug: string, file: string): string => path.join(performerFolder(slug), 'photos', file);
  const crop = (slug: string, name: string): string => path.join(performerFolder(slug), 'faceset', name);
  return {
    sha256: sha256OfFile,
    openPicture,
    async keepOriginal(slug, given, sha256) {
      const extension = path.extname(given).toLowerCase();
      const file = `${sha256}${EXTENSION.test(extension) ? extension : '.img'}`;
      await keep(photo(slug, file), (temporary) => copyFile(given, temporary));
      return file;
    },
    async keepFrame(slug, plate) {
      const temporary = `${temporaryName(photo(slug, 'frame'))}.png`;
      try {
        await writeImage(plate, temporary);
        const sha256 = await sha256OfFile(temporary);
        const file = `${sha256}.png`;
        await keep(photo(slug, file), (target) => copyFile(temporary, target));
        return { sha256, file };
      } finally {
        await rm(temporary, { force: true });
      }
    },
    openKept: async (slug, file) => (await readImage(photo(slug, file))).plate,
    writeCrop: (slug, name, plate) => writeImage(plate, crop(slug, name)),
    async crops(slug) {
      const folder = path.join(performerFolder(slug), 'faceset');
      if (!existsSync(folder)) return [];
      return (await readdir(folder)).filter((name) => name.endsWith('.png') && !name.startsWith('.')).toSorted();
    },
    removeCrop: (slug, name) => rm(crop(slug, name), { force: true }),
  };
}

/** Written once; a copy of the same name has the same content by its hash, unless a crash cut it short. */
async function keep(file: string, write: (temporary: string) => Promise<void>): Promise<void> {
  const there = await stat(file).catch(() => null);
  if (there && there.size > 0) return;
  await makeWhole(file, write);
}

async function openPicture(file: string): Promise<OpenedPicture> {
  const { plate } = await readImage(file);
  return { plate, tags: await readPictureDates(file), reAged: await readReAgedNote(file) };
}
