import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Plate } from '../../core/index.ts';
import { displayTransform, makePlate, packedRgb, SRGB } from '../../core/index.ts';
import { readImage, readImageInfo, readReAgedNote, writeImage } from './images.ts';

const BAD = 'test/fixtures/bad';
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'dorian-images-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
const at = (name: string): string => path.join(folder, name);

/** All sample values of the depth occur, neighbours differ. */
function noisePlate(width: number, height: number, depth: 8 | 16): Plate {
  const samples = depth === 8 ? new Uint8Array(width * height * 3) : new Uint16Array(width * height * 3);
  samples.forEach((_, i) => (samples[i] = i * 7919));
  return packedRgb(samples, width, height, 3, depth);
}

function skinTone(): ReturnType<typeof sharp> {
  return sharp({ create: { width: 32, height: 32, channels: 3, background: { r: 200, g: 140, b: 110 } } });
}

function pixel(plate: Plate, x: number, y: number): number[] {
  return plate.planes.map(({ samples, stride, step }) => samples[y * stride + x * step]);
}

function samplesOf(plate: Plate): number[] {
  const all: number[] = [];
  for (let y = 0; y < plate.height; y++) for (let x = 0; x < plate.width; x++) all.push(...pixel(plate, x, y));
  return all;
}

describe('stills there and back', () => {
  it.each([
    ['png', 8],
    ['png', 16],
    ['tif', 8],
    ['tif', 16],
  ] as const)('%s of %i bit is bit-exact', async (extension, depth) => {
    const plate = noisePlate(67, 41, depth);
    await writeImage(plate, at(`exact-${depth}.${extension}`));
    const image = await readImage(at(`exact-${depth}.${extension}`));
    expect(image.info).toMatchObject({ width: 67, height: 41, depth, hasAlpha: false });
    expect(image.plate.depth).toBe(depth);
    expect(image.alpha).toBeNull();
    expect(samplesOf(image.plate)).toEqual(samplesOf(plate));
  });

  it('takes planar plates, and keeps alpha aside so that it can be written back', async () => {
    const plate = makePlate(16, 8, 'rgb', 16, SRGB);
    plate.planes.forEach((plane, k) => plane.samples.fill(1000 * (k + 1)));
    const alpha = new Uint16Array(16 * 8).map((_, i) => i * 500);
    await writeImage(plate, at('alpha.png'), { alpha });
    const image = await readImage(at('alpha.png'));
    expect(pixel(image.plate, 3, 3)).toEqual([1000, 2000, 3000]);
    expect(image.alpha).toEqual(alpha);
  });

  it('says no to plates that are not stills, and to names that are not pictures', async () => {
    await expect(writeImage(makePlate(4, 4, 'yuv420', 8, SRGB), at('x.png'))).rejects.toThrow(TypeError);
    await expect(writeImage(noisePlate(4, 4, 8), at('x.gif'))).rejects.toMatchObject({ code: 'media/unsupported' });
    expect(await readdir(folder)).not.toContain('x.gif');
  });

  it.each(['png', 'jpg', 'tif'])('%s says that it is re-aged', async (extension) => {
    const note = 'Re-aged by Dorian: Zoë <25> & "others"';
    await writeImage(noisePlate(16, 16, 8), at(`noted.${extension}`), { reAged: note });
    expect(await readReAgedNote(at(`noted.${extension}`))).toBe(note);
    await writeImage(noisePlate(16, 16, 8), at(`plain.${extension}`));
    expect(await readReAgedNote(at(`plain.${extension}`))).toBeNull();
  });
});

describe('what cameras, scanners and editors write', () => {
  it('turns a picture upright', async () => {
    const rgb = Buffer.alloc(8 * 4 * 3);
    rgb.set([255, 0, 0], 0); // red at the top left of the stored picture
    const stored = sharp(rgb, { raw: { width: 8, height: 4, channels: 3 } });
    await stored.withMetadata({ orientation: 6 }).png().toFile(at('turned.png'));
    expect(await readImageInfo(at('turned.png'))).toMatchObject({ width: 4, height: 8 });
    const { plate } = await readImage(at('turned.png'));
    expect([plate.width, plate.height]).toEqual([4, 8]);
    expect(pixel(plate, 3, 0)).toEqual([255, 0, 0]);
  });

  it.each([8, 16] as const)('brings Display P3 of %i bit to sRGB', async (depth) => {
    const max = 2 ** depth - 1;
    const color: [number, number, number] = [0.46, 0.39, 0.31];
    const samples = depth === 8 ? new Uint8Array(192) : new Uint16Array(192);
    samples.forEach((_, i) => (samples[i] = Math.round(color[i % 3] * max)));
    const plain = sharp(samples, { raw: { width: 8, height: 8, channels: 3 } });
    // sharp takes 8-bit numbers for sRGB and converts them to the profile, 16-bit ones for P3 and only names it
    await (depth === 8 ? plain : plain.toColourspace('rgb16'))
      .withIccProfile('p3')
      .png()
      .toFile(at(`p3-${depth}.png`));
    const expected = depth === 8 ? color : displayTransform({ ...SRGB, primaries: 'p3' }).toDisplay(...color);
    const found = pixel((await readImage(at(`p3-${depth}.png`))).plate, 4, 4).map((v) => v / max);
    // lcms rounds its tables: a code and a half in 8 bit, an eighth of an 8-bit code in 16
    const tolerance = (depth === 8 ? 1.5 : 0.125) / 255;
    found.forEach((v, k) => expect(Math.abs(v - expected[k])).toBeLessThan(tolerance));
  });

  it('reads grey, grey with alpha, palette, CMYK, WebP and AVIF as three channels', async () => {
    await skinTone().toColourspace('b-w').png().toFile(at('grey.png'));
    await skinTone().ensureAlpha(0.5).toColourspace('b-w').png().toFile(at('grey-alpha.png'));
    await skinTone().png({ palette: true }).toFile(at('palette.png'));
    await skinTone().toColourspace('cmyk').jpeg({ quality: 100 }).toFile(at('cmyk.jpg'));
    await skinTone().webp({ lossless: true }).toFile(at('a.webp'));
    await skinTone().avif({ lossless: true, effort: 0 }).toFile(at('a.avif'));
    const grey = pixel((await readImage(at('grey.png'))).plate, 5, 5);
    expect(new Set(grey).size).toBe(1);
    expect((await readImage(at('grey-alpha.png'))).alpha?.[0]).toBe(127);
    for (const name of ['palette.png', 'cmyk.jpg', 'a.webp', 'a.avif']) {
      const { plate } = await readImage(at(name));
      pixel(plate, 5, 5).forEach((v, k) => expect(Math.abs(v - [200, 140, 110][k])).toBeLessThan(9));
    }
    expect((await readImageInfo(at('a.avif'))).format).toBe('avif');
  });

  it('reads 16-bit grey without losing a bit', async () => {
    const grey = new Uint16Array(64).map((_, i) => i * 1000 + 7);
    await sharp(grey, { raw: { width: 8, height: 8, channels: 1 } })
      .toColourspace('grey16')
      .png()
      .toFile(at('grey16.png'));
    const { plate } = await readImage(at('grey16.png'));
    expect([...grey]).toEqual(samplesOf(plate).filter((_, i) => i % 3 === 1));
  });
});

