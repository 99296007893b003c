// The frame path with the real networks on one career photo of the synthetic performer: what changes, where, how much.

import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LoadedFaceNetworks } from '../adapters/node/face-networks.ts';
import { loadFaceNetworks } from '../adapters/node/face-networks.ts';
import { readImage } from '../adapters/node/images.ts';
import { openNetwork } from '../adapters/node/onnx.ts';
import type { OpenedHair } from '../adapters/node/open-hair.ts';
import { openHair } from '../adapters/node/open-hair.ts';
import type { Network, Plate, TrackedFace } from '../core/index.ts';
import { copyPlate, eyeDistance, meshPoint, OCCLUSION_SIDE } from '../core/index.ts';
import { StillFinder } from '../face/index.ts';
import type { FaceOrder, Look, ReageOptions } from './index.ts';
import { FramePath, lookAt, likenessPredictor, plainLook } from './index.ts';

const root = path.resolve(import.meta.dirname, '../..');
/** Mesh points: middle of the forehead, a cheek, below the mouth, the pupil of the picture-left eye. */
const FOREHEAD = 151;
const CHEEK = 50;
const CHIN = 199;
const PUPIL = 468;
/** Values of the synthetic people's material masks. */
const SKIN = 30;
const HAIR = 120;

let faces: LoadedFaceNetworks;
let prior: Network;
let hair: OpenedHair;
let photo: Plate;
let face: TrackedFace;
let framePath: FramePath;

beforeAll(async () => {
  faces = await loadFaceNetworks(path.join(root, 'models'));
  prior = await openNetwork(path.join(root, 'assets/prior/prior-256.onnx'));
  hair = await openHair(path.join(root, 'assets/prior/hair-128.onnx'));
  photo = (await readImage(path.join(root, 'assets/performer/career/058.jpg'))).plate;
  [face] = await new StillFinder(faces.networks, faces.tables).find(photo);
  framePath = new FramePath({ person: faces.networks.person ?? null, hair: hair.predictor });
});
afterAll(async () => {
  await hair.close();
  await prior.close();
  await faces.close();
});

interface Made {
  readonly plate: Plate;
  readonly matte: Float32Array;
}

async function reage(look: Partial<Look>, changed: Partial<FaceOrder> = {}, options: ReageOptions = {}): Promise<Made> {
  const plate = copyPlate(photo);
  const matte = new Float32Array(plate.width * plate.height);
  const order: FaceOrder = {
    face,
    sourceAge: 62,
    look: lookAt({ ...plainLook(25), ...look }, 0),
    predictor: likenessPredictor(prior),
    ...changed,
  };
  await framePath.reage(plate, [order], { ...options, matteOut: matte });
  return { plate, matte };
}

/** Mean |change| from the photo in codes, over a disc of 0.12 eye distances around a mesh point. */
function changeAt(plate: Plate, point: number): number {
  const [x, y] = meshPoint(face.landmarks, point);
  const radius = 0.12 * eyeDistance(face.landmarks);
  let sum = 0;
  let count = 0;
  for (let v = Math.floor(y - radius); v <= y + radius; v++) {
    for (let u = Math.floor(x - radius); u <= x + radius; u++) {
      if (Math.hypot(u + 0.5 - x, v + 0.5 - y) > radius) continue;
      for (let k = 0; k < 3; k++) {
        const [was, is] = [photo.planes[k], plate.planes[k]];
        sum += Math.abs(was.samples[v * was.stride + u * was.step] - is.samples[v * is.stride + u * is.step]);
        count++;
      }
    }
  }
  return sum / count;
}

test('changes the face and, where the matte is 0, not one sample', async () => {
  const { plate, matte } = await reage({});
  expect(changeAt(plate, FOREHEAD)).toBeGreaterThan(3);
  expect(changeAt(plate, CHEEK)).toBeGreaterThan(3);
  let outside = 0;
  plate.planes.forEach((plane, k) => {
    const before = photo.planes[k];
    matte.forEach((cover, i) => {
      const at = Math.floor(i / plate.width) * before.stride + (i % plate.width) * before.step;
      if (cover === 0 && plane.samples[i] !== before.samples[at]) outside++;
    });
  });
  expect(outside).toBe(0);
});

