// Networks that look at own photos, on career photos of the demo performer: what they are shown, and that it counts.

import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoPerformerFolder, modelsFolder } from '../../test/project-folders.ts';
import type { LoadedFaceNetworks } from '../adapters/node/face-networks.ts';
import { loadFaceNetworks } from '../adapters/node/face-networks.ts';
import { readImage } from '../adapters/node/images.ts';
import { openNetwork } from '../adapters/node/onnx.ts';
import type { Network, Plate, Rgb8, Tensor, TrackedFace } from '../core/index.ts';
import { PlateCropper, copyPlate, invertAffine, meshPoint, packedRgb } from '../core/index.ts';
import type { CarriablePhoto } from '../face/index.ts';
import { CARRY_OUTLINE_COUNT, CARRY_POINTS, StillFinder, alignFace, carryPoints } from '../face/index.ts';
import { OWN_PHOTOS, exportChange, pairTraining } from '../likeness/index.ts';
import { SeededRandom, initialState, weightsOf } from '../model/index.ts';
import type { PhotoArchive } from './index.ts';
import { FramePath, likenessPredictor, lookAt, networkPredictor, plainLook } from './index.ts';

const SIZE = 256;
const PLANE = SIZE * SIZE;

let faces: LoadedFaceNetworks;
let network: Network;
let plate: Plate;
let face: TrackedFace;
let young: CarriablePhoto;
let old: CarriablePhoto;
/** Young below 50. */
let archive: PhotoArchive;

beforeAll(async () => {
  faces = await loadFaceNetworks(modelsFolder);
  network = await openNetwork(untaughtNetwork());
  ({ plate, face } = await seen('060'));
  [young, old] = [await photo('012'), await photo('069')];
  archive = { photoFor: (years) => (years < 50 ? young : old) };
});
afterAll(async () => {
  await network.close();
  await faces.close();
});

/** Whatever goes in changes what comes out. */
function untaughtNetwork(): Uint8Array {
  const shape = { sizePx: SIZE, ownPhotos: OWN_PHOTOS };
  const program = pairTraining({ count: 1, ...shape });
  const weights = weightsOf(program.groups, initialState(program, 1));
  const random = new SeededRandom(5);
  for (const { data } of weights.values()) for (let i = 0; i < data.length; i++) data[i] += 0.02 * random.normal();
  return exportChange(weights, shape);
}

async function seen(name: string): Promise<{ plate: Plate; face: TrackedFace }> {
  const picture = (await readImage(path.join(demoPerformerFolder, 'career', `${name}.jpg`))).plate;
  const [found] = await new StillFinder(faces.networks, faces.tables).find(picture);
  return { plate: picture, face: found };
}

/** Cut as career photos are, a little finer than the crop. */
async function photo(name: string): Promise<CarriablePhoto> {
  const one = await seen(name);
  const side = 400;
  const toPicture = alignFace(one.face.landmarks, side);
  const samples = new Float32Array(3 * side * side);
  const options = { layout: 'nhwc', low: 0, high: 255, border: 'edge' } as const;
  new PlateCropper().crop(one.plate, invertAffine(toPicture), side, samples, options);
  const points = carryPoints(one.face.landmarks);
  const [a, b, c, d, e, f] = toPicture;
  const picture: Rgb8 = { samples: Uint8Array.from(samples, Math.round), width: side, height: side };
  return {
    picture,
    points: points.map((v, i) => (i % 2 === 0 ? a * v + b * points[i + 1] + c : d * points[i - 1] + e * v + f)),
  };
}

interface Looked {
  /** What the network was given. */
  readonly inputs: Readonly<Record<string, Float32Array>>;
  readonly changed: Plate;
}

/** The frame path, with a network that remembers what it was given. */
async function look(shown: PhotoArchive | null, sourceAge: number, targetAge: number): Promise<Looked> {
  let inputs: Record<string, Float32Array> = {};
  const listening: Network = {
    inputNames: network.inputNames,
    outputNames: network.outputNames,
    close: () => network.close(),
    run(given: Readonly<Record<string, Tensor>>) {
      inputs = Object.fromEntries(Object.entries(given).map(([name, { data }]) => [name, data.slice()]));
      return network.run(given);
    },
  };
  const changed = copyPlate(plate);
  const order = {
    face,
    sourceAge,
    look: lookAt(plainLook(targetAge), 0),
    predictor: likenessPredictor(listening, shown),
  };
  await new FramePath({ person: null }).reage(changed, [order]);
  return { inputs, changed };
}

function ownOf({ inputs }: Looked): { picture: Float32Array; valid: Float32Array } {
  return { picture: inputs.own, valid: inputs.ownValid };
}

