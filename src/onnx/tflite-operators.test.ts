// Converted operators against slow, readable twins in tflite's own NHWC order.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { FlatTable } from './flatbuffer.ts';
import { readFlexbuffer } from './flexbuffer.ts';
import { convertTflite } from './tflite-to-onnx.ts';
import { samePadding } from './tflite-operators.ts';
import { readTflite } from './tflite.ts';
import type { TfliteOperator, TfliteTensor } from './tflite.ts';

const FLOAT32 = 0;
const INT32 = 2;

/** An options table whose field k holds values[k]. */
function options(...values: number[]): FlatTable {
  const vtableSize = 4 + 2 * values.length;
  const table = Math.ceil(vtableSize / 4) * 4;
  const bytes = new Uint8Array(table + 4 + 4 * values.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, vtableSize, true);
  view.setInt32(table, table, true);
  values.forEach((value, field) => {
    view.setUint16(4 + 2 * field, 4 + 4 * field, true);
    view.setInt32(table + 4 + 4 * field, value, true);
  });
  return new FlatTable(bytes, table);
}

const computed = (name: string, shape: number[]): TfliteTensor => ({ name, shape, type: FLOAT32, bytes: null });
const stored = (shape: number[], data: Float32Array | Int32Array): TfliteTensor => ({
  name: 'constant',
  shape,
  type: data instanceof Int32Array ? INT32 : FLOAT32,
  bytes: new Uint8Array(data.buffer),
});

/** Runs one operator: tensor 0 in, the last tensor out, the others stored. */
async function runOperator(
  operator: Partial<TfliteOperator>,
  tensors: TfliteTensor[],
  inputs: Float32Array[],
): Promise<number[]> {
  const fed = inputs.map((_, i) => i);
  const last = tensors.length - 1;
  const whole: TfliteOperator = {
    name: '',
    inputs: tensors.slice(0, last).map((_, i) => i),
    outputs: [last],
    options: FlatTable.empty,
    customOptions: null,
    ...operator,
  };
  const model = convertTflite({ tensors, operators: [whole], inputs: fed, outputs: [last] }, 'one operator');
  const session = await InferenceSession.create(model, { intraOpNumThreads: 1, logSeverityLevel: 3 });
  const feeds = inputs.map((data, i) => [
    i === 0 ? 'input' : `input${i}`,
    new Tensor('float32', data, tensors[i].shape),
  ]);
  const result = await session.run(Object.fromEntries(feeds));
  return Array.from(result[tensors[last].name].data as Float32Array);
}

