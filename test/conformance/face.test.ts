// The same expectations of the face room on every runtime that Dorian has for its networks.

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openNetwork } from '../../src/adapters/node/onnx.ts';
import { openWebNetwork } from '../../src/adapters/web/onnx.ts';
import { demoPerformerFolder, modelsFolder } from '../../src/cli/project.ts';
import type { Network, Plate, TrackedFace } from '../../src/core/index.ts';
import { applyAffine, eyeDistance, invertAffine, meshPoint, PlateCropper, tensor } from '../../src/core/index.ts';
import type { FaceNetworks } from '../../src/face/index.ts';
import {
  ApparentAgeReader,
  DESCRIPTOR_LENGTH,
  FaceTracker,
  headAndShoulders,
  identityDistance,
  IdentityReader,
  OTHER_PERSON_DISTANCE,
  PERSON_MATTE_SIZE,
  PersonMatteReader,
  SAME_PERSON_DISTANCE,
  StillFinder,
} from '../../src/face/index.ts';
import { tables } from '../canonical-face.ts';
import { cameraPlate, readCanvas, relit, rgbPlate } from '../composed-plate.ts';

const RUNTIMES: Readonly<Record<string, (bytes: Uint8Array) => Promise<Network>>> = {
  'onnxruntime-node': (bytes) => openNetwork(bytes, { provider: 'cpu' }),
  'onnxruntime-web, wasm': (bytes) => openWebNetwork(bytes),
};

const portraits = path.join(import.meta.dirname, '../fixtures/portraits');
const NOSE_TIP = 4;

function model(name: string): Promise<Uint8Array> {
  return readFile(path.join(modelsFolder, `${name}.onnx`));
}

/** Landmarks of the first runtime, which the others must repeat. */
let reference: TrackedFace | null = null;

describe.each(Object.entries(RUNTIMES))('%s', (_, open) => {
  let networks: Required<FaceNetworks>;
  let collins: Plate;
  let hopper: Plate;
  let performer: Plate;

  beforeAll(async () => {
    networks = {
      detector: await open(await model('face-detector')),
      mesh: await open(await model('face-mesh')),
      identity: await open(await model('identity')),
      apparentAge: await open(await model('apparent-age')),
      person: await open(await model('person-matte')),
    };
    collins = rgbPlate(await readCanvas(path.join(portraits, 'eileen-collins.png')));
    hopper = rgbPlate(await readCanvas(path.join(portraits, 'grace-hopper-1984.png')));
    performer = rgbPlate(await readCanvas(path.join(demoPerformerFolder, 'career/045.jpg')));
  });

  afterAll(() => Promise.all(Object.values(networks).map((network) => network.close())));

  async function faceOf(plate: Plate): Promise<TrackedFace> {
    const [face] = await new StillFinder(networks, tables).find(plate);
    return face;
  }

  it('names inputs and outputs, refuses a wrong shape with a code, and runs again after that', async () => {
    const { mesh } = networks;
    expect(mesh.inputNames).toEqual(['input']);
    expect(mesh.outputNames).toContain('output_mesh_identity');
    const wrong = { input: tensor(new Float32Array(3 * 64 * 64), [1, 64, 64, 3]) };
    await expect(mesh.run(wrong)).rejects.toMatchObject({ code: 'network/run-failed' });
    const right = { input: tensor(new Float32Array(3 * 192 * 192), [1, 192, 192, 3]) };
    expect((await mesh.run(right)).output_mesh_identity.data).toHaveLength(468 * 3);
  });

  it('finds one face in each portrait, and the same landmarks on every runtime', async () => {
    const face = await faceOf(collins);
    reference ??= face;
    expect(face.score).toBeGreaterThan(0.95);
    expect(Math.abs(face.pose.yaw)).toBeLessThan(10);
    expect(Math.abs(face.pose.yaw - reference.pose.yaw)).toBeLessThan(0.05);
    const gap = face.landmarks.reduce((most, v, i) => Math.max(most, Math.abs(v - reference!.landmarks[i])), 0);
    // float32 sums in another order; 0.02 px of a face with 45 px between the eyes is far below what can be seen
    expect(gap).toBeLessThan(0.02);
    expect(await new StillFinder(networks, tables).find(hopper)).toHaveLength(1);
  });

  it('finds no face where there is none', async () => {
    const grey = { width: 320, height: 240, data: new Float32Array(320 * 240 * 3).fill(110) };
    expect(await new StillFinder(networks, tables).find(rgbPlate(grey, 6))).toEqual([]);
  });

  it('tells people apart, and one person in other light not', async () => {
    const reader = new IdentityReader(networks.identity, new PlateCropper());
    const of = async (plate: Plate): Promise<Float32Array> => reader.read(plate, (await faceOf(plate)).landmarks);
    const darker = rgbPlate(relit(await readCanvas(path.join(portraits, 'eileen-collins.png')), 0.6, 10));
    const [a, b, c, dark] = [await of(collins), await of(hopper), await of(performer), await of(darker)];
    expect(a).toHaveLength(DESCRIPTOR_LENGTH);
    expect(identityDistance(a, dark)).toBeLessThan(SAME_PERSON_DISTANCE);
    for (const [one, other] of [[a, b], [a, c], [b, c]]) {
      expect(identityDistance(one, other)).toBeGreaterThan(OTHER_PERSON_DISTANCE);
    } // prettier-ignore
  });

  it('reads an older face as older', async () => {
    const reader = new ApparentAgeReader(networks.apparentAge, new PlateCropper());
    const ageOf = async (file: string): Promise<number> => {
      const plate = rgbPlate(await readCanvas(path.join(demoPerformerFolder, 'career', file)));
      return reader.read(plate, (await faceOf(plate)).landmarks);
    };
    const [young, old] = [await ageOf('003.jpg'), await ageOf('072.jpg')];
    expect(old - young).toBeGreaterThan(10);
  });

  it('calls the face person and the backdrop not', async () => {
    const { landmarks } = await faceOf(performer);
    const reader = new PersonMatteReader(networks.person, new PlateCropper());
    const { matte, toPlate } = await reader.read(performer, headAndShoulders(landmarks));
    const at = (x: number, y: number): number => {
      const [u, v] = applyAffine(invertAffine(toPlate), x, y);
      return matte[Math.floor(v) * PERSON_MATTE_SIZE + Math.floor(u)];
    };
    expect(at(...meshPoint(landmarks, NOSE_TIP))).toBeGreaterThan(0.9);
    expect(at(30, 60)).toBeLessThan(0.1);
  });

  it('follows a face through a camera clip', async () => {
    const tracker = new FaceTracker(networks, tables, { mode: 'offline' });
    const picture = await readCanvas(path.join(demoPerformerFolder, 'career/045.jpg'));
    const ids: number[] = [];
    for (let i = 0; i < 6; i++) {
      const faces = await tracker.track(cameraPlate(picture, 2, i + 1));
      expect(tracker.wasCut).toBe(i === 0);
      expect(eyeDistance(faces[0].landmarks)).toBeGreaterThan(90);
      ids.push(...faces.map(({ trackId }) => trackId));
    }
    expect(ids).toEqual([1, 1, 1, 1, 1, 1]);
  });
});
