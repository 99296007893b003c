// The contact sheet and the comparison video, from small flat plates.

import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { nodeAvVideoFiles } from '../../adapters/node/video-node-av.ts';
import type { Plate } from '../../core/index.ts';
import { copyPlate } from '../../core/index.ts';
import type { VideoInfo } from '../../finals/index.ts';
import { hdPlate } from '../hd-plate.ts';
import { writeComparison } from './comparison-video.ts';
import { contactSheet } from './contact-sheet.ts';

function grey(value: number, size = 64): Plate {
  return hdPlate(new Float32Array(size * size * 3).fill(value), size, size);
}

test('rows and columns of the sheet stand where they should', () => {
  const sheet = contactSheet([
    { label: 'A', plates: [grey(0.2), grey(0.4)] },
    { label: 'B', plates: [grey(0.6), grey(0.8)] },
  ]);
  expect([sheet.width, sheet.height]).toEqual([516, 516]);
  const at = (x: number, y: number): number => sheet.planes[0].samples[y * sheet.planes[0].stride + x * 3] / 255;
  expect(at(128, 128)).toBeCloseTo(0.2, 1);
  expect(at(388, 128)).toBeCloseTo(0.4, 1);
  expect(at(128, 388)).toBeCloseTo(0.6, 1);
  expect(at(388, 388)).toBeCloseTo(0.8, 1);
});

test('the comparison holds its rows of parts and ends with the shortest', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'dorian-comparison-'));
  try {
    const picture = {
      ...grey(0),
      colorCodes: { primaries: 1, transfer: 1, matrix: 1, range: 1, chromaLocation: 1 },
      hdrMetadata: [],
      pixelAspect: { num: 1, den: 1 },
      timeBase: { num: 1, den: 24 },
      frameRate: { num: 24, den: 1 },
      timecode: null,
      metadata: {},
      reAged: null,
    } as unknown as VideoInfo;
    const parts = [];
    for (const [i, count] of [4, 3].entries()) {
      const file = path.join(folder, `${i}.mp4`);
      const writer = await nodeAvVideoFiles.create(file, { picture, codec: 'h264' });
      for (let k = 0; k < count; k++) await writer.write(grey(0.3 + 0.4 * i), k, 1);
      await writer.finish();
      parts.push({ label: `PART ${i}`, file });
    }
    const out = path.join(folder, 'out.mp4');
    await writeComparison(out, [parts, parts.toReversed()], 'Re-aged by Dorian: a test', nodeAvVideoFiles);
    const reader = await nodeAvVideoFiles.open(out);
    const plates: Plate[] = [];
    for await (const frame of reader.frames()) {
      plates.push(copyPlate(frame.plate));
      frame.close();
    }
    await reader.close();
    expect(reader.info.reAged).toContain('a test');
    expect([plates.length, plates[0].width, plates[0].height]).toEqual([3, 1024, 1024]);
    const [luma] = plates[2].planes;
    const at = (x: number, y: number): number => (luma.samples[y * luma.stride + x] - 16) / 219;
    expect(at(256, 300)).toBeCloseTo(0.3, 1);
    expect(at(768, 300)).toBeCloseTo(0.7, 1);
    expect(at(256, 812)).toBeCloseTo(0.7, 1);
    expect(at(768, 812)).toBeCloseTo(0.3, 1);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