function differences(a: Float32Array, b: Float32Array): Float32Array {
  return a.map((v, i) => Math.abs(v - b[i]));
}

/** toEqual takes a second for so many numbers. */
function isSame(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  return a.length === b.length && Array.prototype.every.call(a, (v, i) => v === b[i]);
}

function isSamePlate(a: Plate, b: Plate): boolean {
  return a.planes.every(({ samples }, k) => isSame(samples, b.planes[k].samples));
}

/** Mean of a picture where it is valid. */
function mean(picture: Float32Array, valid: Float32Array): number {
  let [sum, weight] = [0, 0];
  for (let i = 0; i < PLANE; i++) {
    sum += (valid[i] * (picture[i] + picture[i + PLANE] + picture[i + 2 * PLANE])) / 3;
    weight += valid[i];
  }
  return sum / weight;
}

describe('the own photo before a network', () => {
  it('lies within a pixel of the eyes, brows, nose and lips of the crop, as the tracker sees both', async () => {
    const looked = await look(archive, 65, 72);
    const { picture, valid } = ownOf(looked);
    expect(valid.reduce((sum, v) => sum + v, 0) / PLANE).toBeGreaterThan(0.12);
    const mixed = Float32Array.from({ length: 3 * PLANE }, (_, at) => {
      const i = (at % 3) * PLANE + Math.floor(at / 3);
      const v = valid[i % PLANE];
      return v * picture[i] + (1 - v) * looked.inputs.image[i];
    });
    const finder = new StillFinder(faces.networks, faces.tables);
    const [found] = await finder.find(packedRgb(mixed, SIZE, SIZE, 3, 'float'));
    const toCrop = alignFace(face.landmarks, SIZE);
    const off = CARRY_POINTS.slice(CARRY_OUTLINE_COUNT, CARRY_OUTLINE_COUNT + 51).map((point) => {
      const [x, y] = meshPoint(face.landmarks, point);
      const [u, v] = meshPoint(found.landmarks, point);
      return Math.hypot(
        u - (toCrop[0] * x + toCrop[1] * y + toCrop[2]),
        v - (toCrop[3] * x + toCrop[4] * y + toCrop[5]),
      );
    });
    expect(off.reduce((sum, d) => sum + d, 0) / off.length).toBeLessThan(1);
    // and is another picture
    expect(mean(differences(picture, looked.inputs.image), valid)).toBeGreaterThan(0.02);
  });

  it('is that of the target age, in the light of the crop', async () => {
    const there = await look(archive, 65, 28);
    const { picture, valid } = ownOf(there);
    expect(isSame(picture, ownOf(await look(archive, 30, 28)).picture)).toBe(true);
    expect(isSame(picture, ownOf(await look(archive, 28, 65)).picture)).toBe(false);
    expect(mean(picture, valid) / mean(there.inputs.image, valid)).toBeCloseTo(1, 1);
    expect(picture.every((v, i) => v === 0 || valid[i % PLANE] > 0)).toBe(true);
  });
});

describe('a performer of whom nothing is known', () => {
  it('gives zeros, whether there is no archive or nothing in it', async () => {
    const [none, empty] = [await look(null, 65, 28), await look({ photoFor: () => null }, 65, 28)];
    for (const { inputs } of [none, empty])
      expect(inputs.own.every((v) => v === 0) && inputs.ownValid.every((v) => v === 0)).toBe(true);
    expect(isSamePlate(empty.changed, none.changed)).toBe(true);
    // else the tests above would say little
    expect(isSamePlate((await look(archive, 65, 28)).changed, none.changed)).toBe(false);
  });
});

describe('a predictor', () => {
  it('gives the same for the same plate, whatever came before', async () => {
    const first = await look(archive, 65, 28);
    const predictor = likenessPredictor(network, archive);
    const framePath = new FramePath({ person: null });
    const made = async (targetAge: number): Promise<Plate> => {
      const changed = copyPlate(plate);
      await framePath.reage(changed, [{ face, sourceAge: 65, look: lookAt(plainLook(targetAge), 0), predictor }]);
      return changed;
    };
    await made(80);
    expect(isSamePlate(await made(28), first.changed)).toBe(true);
  });

  it('of a network without such inputs is the plain one', async () => {
    const prior = await openNetwork(path.resolve(demoPerformerFolder, '../prior/prior-256.onnx'));
    const paths = [likenessPredictor(prior, archive), networkPredictor(prior)].map(async (predictor) => {
      const changed = copyPlate(plate);
      const order = { face, sourceAge: 65, look: lookAt(plainLook(28), 0), predictor };
      await new FramePath({ person: null }).reage(changed, [order]);
      return changed;
    });
    const [one, other] = await Promise.all(paths);
    expect(isSamePlate(one, other)).toBe(true);
    await prior.close();
  });
});
