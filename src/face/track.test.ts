// The tracker on composed clips: two real people and the synthetic performer on one plate.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Canvas, Oval } from '../../test/composed-plate.ts';
import { cameraPlate, ground, paste, readCanvas, relit, rgbPlate } from '../../test/composed-plate.ts';
import type { LoadedFaceNetworks } from '../adapters/node/face-networks.ts';
import { loadFaceNetworks } from '../adapters/node/face-networks.ts';
import { demoPerformerFolder, modelsFolder } from '../../test/project-folders.ts';
import type { Plate, TrackedFace } from '../core/index.ts';
import { eyeDistance } from '../core/index.ts';
import { landmarkBox } from './region.ts';
import { StillFinder } from './still.ts';
import type { TrackerOptions } from './track.ts';
import { FaceTracker } from './track.ts';

interface Head {
  readonly picture: Canvas;
  readonly oval: Oval;
  /** From brow to chin, in the picture's pixels. */
  readonly height: number;
  readonly eyesPx: number;
}

const WIDTH = 640;
const HEIGHT = 360;
const NOSE_TIP = 4;
/** From brow to chin, on the plates. */
const FACE = 120;

let loaded: LoadedFaceNetworks;
let collins: Head;
let hopper: Head;
let performer: Head;

beforeAll(async () => {
  loaded = await loadFaceNetworks(modelsFolder);
  const portraits = new URL('../../test/fixtures/portraits/', import.meta.url).pathname;
  collins = await readHead(`${portraits}eileen-collins.png`);
  hopper = await readHead(`${portraits}grace-hopper-1984.png`);
  performer = await readHead(`${demoPerformerFolder}/career/045.jpg`);
});

afterAll(() => loaded.close());

async function readHead(file: string): Promise<Head> {
  const picture = await readCanvas(file);
  const [face] = await new StillFinder(loaded.networks, loaded.tables).find(rgbPlate(picture));
  const { left, right, top, bottom } = landmarkBox(face.landmarks);
  const height = bottom - top;
  const oval = { cx: (left + right) / 2, cy: (top + bottom) / 2 - 0.12 * height, rx: height * 0.62, ry: height * 0.85 };
  return { picture, oval, height, eyesPx: eyeDistance(face.landmarks) };
}

function tracker(options: Partial<TrackerOptions> = {}): FaceTracker {
  return new FaceTracker(loaded.networks, loaded.tables, { mode: 'offline', ...options });
}

function scene(heads: readonly (readonly [head: Head, x: number, y: number])[], seed = 7): Canvas {
  const canvas = ground(WIDTH, HEIGHT, seed);
  for (const [{ picture, oval, height }, x, y] of heads) paste(canvas, picture, oval, x, y, FACE / height);
  return canvas;
}

/** Track ids by where the faces are, left to right. */
function idsFromLeft(faces: readonly TrackedFace[]): number[] {
  return faces
    .toSorted((a, b) => landmarkBox(a.landmarks).left - landmarkBox(b.landmarks).left)
    .map(({ trackId }) => trackId);
}

async function trackAll(
  follow: FaceTracker,
  count: number,
  plateAt: (i: number) => Plate,
): Promise<{ faces: TrackedFace[]; isCut: boolean }[]> {
  const frames: { faces: TrackedFace[]; isCut: boolean }[] = [];
  for (let i = 0; i < count; i++) frames.push({ faces: await follow.track(plateAt(i)), isCut: follow.wasCut });
  return frames;
}

