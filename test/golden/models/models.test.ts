// The networks that `npm run models` makes, run on two inputs and held to the numbers of the verified first conversion.
//
// Tolerance: the numbers are float32 sums, whose order differs between kinds of processor. Seen: at most 5e-5 of a
// crop pixel (AVX-512 against wasm, and against the first conversion, whose PReLU was one node). A wrong pad, axis or
// weight moves the outputs by whole pixels.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeModels } from '../../../src/adapters/node/models.ts';
import { parseFile } from '../../../src/core/index.ts';
import { faceTablesFile } from '../../../src/face/index.ts';
import expected from './expected.json' with { type: 'json' };

interface NetworkInput {
  readonly size: number;
  /** [least, greatest] number that the network expects. */
  readonly range: readonly [number, number];
  /** Square of the portrait that it sees: left, top, side. */
  readonly region: readonly [number, number, number];
  /** Largest difference allowed, in the unit of the outputs. */
  readonly tolerance: number;
}

const WHOLE = [0, 0, 128] as const;
const FACE = [19, 10, 90] as const;

const NETWORKS: Readonly<Record<keyof typeof expected.networks, NetworkInput>> = {
  'face-detector': { size: 192, range: [-1, 1], region: WHOLE, tolerance: 1e-3 }, // crop pixels, logits
  'face-mesh': { size: 192, range: [0, 1], region: FACE, tolerance: 1e-3 }, // crop pixels, a logit
  'person-matte': { size: 256, range: [0, 1], region: WHOLE, tolerance: 1e-4 }, // coverage 0..1
  identity: { size: 150, range: [0, 255], region: FACE, tolerance: 1e-5 }, // descriptors are told apart at 0.5
  'apparent-age': { size: 112, range: [0, 255], region: FACE, tolerance: 1e-3 }, // years
};

interface ExpectedOutput {
  readonly shape: readonly number[];
  readonly step: number;
  readonly values: readonly number[];
}

let folder: string;
let portrait: Uint8Array; // 128 x 128 RGB

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'dorian-models-'));
  const root = path.resolve(import.meta.dirname, '../../..');
  await makeModels({ packagesFolder: path.join(root, 'node_modules'), modelsFolder: folder });
  portrait = await sharp(path.join(root, 'test/fixtures/portraits/grace-hopper-1984.png'))
    .removeAlpha()
    .raw()
    .toBuffer();
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** [1, size, size, 3]: each number from 0..1 spread over the range. */
function inputTensor(
  { size, range: [low, high] }: NetworkInput,
  at: (pixel: number, channel: number) => number,
): Tensor {
  const data = Float32Array.from(
    { length: size * size * 3 },
    (_, i) => low + (high - low) * at(Math.floor(i / 3), i % 3),
  );
  return new Tensor('float32', data, [1, size, size, 3]);
}

/** Numerical Recipes' linear congruential generator: the same noise everywhere. */
function noiseInput(network: NetworkInput): Tensor {
  let state = 12_345;
  return inputTensor(network, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  });
}

/** The nearest pixel of the portrait: no filter whose version could matter. */
function portraitInput(network: NetworkInput): Tensor {
  const { size, region } = network;
  const [left, top, side] = region;
  return inputTensor(network, (pixel, channel) => {
    const x = left + Math.floor((((pixel % size) + 0.5) * side) / size);
    const y = top + Math.floor(((Math.floor(pixel / size) + 0.5) * side) / size);
    return portrait[(y * 128 + x) * 3 + channel] / 255;
  });
}

describe.each(Object.entries(NETWORKS))('%s', (name, network) => {
  const golden = expected.networks[name as keyof typeof expected.networks];
  it.each([
    ['noise', noiseInput, golden.noise],
    ['portrait', portraitInput, golden.portrait],
  ] as const)('gives the verified outputs for the %s', async (_, makeInput, outputs) => {
    const session = await InferenceSession.create(path.join(folder, `${name}.onnx`), { intraOpNumThreads: 1 });
    expect(session.inputNames).toEqual(['input']);
    const result = await session.run({ input: makeInput(network) });
    expect(Object.keys(result)).toEqual(Object.keys(outputs));
    for (const [output, { shape, step, values }] of Object.entries<ExpectedOutput>(outputs)) {
      expect(result[output].dims).toEqual(shape);
      const data = result[output].data as Float32Array;
      const worst = Math.max(...values.map((value, k) => Math.abs(data[k * step] - value)));
      expect(worst, output).toBeLessThan(network.tolerance);
    }
    await session.release();
  });
});

describe('face-tables.json', () => {
  it('is a file of its schema', async () => {
    const text = await readFile(path.join(folder, 'face-tables.json'), 'utf8');
    expect(parseFile(faceTablesFile, text, 'face-tables.json').canonical.triangles.length).toBe(3 * 898);
  });
});
