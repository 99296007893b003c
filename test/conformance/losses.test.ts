// Faces that go within a shot, followed as a final follows them: they fade before they are lost, and nobody who comes in
// front gets their id.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LoadedFaceNetworks } from '../../src/adapters/node/face-networks.ts';
import { loadFaceNetworks } from '../../src/adapters/node/face-networks.ts';
import { nodeAvVideoFiles } from '../../src/adapters/node/video-node-av.ts';
import { eyeDistance } from '../../src/core/index.ts';
import type { TrackedFace } from '../../src/core/index.ts';
import { FaceTracker, smoothTracks } from '../../src/face/index.ts';
import { fixtureFile } from '../fixture-folder.ts';
import { modelsFolder } from '../project-folders.ts';

let faces: LoadedFaceNetworks;
beforeAll(async () => {
  faces = await loadFaceNetworks(modelsFolder, { without: ['apparentAge', 'person'] });
});
afterAll(() => faces.close());

/** The faces of each frame, smoothed and with their fades. */
async function followed(name: string): Promise<TrackedFace[][]> {
  const tracker = new FaceTracker(faces.networks, faces.tables, { mode: 'offline' });
  const reader = await nodeAvVideoFiles.open(fixtureFile(name));
  try {
    const raw = [];
    for await (const frame of reader.frames()) {
      raw.push({ faces: await tracker.track(frame.plate), isCut: tracker.wasCut });
      frame.close();
    }
    return smoothTracks(raw, faces.tables);
  } finally {
    await reader.close();
  }
}

describe('a face that goes within a shot', () => {
  it('fades over its last frames when it leaves the picture', async () => {
    const frames = await followed('leaves');
    const fades = frames.flatMap((frame) => frame.map(({ fade }) => fade));
    expect(frames.at(-1)).toEqual([]);
    expect(fades.length).toBeGreaterThan(12);
    expect(new Set(frames.flatMap((frame) => frame.map(({ trackId }) => trackId))).size).toBe(1);
    const last = fades.slice(-6);
    expect(last).toEqual(last.toSorted((a, b) => b - a));
    expect(last[0]).toBeGreaterThan(0.9);
    expect(last.at(-1)).toBeLessThan(0.25);
  });

  it('fades when somebody comes in front, who never has its id for more than a frame', async () => {
    const frames = await followed('crossing');
    const [{ trackId, landmarks }] = frames[0];
    // who passes is nearer, and so larger by half
    const isPasser = (face: TrackedFace): boolean => eyeDistance(face.landmarks) > 1.25 * eyeDistance(landmarks);
    const own = frames.map((frame) => frame.find((face) => face.trackId === trackId));
    expect(own.filter((face) => face && isPasser(face)).length).toBeLessThan(2);
    expect(frames.flat().filter(isPasser).length).toBeGreaterThan(8);
    const gone = own.findIndex((face) => !face || isPasser(face));
    expect(own[gone - 1]?.fade).toBeLessThan(0.5);
    expect(own.at(-1)?.fade).toBeGreaterThan(0.9);
  });
});