function noise(length: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

function worstDifference(actual: readonly number[], expected: readonly number[]): number {
  if (actual.length !== expected.length) throw new Error(`${actual.length} values, expected ${expected.length}`);
  return Math.max(...actual.map((value, k) => Math.abs(value - expected[k])));
}

// sums of at most 27 float32 products of numbers below 1
const FLOAT32_SUM = 1e-5;

describe('samePadding', () => {
  it('puts the odd pixel after', () => {
    expect(samePadding(5, 3, 2)).toEqual([1, 1]);
    expect(samePadding(4, 3, 2)).toEqual([0, 1]);
    expect(samePadding(7, 3, 1, 2)).toEqual([2, 2]);
    expect(samePadding(6, 1, 2)).toEqual([0, 0]);
  });
});

describe('convolutions', () => {
  const [height, width, channels] = [4, 5, 3];
  const input = noise(height * width * channels, 1);

  /** 3 x 3, stride 2, SAME: output 2 x 3. `tap(y, x, ky, kx, o)` adds up what one place of the kernel gives channel o. */
  function reference(
    outChannels: number,
    bias: Float32Array,
    tap: (pixel: number, kernel: number, o: number) => number,
  ): number[] {
    const result: number[] = [];
    for (let oy = 0; oy < 2; oy++)
      for (let ox = 0; ox < 3; ox++)
        for (let o = 0; o < outChannels; o++) {
          let sum = bias[o];
          for (let ky = 0; ky < 3; ky++)
            for (let kx = 0; kx < 3; kx++) {
              const [y, x] = [2 * oy + ky, 2 * ox + kx - 1]; // 4 rows: no row before; 5 columns: one column before
              if (y < height && x >= 0 && x < width) sum += tap(y * width + x, ky * 3 + kx, o);
            }
          result.push(sum);
        }
    return result;
  }

  it('CONV_2D pads as TensorFlow does and clips to 0..6', async () => {
    const weights = noise(2 * 9 * channels, 2); // [2, 3, 3, 3]
    const bias = Float32Array.of(5.5, -0.25);
    const tensors = [
      computed('x', [1, 4, 5, 3]),
      stored([2, 3, 3, 3], weights),
      stored([2], bias),
      computed('y', [1, 2, 3, 2]),
    ];
    const padSame = 0;
    const relu6 = 3;
    const actual = await runOperator({ name: 'CONV_2D', options: options(padSame, 2, 2, relu6, 1, 1) }, tensors, [
      input,
    ]);
    const expected = reference(2, bias, (pixel, kernel, o) => {
      let sum = 0;
      for (let c = 0; c < channels; c++) sum += input[pixel * channels + c] * weights[(o * 9 + kernel) * channels + c];
      return sum;
    });
    expect(expected.some((value) => value > 6) && expected.some((value) => value < 0)).toBe(true);
    expect(
      worstDifference(
        actual,
        expected.map((value) => Math.min(6, Math.max(0, value))),
      ),
    ).toBeLessThan(FLOAT32_SUM);
  });

  it('DEPTHWISE_CONV_2D keeps channels apart', async () => {
    const weights = noise(9 * channels, 3); // [1, 3, 3, 3]
    const bias = Float32Array.of(0.5, 0, -0.5);
    const tensors = [
      computed('x', [1, 4, 5, 3]),
      stored([1, 3, 3, 3], weights),
      stored([3], bias),
      computed('y', [1, 2, 3, 3]),
    ];
    const actual = await runOperator({ name: 'DEPTHWISE_CONV_2D', options: options(0, 2, 2, 1, 0, 1, 1) }, tensors, [
      input,
    ]);
    const expected = reference(
      3,
      bias,
      (pixel, kernel, c) => input[pixel * channels + c] * weights[kernel * channels + c],
    );
    expect(worstDifference(actual, expected)).toBeLessThan(FLOAT32_SUM);
  });

  it('Convolution2DTransposeBias doubles the picture', async () => {
    const weights = noise(4 * channels, 4); // [1, 2, 2, 3]
    const tensors = [
      computed('x', [1, 4, 5, 3]),
      stored([1, 2, 2, 3], weights),
      stored([1], Float32Array.of(0.5)),
      computed('y', [1, 8, 10, 1]),
    ];
    const customOptions = new Uint8Array(Int32Array.of(0, 2, 2).buffer);
    const actual = await runOperator({ name: 'Convolution2DTransposeBias', customOptions }, tensors, [input]);
    const expected = Array.from({ length: 80 }, (_, i) => {
      const [y, x] = [Math.floor(i / 10), i % 10];
      let sum = 0.5;
      for (let c = 0; c < channels; c++) {
        sum += input[((y >> 1) * width + (x >> 1)) * channels + c] * weights[((y & 1) * 2 + (x & 1)) * channels + c];
      }
      return sum;
    });
    expect(worstDifference(actual, expected)).toBeLessThan(FLOAT32_SUM);
  });
});

describe('PRELU', () => {
  it('bends each channel by its own slope, also above 1 and below 0', async () => {
    const tensors = [
      computed('x', [1, 1, 2, 3]),
      stored([1, 1, 3], Float32Array.of(0.25, 1.5, -2)),
      computed('y', [1, 1, 2, 3]),
    ];
    const actual = await runOperator({ name: 'PRELU' }, tensors, [Float32Array.of(-1, -1, -1, 4, 4, 4)]);
    expect(actual).toEqual([-0.25, -1.5, 2, 4, 4, 4]);
  });
});

describe('shape operators', () => {
  it('PAD adds channels and rows where tflite says', async () => {
    const pads = Int32Array.of(0, 0, 1, 0, 0, 1, 0, 1); // [4, 2]: row before, column after, channel after
    const tensors = [computed('x', [1, 1, 2, 1]), stored([4, 2], pads), computed('y', [1, 2, 3, 2])];
    const actual = await runOperator({ name: 'PAD' }, tensors, [Float32Array.of(7, 8)]);
    expect(actual).toEqual([0, 0, 0, 0, 0, 0, 7, 0, 8, 0, 0, 0]);
  });

  it('RESHAPE reads four axes in tflite order', async () => {
    const tensors = [computed('x', [1, 1, 2, 3]), computed('y', [1, 6])];
    const actual = await runOperator({ name: 'RESHAPE', inputs: [0] }, tensors, [Float32Array.of(1, 2, 3, 4, 5, 6)]);
    expect(actual).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('ADD meets a constant of one axis with the channels', async () => {
    const tensors = [
      computed('x', [1, 1, 2, 3]),
      stored([3], Float32Array.of(10, 20, 30)),
      computed('y', [1, 1, 2, 3]),
    ];
    const actual = await runOperator({ name: 'ADD' }, tensors, [Float32Array.of(1, 2, 3, 4, 5, 6)]);
    expect(actual).toEqual([11, 22, 33, 14, 25, 36]);
  });
});

describe('attention mesh operators', () => {
  // their options come from the network itself
  const loaded = readFileSync(
    createRequire(import.meta.url).resolve('@mediapipe/face_mesh/face_mesh_solution_packed_assets.data'),
  );
  const { operators } = readTflite(loaded.subarray(0, 2_495_952));
  const optionsOf = (name: string): Uint8Array | null =>
    operators.find((operator) => operator.name === name)?.customOptions ?? null;

  const landmarks = noise(468 * 3, 5).map((value) => 96 + 60 * value);
  landmarks.set([60, 120, 0], 3 * 61); // lips: corners 61 and 291, a line that falls to the right
  landmarks.set([130, 145, 0], 3 * 291);
  const angle = Math.atan2(145 - 120, 130 - 60);

  interface MatrixOptions {
    subset_idxs: number[];
    scale_x: number;
    scale_y: number;
    output_width: number;
    output_height: number;
  }

  it('Landmarks2TransformMatrix levels the lips and holds them', async () => {
    const customOptions = optionsOf('Landmarks2TransformMatrix');
    const { subset_idxs: subset, ...size } = readFlexbuffer(
      customOptions ?? new Uint8Array(0),
    ) as unknown as MatrixOptions;
    const tensors = [computed('landmarks', [1, 468, 3]), computed('matrix', [1, 4, 4])];
    const actual = await runOperator({ name: 'Landmarks2TransformMatrix', customOptions }, tensors, [landmarks]);

    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    const levelled = subset.map((i) => [
      landmarks[3 * i] * cos + landmarks[3 * i + 1] * sin,
      landmarks[3 * i + 1] * cos - landmarks[3 * i] * sin,
    ]);
    const [u, v] = [0, 1].map((k) => levelled.map((point) => point[k]));
    const middle = [(Math.min(...u) + Math.max(...u)) / 2, (Math.min(...v) + Math.max(...v)) / 2];
    const stepX = ((Math.max(...u) - Math.min(...u)) * size.scale_x) / size.output_width;
    const stepY = ((Math.max(...v) - Math.min(...v)) * size.scale_y) / size.output_height;
    const centre = [middle[0] * cos - middle[1] * sin, middle[0] * sin + middle[1] * cos];
    const [a, b, c, d] = [cos * stepX, -sin * stepY, sin * stepX, cos * stepY];
    const [halfWidth, halfHeight] = [size.output_width / 2, size.output_height / 2];
    const tx = centre[0] - a * halfWidth - b * halfHeight;
    const ty = centre[1] - c * halfWidth - d * halfHeight;
    expect(worstDifference(actual, [a, b, 0, tx, c, d, 0, ty, 0, 0, 1, 0, 0, 0, 0, 1])).toBeLessThan(1e-3); // pixels of 192, in float32
  });

  it('TransformTensorBilinear samples pixel centres', async () => {
    const customOptions = optionsOf('TransformTensorBilinear'); // 16 x 16
    const [height, width] = [20, 24];
    const features = noise(height * width, 6);
    const matrix = Float32Array.of(1.1, 0.2, 0, 2.3, -0.2, 0.9, 0, 4.1, 0, 0, 1, 0, 0, 0, 0, 1);
    const tensors = [
      computed('features', [1, height, width, 1]),
      computed('matrix', [1, 4, 4]),
      computed('crop', [1, 16, 16, 1]),
    ];
    const actual = await runOperator({ name: 'TransformTensorBilinear', customOptions }, tensors, [features, matrix]);
    const at = (x: number, y: number): number =>
      x < 0 || y < 0 || x >= width || y >= height ? 0 : features[y * width + x];
    const expected = Array.from({ length: 256 }, (_, i) => {
      const [px, py] = [(i % 16) + 0.5, Math.floor(i / 16) + 0.5];
      const x = 1.1 * px + 0.2 * py + 2.3 - 0.5;
      const y = -0.2 * px + 0.9 * py + 4.1 - 0.5;
      const [x0, y0] = [Math.floor(x), Math.floor(y)];
      const [fx, fy] = [x - x0, y - y0];
      const top = at(x0, y0) * (1 - fx) + at(x0 + 1, y0) * fx;
      const bottom = at(x0, y0 + 1) * (1 - fx) + at(x0 + 1, y0 + 1) * fx;
      return top * (1 - fy) + bottom * fy;
    });
    expect(worstDifference(actual, expected)).toBeLessThan(1e-4); // the place goes through -1..1 in float32
  });

  it('TransformLandmarks moves x and y and passes z through', async () => {
    const matrix = Float32Array.of(2, -1, 0, 10, 1, 2, 0, -5, 0, 0, 1, 0, 0, 0, 0, 1);
    const tensors = [computed('points', [1, 2, 3]), computed('matrix', [1, 4, 4]), computed('moved', [1, 2, 3])];
    const actual = await runOperator({ name: 'TransformLandmarks' }, tensors, [
      Float32Array.of(1, 2, 9, 3, 4, 8),
      matrix,
    ]);
    expect(worstDifference(actual, [10, 0, 9, 12, 6, 8])).toBeLessThan(FLOAT32_SUM);
  });
});