describe('HEIC', () => {
  const HEIC = 'test/fixtures/heic';

  it.each([
    ['single', 8],
    ['grid-turned-p3', 8],
    ['ten-bit', 16],
  ] as const)('%s is what libheif makes of it', async (name, depth) => {
    const { info, plate } = await readImage(path.join(HEIC, `${name}.heic`));
    const { plate: expected } = await readImage(path.join(HEIC, `${name}.png`));
    expect(info).toMatchObject({ format: 'heic', depth });
    expect([plate.width, plate.height, plate.depth]).toEqual([expected.width, expected.height, depth]);
    const [found, wanted] = [samplesOf(plate), samplesOf(expected)];
    const difference = found.reduce((sum, v, i) => sum + Math.abs(v - wanted[i]), 0) / found.length;
    // the two bring chroma back to full size by different filters
    expect(difference / (2 ** depth - 1)).toBeLessThan(0.003);
  });

  it('cut, bent or too large is refused with a code', async () => {
    const whole = await readFile(path.join(HEIC, 'grid-turned-p3.heic'));
    const tooLarge = readImage(path.join(HEIC, 'single.heic'), { maxPixels: 1000 });
    await expect(tooLarge).rejects.toMatchObject({ code: 'media/too-large' });
    await writeFile(at('cut.heic'), whole.subarray(0, 3000));
    await expect(readImage(at('cut.heic'))).rejects.toMatchObject({ code: /media\/(?:heic|damaged|unreadable)/ });
    for (let k = 0; k < 60; k++) {
      const bent = Buffer.from(whole);
      bent[(k * 37) % 1000] ^= 1 << (k % 8);
      await writeFile(at('bent.heic'), bent);
      const code = await readImage(at('bent.heic')).then(
        () => 'read',
        (error: { code?: string }) => error.code,
      );
      expect(code).toMatch(/^(?:read|media\/(?:heic|damaged|unreadable|unsupported|too-large))$/);
    }
  });
});

describe('bad stills', () => {
  it.each([
    ['zero-byte.jpg', 'media/empty'],
    ['zero-byte.png', 'media/empty'],
    ['header-only.jpg', 'media/unreadable'],
    ['soi-only.jpg', 'media/unreadable'],
    ['random-64k.jpg', 'media/unreadable'],
    ['sof-65535x65535.jpg', 'media/unreadable'],
    ['lies-2147483647.png', 'media/unreadable'],
    ['zero-dims.png', 'media/unreadable'],
    ['polyglot.gif', 'media/unreadable'],
    ['bomb-30000x30000-gray.png', 'media/too-large'],
    ['truncated-half.jpg', 'media/damaged'],
    ['ok.mp4', 'media/unreadable'],
    ['absent.jpg', 'file/not-found'],
  ])('%s: %s', async (name, code) => {
    const started = process.cpuUsage();
    await expect(readImage(path.join(BAD, name))).rejects.toMatchObject({
      code,
      hint: expect.stringMatching(/\w+ \w+/),
    });
    // refused from the header: a bomb of 900 million pixels would take seconds
    expect(process.cpuUsage(started).user).toBeLessThan(1_000_000);
  });

  it.each([
    'png-extension-but-jpeg.png',
    "quote'semi;$(x).jpg",
    'traversal..%2f..%2fname.jpg',
    'имя файла фото.jpg',
    '1x1.jpg',
    '20000x1.png',
    '1x20000.png',
  ])('%s is a picture all the same', async (name) => {
    const { info } = await readImage(path.join(BAD, name));
    expect(info.format).toBe(name === '20000x1.png' || name === '1x20000.png' ? 'png' : 'jpeg');
  });

  it('asks the caller for another limit', async () => {
    const file = 'test/fixtures/portraits/grace-hopper-1984.png';
    await expect(readImage(file, { maxPixels: 1000 })).rejects.toMatchObject({ code: 'media/too-large' });
    expect((await readImage(file)).plate.width).toBeGreaterThan(100);
  });

  it('never opens what may reach other files', async () => {
    await writeFile(at('drawing.png'), '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
    await expect(readImage(at('drawing.png'))).rejects.toMatchObject({ code: 'media/unsupported' });
  });
});