describe('FaceTracker', () => {
  it.each(['offline', 'live'] as const)('keeps ids with their persons when one crosses in front (%s)', async (mode) => {
    const last = 29;
    const frames = await trackAll(tracker({ mode }), last + 1, (i) => {
      const x = 110 + (420 * i) / last;
      return rgbPlate(scene([[collins, WIDTH - x, 190], [performer, x, 175]]), 1, i + 1); // prettier-ignore
    });
    expect(idsFromLeft(frames[0].faces)).toHaveLength(2);
    expect(idsFromLeft(frames[last].faces)).toEqual(idsFromLeft(frames[0].faces).toReversed());
    // whoever is in front is never lost
    const front = idsFromLeft(frames[0].faces)[0];
    for (const { faces } of frames) expect(faces.map(({ trackId }) => trackId)).toContain(front);
    expect(new Set(frames.flatMap(({ faces }) => faces.map(({ trackId }) => trackId))).size).toBe(2);
  });

  it('keeps up with a face that moves by a third of its height a frame', async () => {
    const frames = await trackAll(tracker(), 12, (i) => rgbPlate(scene([[collins, 100 + 40 * i, 180]]), 1, i + 1));
    const offsets = frames.map(({ faces: [{ landmarks }] }, i) => landmarks[NOSE_TIP * 3] - (100 + 40 * i));
    expect(Math.max(...offsets) - Math.min(...offsets)).toBeLessThan(0.03 * FACE);
    expect(frames.every(({ faces: [{ trackId }] }) => trackId === 1)).toBe(true);
  });

  it('knows a person who left and comes back elsewhere, and a newcomer from them', async () => {
    const frames = await trackAll(tracker(), 60, (i) => {
      const heads: [Head, number, number][] = [[performer, 130, 180]];
      if (i < 8) heads.push([collins, 480, 190]);
      if (i >= 40) heads.push([hopper, 330, 190]);
      if (i >= 24) heads.push([collins, 540, 170]);
      return rgbPlate(scene(heads), 1, i + 1);
    });
    const [stays, leaves] = idsFromLeft(frames[0].faces);
    expect(idsFromLeft(frames[12].faces)).toEqual([stays]);
    expect(idsFromLeft(frames[30].faces)).toEqual([stays, leaves]);
    const [first, newcomer, last] = idsFromLeft(frames[59].faces);
    expect([first, last]).toEqual([stays, leaves]);
    expect([stays, leaves]).not.toContain(newcomer);
  });

  it('starts a new shot at a cut with full strength and new ids, and at nothing else', async () => {
    const frames = await trackAll(tracker(), 12, (i) => {
      const shot = i < 6 ? scene([[collins, 200, 180]], 7) : scene([[collins, 430, 190]], 8);
      return rgbPlate(i % 6 === 3 ? relit(shot, 0.45, 5) : shot, 1, i + 1);
    });
    expect(frames.map(({ isCut }) => isCut)).toEqual(frames.map((_, i) => i % 6 === 0));
    expect(frames.every(({ faces }) => faces.length === 1 && faces[0].fade === 1)).toBe(true);
    expect(frames[5].faces[0].trackId).toBe(frames[0].faces[0].trackId);
    expect(frames[6].faces[0].trackId).not.toBe(frames[0].faces[0].trackId);
  });

  it('live: fades in, and holds a face that is lost while it fades', async () => {
    const frames = await trackAll(tracker({ mode: 'live' }), 20, (i) =>
      rgbPlate(scene(i < 10 ? [[collins, 300, 190]] : []), 1, i + 1),
    );
    const fades = frames.map(({ faces }) => faces[0]?.fade ?? 0);
    expect(fades.slice(0, 6)).toEqual(fades.slice(0, 6).toSorted((a, b) => a - b));
    expect(fades[0]).toBeLessThan(0.2);
    expect(fades[9]).toBe(1);
    expect(fades.slice(9)).toEqual(fades.slice(9).toSorted((a, b) => b - a));
    expect(fades[12]).toBeGreaterThan(0);
    expect(fades[16]).toBe(0);
  });

  it('goes on from a snapshot, bit for bit', async () => {
    const plates = Array.from(
      { length: 16 },
      (_, i) =>
      cameraPlate(scene([[collins, 200 + 3 * i, 180], [performer, 430 - 2 * i, 190]]), 2, i + 1), // prettier-ignore
    );
    const whole = await trackAll(tracker(), plates.length, (i) => plates[i]);
    const killed = tracker();
    await trackAll(killed, 7, (i) => plates[i]);
    const resumed = tracker();
    resumed.restore(JSON.parse(JSON.stringify(killed.snapshot())));
    const rest = await trackAll(resumed, 9, (i) => plates[i + 7]);
    expect(rest).toEqual(whole.slice(7));
    expect(resumed.descriptorOf(whole[0].faces[0].trackId)).toHaveLength(128);
  });

  it('holds still on a still picture with sensor noise of s.d. 2/255, 100 px between the eyes: below 0.15 px', async () => {
    const still = ground(WIDTH, 480, 3);
    const { picture, oval, eyesPx } = performer;
    paste(still, picture, oval, 320, 240, 100 / eyesPx);
    const raw = (await trackAll(tracker(), 24, (i) => rgbPlate(still, 2, i + 1))).slice(4);
    expect(eyeDistance(raw[0].faces[0].landmarks)).toBeCloseTo(100, -1);
    const deviations = Array.from({ length: 468 }, (_, i) =>
      Math.hypot(
        deviation(raw.map(({ faces }) => faces[0].landmarks[i * 3])),
        deviation(raw.map(({ faces }) => faces[0].landmarks[i * 3 + 1])),
      ),
    );
    expect(median(deviations)).toBeLessThan(0.15);
  });
});

function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  return Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}