test('the matte holds the face and leaves hair, shirt and background', async () => {
  const { matte } = await reage({});
  const at = (x: number, y: number): number => matte[Math.round(y) * photo.width + Math.round(x)];
  for (const point of [FOREHEAD, CHEEK, CHIN, PUPIL])
    expect(at(...meshPoint(face.landmarks, point))).toBeGreaterThan(0.95);
  const [x, y] = meshPoint(face.landmarks, 10);
  const up = eyeDistance(face.landmarks);
  expect(at(x, y - 0.95 * up)).toBeLessThan(0.05);
  expect(at(20, 20)).toBe(0);
  expect(at(x, photo.height - 10)).toBe(0);
});

/** Mean |second difference| along rows where the matte is whole: detail of a pixel or two. */
function fineDetail({ plate, matte }: Made): number {
  const { samples, stride, step } = plate.planes[1];
  let [sum, count] = [0, 0];
  matte.forEach((cover, i) => {
    const [x, y] = [i % plate.width, Math.floor(i / plate.width)];
    if (cover < 0.99 || x === 0 || x === plate.width - 1) return;
    const at = y * stride + x * step;
    sum += Math.abs(samples[at - step] - 2 * samples[at] + samples[at + step]);
    count++;
  });
  return sum / count;
}

test('finals soften detail that is finer than the crop, where the network softens what it sees; live does not', async () => {
  const [live, final] = await Promise.all(
    (['live', 'final'] as const).map(async (tier): Promise<Made> => {
      const [plate, matte] = [copyPlate(photo), new Float32Array(photo.width * photo.height)];
      const order = { face, sourceAge: 62, look: lookAt(plainLook(25), 0), predictor: likenessPredictor(prior) };
      await new FramePath({ person: null, tier }).reage(plate, [order], { matteOut: matte });
      return { plate, matte };
    }),
  );
  // the photo shows more of the face than the crop does
  expect(eyeDistance(face.landmarks) / (0.26 * 256)).toBeGreaterThan(1.1);
  expect(fineDetail(final)).toBeLessThan(0.98 * fineDetail(live));
  expect(fineDetail(final)).toBeGreaterThan(0.5 * fineDetail(live));
  expect(Math.abs(changeAt(final.plate, CHEEK) / changeAt(live.plate, CHEEK) - 1)).toBeLessThan(0.15);
});

test('fade and plate blend scale the change; at 0 nothing is touched', async () => {
  const whole = changeAt((await reage({})).plate, CHEEK);
  const half = changeAt((await reage({ blend: [{ frameIndex: 0, value: 0.5 }] })).plate, CHEEK);
  expect(half / whole).toBeGreaterThan(0.42);
  expect(half / whole).toBeLessThan(0.58);
  const faded = await reage({}, { face: { ...face, fade: 0 } });
  expect(changeAt(faded.plate, CHEEK)).toBe(0);
  expect(faded.matte.every((cover) => cover === 0)).toBe(true);
});

test('a region has its own strength, and its neighbours keep theirs', async () => {
  const plain = (await reage({})).plate;
  const { plate } = await reage({ strengths: { forehead: 0 } });
  expect(changeAt(plate, FOREHEAD)).toBeLessThan(0.1 * changeAt(plain, FOREHEAD));
  expect(changeAt(plate, CHEEK)).toBeCloseTo(changeAt(plain, CHEEK), 1);
  const strong = (await reage({ strengths: { cheeks: 1.5 } })).plate;
  expect(changeAt(strong, CHEEK)).toBeGreaterThan(1.2 * changeAt(plain, CHEEK));
});

test('a region has its own target age: its own age leaves it nearly as it is', async () => {
  const plain = (await reage({})).plate;
  const { plate } = await reage({ regionAges: { 'jaw-neck': 62 } });
  expect(changeAt(plate, CHIN)).toBeLessThan(0.75 * changeAt(plain, CHIN));
  expect(changeAt(plate, FOREHEAD)).toBeGreaterThan(0.75 * changeAt(plain, FOREHEAD));
});

test("eyes keep the performer's own colour unless asked", async () => {
  const own = changeAt((await reage({})).plate, PUPIL);
  const asked = changeAt((await reage({ strengths: { eyes: 1 } })).plate, PUPIL);
  expect(own).toBeLessThan(asked);
});

test('the own age changes next to nothing', async () => {
  const { plate } = await reage({ targetAge: [{ frameIndex: 0, value: 62 }] });
  expect(changeAt(plate, CHEEK)).toBeLessThan(1);
});

/** Above the forehead by 0.95 eye distances lies hair, which the face crop holds in part. */
function hairPlace(): { readonly x: number; readonly y: number } {
  const [x, y] = meshPoint(face.landmarks, 10);
  return { x: Math.round(x), y: Math.round(y - 0.95 * eyeDistance(face.landmarks)) };
}

