// A hand and a cup pasted over the face, with their true outlines: what is in front of a face is not re-aged.

import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LoadedFaceNetworks } from '../../src/adapters/node/face-networks.ts';
import { loadFaceNetworks } from '../../src/adapters/node/face-networks.ts';
import { openNetwork } from '../../src/adapters/node/onnx.ts';
import { loadVideoFiles } from '../../src/adapters/node/video-files.ts';
import type { Network, Plate } from '../../src/core/index.ts';
import { copyPlate, planeCodings } from '../../src/core/index.ts';
import type { RawFrame } from '../../src/face/index.ts';
import { FaceTracker, smoothTracks } from '../../src/face/index.ts';
import { FramePath, lookAt, likenessPredictor, plainLook } from '../../src/reage/index.ts';
import { fixtureFile } from '../fixture-folder.ts';

const root = path.resolve(import.meta.dirname, '../..');

let faces: LoadedFaceNetworks;
let prior: Network;
beforeAll(async () => {
  faces = await loadFaceNetworks(path.join(root, 'models'));
  prior = await openNetwork(path.join(root, 'assets/prior/prior-256.onnx'));
});
afterAll(async () => {
  await prior.close();
  await faces.close();
});

async function platesOf(file: string): Promise<Plate[]> {
  const reader = await (await loadVideoFiles()).open(file);
  const plates: Plate[] = [];
  for await (const frame of reader.frames()) {
    plates.push(copyPlate(frame.plate));
    frame.close();
  }
  await reader.close();
  return plates;
}

/** Codes of 255, mean over all frames and channels, over the pixels that the occluder covers wholly. */
async function meanChangeUnder(plates: readonly Plate[], occluders: readonly Plate[]): Promise<number> {
  const tracker = new FaceTracker(faces.networks, faces.tables, { mode: 'offline' });
  const raw: RawFrame[] = [];
  for (const plate of plates) raw.push({ faces: await tracker.track(plate), isCut: tracker.wasCut });
  const smooth = smoothTracks(raw, faces.tables);
  const framePath = new FramePath({ person: faces.networks.person ?? null });
  const predictor = likenessPredictor(prior);
  let sum = 0;
  let count = 0;
  for (const [t, plate] of plates.entries()) {
    const comp = copyPlate(plate);
    const orders = smooth[t].map((face) => ({ face, sourceAge: 60, look: lookAt(plainLook(25), t), predictor }));
    await framePath.reage(comp, orders, { faces: smooth[t] });
    const [cover] = occluders[t].planes;
    const [{ scale, offset }] = planeCodings(occluders[t]);
    for (let y = 0; y < plate.height; y++) {
      for (let x = 0; x < plate.width; x++) {
        if (cover.samples[y * cover.stride + x * cover.step] * scale + offset < 0.95) continue;
        for (let k = 0; k < 3; k++) {
          const [was, is] = [plate.planes[k], comp.planes[k]];
          sum += Math.abs(was.samples[y * was.stride + x * was.step] - is.samples[y * is.stride + x * is.step]);
          count++;
        }
      }
    }
  }
  return sum / count;
}

test.each(['hand', 'object'])('a pasted %s changes by at most 2/255 on average', async (name) => {
  const plates = await platesOf(fixtureFile(name));
  const occluders = await platesOf(fixtureFile(name, 'occluder'));
  expect(occluders).toHaveLength(plates.length);
  expect(await meanChangeUnder(plates, occluders)).toBeLessThan(2);
});
