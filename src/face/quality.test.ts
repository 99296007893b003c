import path from 'node:path';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { canonicalLandmarks } from '../../test/canonical-face.ts';
import { demoPerformerFolder } from '../../test/project-folders.ts';
import { packedRgb, PlateCropper } from '../core/index.ts';
import { SharpnessReader } from './quality.ts';

it('falls with every step of blur', async () => {
  const picture = sharp(path.join(demoPerformerFolder, 'career/045.jpg')).removeAlpha();
  // about where the face of this photo is
  const landmarks = canonicalLandmarks({ pose: { yaw: 2, pitch: 0, roll: 2 }, scale: 16, at: [240, 232] });
  const reader = new SharpnessReader(new PlateCropper());
  const readings: number[] = [];
  for (const sigma of [0, 0.8, 1.6, 3, 6]) {
    const blurred = sigma > 0 ? picture.clone().blur(sigma) : picture.clone();
    const { data, info } = await blurred.raw().toBuffer({ resolveWithObject: true });
    readings.push(reader.read(packedRgb(data, info.width, info.height, 3, 8), landmarks));
  }
  expect(readings).toEqual(readings.toSorted((a, b) => b - a));
  expect(readings[0] - readings[4]).toBeGreaterThan(0.2);
});