test('hair stays plate unless asked; asked, it darkens towards youth, and nothing outside the matte changes', async () => {
  const { x, y } = hairPlace();
  const lightAt = ({ planes }: Plate): number =>
    planes.reduce((sum, { samples, stride, step }) => sum + samples[y * stride + x * step], 0);
  const { plate: plain } = await reage({ strengths: { hair: 0 } });
  expect(lightAt(plain)).toBe(lightAt(photo));
  const { plate, matte } = await reage({ strengths: { hair: 1 } });
  expect(matte[y * plate.width + x]).toBeGreaterThan(0.8);
  expect(lightAt(plate)).toBeLessThan(0.85 * lightAt(photo));
  plate.planes.forEach((plane, k) => {
    const before = photo.planes[k];
    const touched = matte.findIndex((cover, i) => {
      const at = Math.floor(i / plate.width) * before.stride + (i % plate.width) * before.step;
      return cover === 0 && plane.samples[i] !== before.samples[at];
    });
    expect(touched).toBe(-1);
  });
});

test('hair has an age of its own: at that of the plate it keeps its colour', async () => {
  const { x, y } = hairPlace();
  const { plate } = await reage({ strengths: { hair: 1 }, regionAges: { hair: 62 } });
  const at = ({ planes: [{ samples, stride, step }] }: Plate): number => samples[y * stride + x * step];
  expect(at(plate)).toBe(at(photo));
});

test('what the tracker saw in front of the face stays plate', async () => {
  const occlusion = new Uint8Array(OCCLUSION_SIDE ** 2);
  for (let y = 30; y < 44; y++) occlusion.fill(255, y * OCCLUSION_SIDE + 14, y * OCCLUSION_SIDE + 32);
  const plain = (await reage({})).plate;
  const { plate } = await reage({}, { face: { ...face, occlusion } });
  expect(changeAt(plate, CHEEK)).toBeLessThan(0.05 * changeAt(plain, CHEEK));
  expect(changeAt(plate, FOREHEAD)).toBeCloseTo(changeAt(plain, FOREHEAD), 1);
});

test('a nearer face in front is cut out of the matte', async () => {
  const [x, y] = meshPoint(face.landmarks, CHEEK);
  const landmarks = face.landmarks.map((value, i) =>
    i % 3 === 0 ? x + (value - x) * 1.2 : i % 3 === 1 ? y + (value - y) * 1.2 : value,
  );
  const plain = (await reage({})).plate;
  const { plate } = await reage({}, {}, { faces: [face, { ...face, trackId: 99, landmarks }] });
  expect(changeAt(plate, CHEEK)).toBeLessThan(0.05 * changeAt(plain, CHEEK));
});

test('the same plate gives the same samples, whatever came before', async () => {
  const first = await reage({});
  await reage({ strengths: { cheeks: 0 }, regionAges: { forehead: 80 } });
  const second = await reage({});
  second.plate.planes.forEach((plane, k) => {
    const other = first.plate.planes[k].samples;
    expect(plane.samples.every((sample, i) => sample === other[i])).toBe(true);
  });
});

test('a fringe across the forehead and an eye stays plate; the skin beside it changes', async () => {
  const people = path.join(root, 'assets/people');
  const { plate } = await readImage(path.join(people, '0122a.jpg'));
  const [materials] = (await readImage(path.join(people, 'mask/0122a.png'))).plate.planes;
  const [own] = await new StillFinder(faces.networks, faces.tables).find(plate);
  const matte = new Float32Array(plate.width * plate.height);
  const look = lookAt(plainLook(60), 0);
  const order = { face: own, sourceAge: 20, look, predictor: likenessPredictor(prior) };
  await framePath.reage(copyPlate(plate), [order], { matteOut: matte });
  const [left, right] = [meshPoint(own.landmarks, 127)[0], meshPoint(own.landmarks, 356)[0]];
  const [top, bottom] = [meshPoint(own.landmarks, 10)[1], meshPoint(own.landmarks, 1)[1]];
  const mean = (material: number): number => {
    let [sum, count] = [0, 0];
    for (let y = Math.ceil(top); y < bottom; y++) {
      for (let x = Math.ceil(left); x < right; x++) {
        if (materials.samples[y * materials.stride + x * materials.step] !== material) continue;
        sum += matte[y * plate.width + x];
        count++;
      }
    }
    return sum / count;
  };
  expect(mean(HAIR)).toBeLessThan(0.25);
  expect(mean(SKIN)).toBeGreaterThan(0.9);
});
