// bench speed, the part that times stages: the composed plates hold what they should, and each stage is timed.

import { expect, test } from 'vitest';
import { loadFaceNetworks } from '../../src/adapters/node/face-networks.ts';
import { openNetwork } from '../../src/adapters/node/onnx.ts';
import { openPerformerFolder } from '../../src/adapters/node/performer-folder.ts';
import { nodeAvVideoFiles } from '../../src/adapters/node/video-node-av.ts';
import { composePlate } from '../../src/cli/bench/speed-plates.ts';
import { timeStages } from '../../src/cli/bench/speed-stages.ts';
import { demoPerformerFolder, modelsFolder, priorFile } from '../../src/cli/project.ts';
import { eyeDistance } from '../../src/core/index.ts';
import { FaceTracker } from '../../src/face/index.ts';
import { likenessPredictor } from '../../src/reage/index.ts';

test('a face of 100 px is composed, found and timed', async () => {
  const [clip] = (await openPerformerFolder(demoPerformerFolder, nodeAvVideoFiles)).clips;
  const plate = await composePlate(clip, [{ age: 60, eyeDistancePx: 100, at: [960, 480] }], 0);
  expect([plate.width, plate.height, plate.layout, plate.depth]).toEqual([1920, 1080, 'yuv420', 8]);
  const { networks, tables, close } = await loadFaceNetworks(modelsFolder);
  const prior = await openNetwork(priorFile);
  try {
    const [face] = await new FaceTracker(networks, tables, { mode: 'offline' }).track(plate);
    expect(eyeDistance(face.landmarks)).toBeGreaterThan(95);
    expect(eyeDistance(face.landmarks)).toBeLessThan(105);
    const tools = { networks, tables, predictor: likenessPredictor(prior) };
    const rows = await timeStages('one', [plate], 1, 2, tools);
    expect(rows.map((row) => row.stage)).toEqual([
      'track',
      'crop',
      'predict',
      'matte',
      'apply',
      'reage without network',
    ]);
    for (const row of rows) expect(row.p50Ms).toBeGreaterThan(0);
    await expect(timeStages('two', [plate], 2, 1, tools)).rejects.toThrow('1 faces are followed');
  } finally {
    await Promise.all([close(), prior.close()]);
  }
}, 60_000);
