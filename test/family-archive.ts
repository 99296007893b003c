// An archive as a performer's family might keep it, made from the synthetic performer's photos in another layout: folders
// by year, ages in names, a scan, a copy, a group, a stranger, something without a date and something broken.

import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { demoPerformerFolder } from './project-folders.ts';

const career = path.join(demoPerformerFolder, 'career');
const portraits = path.join(import.meta.dirname, 'fixtures/portraits');

/** File as the family calls it -> career photo. */
const NAMES: Readonly<Record<string, string>> = {
  '1985/summer.jpg': '002',
  '1990s/1990-08-07 rehearsal.jpg': '009',
  '28_1.png': '012',
  '1997/1997_10.png': '018',
  'age 38/garden.png': '024',
  '2005/IMG_2034.jpg': '029',
  '2008/hat.jpg': '032',
  '2011/beach.jpg': '036',
  '2016/test.jpg': '043',
  '2020/door.jpg': '047',
  '2029/later.jpg': '059',
  'no date/who knows.png': '067',
};

/** @returns the folder. */
export async function makeFamilyArchive(parent: string): Promise<string> {
  const root = path.join(parent, 'family archive');
  const into = async (name: string): Promise<string> => {
    const file = path.join(root, name);
    await mkdir(path.dirname(file), { recursive: true });
    return file;
  };
  for (const [name, number] of Object.entries(NAMES)) {
    const photo = path.join(career, `${number}.jpg`);
    // a PNG of sharp carries no date: the name or the folder must say it
    if (name.endsWith('.png'))
      await sharp(photo)
        .png()
        .toFile(await into(name));
    else await copyFile(photo, await into(name));
  }
  const scanned = { IFD0: { Software: 'EPSON Scan' }, IFD2: { DateTimeOriginal: '2009:01:02 10:00:00' } };
  await sharp(path.join(career, '016.jpg'))
    .withExif(scanned)
    .jpeg()
    .toFile(await into('1996/scan.jpg'));
  await sharp(path.join(career, '043.jpg'))
    .resize(300)
    .webp()
    .toFile(await into('2016/small copy.webp'));
  await sharp(path.join(portraits, 'eileen-collins.png'))
    .resize(512, 640, { fit: 'cover', position: 'top' })
    .png()
    .toFile(await into('2001/stranger.png'));
  const friend = await sharp(path.join(portraits, 'grace-hopper-1984.png'))
    .resize(512, 512, { fit: 'cover', position: 'top' })
    .png()
    .toBuffer();
  await sharp(path.join(career, '030.jpg'))
    .extend({ right: 512 })
    .composite([{ input: friend, left: 512, top: 0 }])
    .png()
    .toFile(await into('2006/group.png'));
  await writeFile(await into('2006/broken.jpg'), '');
  await writeFile(await into('2006/letter.txt'), 'Dear all, these are from the summer.');
  await copyFile(path.join(career, '002.jpg'), await into('.trash/1999.jpg'));
  return root;
}
