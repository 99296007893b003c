// Career means, on photos of the demo performer.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoCareer } from '../../test/demo-career.ts';
import { readCareerMean, writeCareerMean } from '../adapters/node/career-mean-file.ts';
import type { CareerCrop, CareerMean } from './index.ts';
import { CareerArchive, CareerMeanMaker, alignCareer } from './index.ts';

const SIDE = 128;
/** Near in pose, young and old, and one in black and white (001). */
const PHOTOS = ['000', '001', '002', '008', '010', '015', '045', '048', '052', '060', '069', '076'];

let crops: CareerCrop[];
let maker: CareerMeanMaker;
let mean: CareerMean;
let folder: string;
beforeAll(async () => {
  crops = await demoCareer(PHOTOS, 96);
  maker = new CareerMeanMaker(crops, SIDE);
  const made = maker.make();
  if (!made) throw new RangeError('none of the photos can be carried');
  mean = made;
  folder = await mkdtemp(path.join(tmpdir(), 'dorian-mean-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Mean |a - b| in codes where `valid` is high. */
function difference(a: Uint8Array, b: Uint8Array, valid: Uint8Array): number {
  let [sum, count] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    if (valid[Math.floor(i / 3)] < 128) continue;
    sum += Math.abs(a[i] - b[i]);
    count++;
  }
  return sum / count;
}

/** Mean |red - blue| in codes over the middle of the face. */
function color(samples: Uint8Array): number {
  let [sum, count] = [0, 0];
  for (let y = 50; y < 90; y++) {
    for (let x = 45; x < 83; x++, count++) {
      const at = 3 * (y * SIDE + x);
      sum += Math.abs(samples[at] - samples[at + 2]);
    }
  }
  return sum / count;
}

const isYoung = ({ age }: CareerCrop): boolean => age < 40;

describe('the mean at an age', () => {
  it('of one photo, seen four times, is that photo', () => {
    const one = crops[2];
    const four = ['a', 'b', 'c', 'd'].map((event, i) => ({ ...one, event, age: one.age + i }));
    const same = new CareerMeanMaker(four, SIDE);
    const carried = same.carry(one);
    const picture = same.photoAt(one.age + 1)?.picture;
    if (!carried || !picture) throw new RangeError('it cannot be carried onto itself');
    expect(carried.valid.filter((v) => v > 128).length).toBeGreaterThan(2000);
    expect(difference(picture.samples, carried.samples, carried.valid)).toBeLessThan(0.6);
  });

  it('looks like the photos near that age, not like those of another', () => {
    const [youth, age] = [25, 75].map((years) => maker.photoAt(years)?.picture.samples ?? new Uint8Array(0));
    const nearness = (isAsked: (photo: CareerCrop) => boolean): number[] =>
      maker.carried
        .filter(({ photo }) => isAsked(photo))
        .map(({ samples, valid }) => difference(age, samples, valid) / difference(youth, samples, valid));
    expect(nearness(isYoung).length).toBeGreaterThan(4);
    expect(Math.min(...nearness(isYoung))).toBeGreaterThan(1.05);
    expect(Math.max(...nearness((photo) => photo.age > 65))).toBeLessThan(0.8);
  });

  it('has no photo in it that was left out', () => {
    const oldest = maker.carried[maker.carried.length - 1];
    const toOldest = (isLeftOut?: (photo: CareerCrop) => boolean): number => {
      const samples = maker.photoAt(30, isLeftOut)?.picture.samples ?? new Uint8Array(0);
      return difference(samples, oldest.samples, oldest.valid);
    };
    expect(toOldest(isYoung)).toBeLessThan(0.75 * toOldest());
    expect(maker.photoAt(30, () => true)).toBeNull();
  });

  it('takes no colour from black and white', () => {
    const grey = crops.filter(({ colorTrust }) => colorTrust === 0);
    expect(grey.length).toBe(1);
    const heavy = crops.map((photo) => (photo.colorTrust === 0 ? { ...photo, weight: 20 } : photo));
    const all = new CareerMeanMaker(heavy, SIDE).photoAt(grey[0].age)?.picture.samples ?? new Uint8Array(0);
    const colored = maker.photoAt(grey[0].age, ({ colorTrust }) => colorTrust === 0)?.picture.samples;
    expect(color(all) / color(colored ?? new Uint8Array(0))).toBeGreaterThan(0.8);
    const only = new CareerMeanMaker(grey, SIDE).photoAt(30)?.picture.samples ?? new Uint8Array(0);
    expect(color(only)).toBeLessThan(0.5 * color(all));
  });

  it('depends on the photos alone', () => {
    expect(new CareerMeanMaker(crops, SIDE).make()).toEqual(mean);
  });
});

describe('a career laid on itself', () => {
  it('brings back points that the tracker saw amiss', async () => {
    const one = crops[2];
    const others = ['a', 'b', 'c', 'd'].map((event) => ({ ...one, event, isHeldOut: false }));
    const amiss = { ...one, event: 'amiss', isHeldOut: true, carry: one.carry.map((v, i) => v + (i % 2 ? -1.2 : 1.5)) };
    const off = (photo: CareerCrop): number =>
      photo.carry.reduce((sum, v, i) => sum + Math.abs(v - one.carry[i]), 0) / one.carry.length;
    const aligned = await alignCareer([...others, amiss]);
    expect(off(amiss)).toBeCloseTo(1.35, 2);
    expect(off(aligned[4])).toBeLessThan(0.3);
    expect(aligned[4].tracked).toEqual(amiss.carry);
    // they agree already
    expect(off(aligned[0])).toBeLessThan(0.05);
  });

  it('never looks at what is held out', async () => {
    const mixed = crops.slice(0, 6).map((photo, i) => ({ ...photo, isHeldOut: i === 3 }));
    const changed = mixed.map((photo, i) => (i === 3 ? { ...photo, carry: photo.carry.map((v) => v + 3) } : photo));
    const [before, after] = [await alignCareer(mixed), await alignCareer(changed)];
    const same = before.map((photo, i) => photo.carry.every((v, k) => v === after[i].carry[k]));
    expect(same).toEqual(mixed.map(({ isHeldOut }) => !isHeldOut));
  });
});

describe('laying a career on itself', () => {
  it('gives others their turn before each photo, and stops where it is told to', async () => {
    const stop = new AbortController();
    let turns = 0;
    const breathe = async (): Promise<void> => {
      if (++turns === 2) stop.abort(new Error('enough'));
    };
    await expect(alignCareer(crops, { breathe, signal: stop.signal })).rejects.toThrow('enough');
    expect(turns).toBe(2);
  });
});

describe('an archive', () => {
  it('blends the knots on either side, and ends where the career ends', () => {
    const { knots } = mean;
    const archive = new CareerArchive(mean);
    const [a, b] = [knots[1], knots[2]];
    const middle = archive.photoFor((a.age + b.age) / 2).picture.samples;
    expect(middle.every((v, i) => Math.abs(v - (a.picture.samples[i] + b.picture.samples[i]) / 2) <= 0.5)).toBe(true);
    expect(archive.photoFor(b.age).picture.samples).toEqual(b.picture.samples);
    expect(archive.photoFor(3).picture.samples).toEqual(knots[0].picture.samples);
    expect(archive.photoFor(110).picture.samples).toEqual(knots[knots.length - 1].picture.samples);
    expect(archive.photoFor(40)).toBe(archive.photoFor(40));
    expect(archive.photoFor(40).points).toBe(archive.photoFor(60).points);
  });

  it('has knots over the whole career, every five years', () => {
    const ages = mean.knots.map(({ age }) => age);
    expect(ages[0]).toBe(Math.floor(crops[0].age));
    expect(ages[ages.length - 1]).toBe(Math.ceil(crops[crops.length - 1].age));
    expect(ages.slice(1, -1).every((age) => age % 5 === 0)).toBe(true);
    expect(mean.knots.every(({ photos }) => photos >= 3.9)).toBe(true);
  });
});

describe('the folder of a mean', () => {
  it('holds all of it', async () => {
    expect(await readCareerMean(path.join(folder, 'nothing'))).toBeNull();
    const written = await writeCareerMean(path.join(folder, 'mean'), mean);
    expect(written).toContain('career-mean.json');
    const read = await readCareerMean(path.join(folder, 'mean'));
    expect(read?.knots.map(({ age, picture }) => [age, picture])).toEqual(
      mean.knots.map(({ age, picture }) => [age, picture]),
    );
    read?.points.forEach((v, i) => expect(Math.abs(v - mean.points[i])).toBeLessThan(0.006));
  });

  it('is refused where a picture was changed or the points are others', async () => {
    const place = path.join(folder, 'damaged');
    await writeCareerMean(place, mean);
    const description = path.join(place, 'career-mean.json');
    const text = await readFile(description, 'utf8');
    const other = JSON.parse(text) as { mesh: number[] };
    other.mesh[3]++;
    await writeFile(description, JSON.stringify(other));
    await expect(readCareerMean(place)).rejects.toMatchObject({ code: 'likeness/mean-outdated' });
    await writeFile(description, text);
    const picture = path.join(place, `age-${mean.knots[0].age}.png`);
    await writeFile(picture, await readFile(path.join(place, `age-${mean.knots[1].age}.png`)));
    await expect(readCareerMean(place)).rejects.toMatchObject({ code: 'likeness/mean-damaged' });
    await rm(picture);
    await expect(readCareerMean(place)).rejects.toMatchObject({ code: 'likeness/mean-damaged' });
  });
});
