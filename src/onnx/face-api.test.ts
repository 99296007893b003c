import { InferenceSession } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { FaceApiConstants, readFaceApiWeights } from './face-api.ts';
import { OnnxGraph } from './graph.ts';

const manifest = JSON.stringify([
  {
    weights: [
      { name: 'filters', shape: [1, 1, 3, 1], quantization: { dtype: 'uint8', scale: 0.5, min: -1 } },
      { name: 'bias', shape: [2] },
    ],
    paths: ['weights.bin'],
  },
]);
const bytes: Uint8Array = Uint8Array.of(0, 2, 255, ...new Uint8Array(Float32Array.of(0.25, -4).buffer));

describe('face-api weights', () => {
  it('are read end to end, 8-bit and float', () => {
    const weights = readFaceApiWeights(manifest, bytes);
    expect(weights.get('filters')).toMatchObject({
      data: Uint8Array.of(0, 2, 255),
      quantization: { scale: 0.5, min: -1 },
    });
    expect(weights.get('bias')).toEqual({ shape: [2], data: Float32Array.of(0.25, -4), quantization: null });
  });

  it('are unpacked by the network: value = stored * scale + min', async () => {
    const graph = new OnnxGraph('weights');
    const filters = new FaceApiConstants(graph, readFaceApiWeights(manifest, bytes)).filters('filters');
    graph.output(filters, [1, 3, 1, 1]);
    const session = await InferenceSession.create(graph.write(), { logSeverityLevel: 3 });
    const result = (await session.run({}))[filters];
    expect(result.dims).toEqual([1, 3, 1, 1]);
    expect(Array.from(result.data as Float32Array)).toEqual([-1, 0, 126.5]);
  });

  it('must fill the file exactly', () => {
    const code = expect.objectContaining({ code: 'onnx/weights-mismatch' });
    expect(() => readFaceApiWeights(manifest, bytes.subarray(1))).toThrow(code);
    expect(() => readFaceApiWeights(manifest, Uint8Array.of(...bytes, 0))).toThrow(code);
  });
});
