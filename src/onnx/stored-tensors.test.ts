import { describe, expect, it } from 'vitest';
import { OnnxGraph } from './graph.ts';
import { ProtobufWriter } from './protobuf.ts';
import { readOutputNames, readStoredTensors } from './stored-tensors.ts';

describe('readStoredTensors', () => {
  it('reads what a graph stores, with other types passed over', () => {
    const graph = new OnnxGraph('stored');
    graph.constant(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3], 'enc.0.a.weight');
    graph.constant(BigInt64Array.of(7n), [1], 'whole');
    graph.constant(Float32Array.of(-0.5), [], 'scalar');
    const stored = readStoredTensors(graph.write());
    expect([...stored.keys()]).toEqual(['enc.0.a.weight', 'scalar']);
    expect(stored.get('enc.0.a.weight')).toEqual({ shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) });
    expect(stored.get('scalar')).toEqual({ shape: [], data: Float32Array.of(-0.5) });
  });

  it('names the outputs', () => {
    const graph = new OnnxGraph('outputs');
    for (const name of ['loss', 'next.x']) {
      graph.node('Identity', [graph.floats(1)], {}, { output: name });
      graph.output(name, []);
    }
    expect(readOutputNames(graph.write())).toEqual(['loss', 'next.x']);
  });

  it('reads packed axes and numbers given one by one', () => {
    const tensor = new ProtobufWriter().bytes(1, Uint8Array.of(0x82, 0x01)).int(2, 1).text(8, 'w');
    for (let k = 0; k < 130; k++) tensor.float(4, k);
    const model = new ProtobufWriter().message(7, new ProtobufWriter().message(5, tensor)).finish();
    const stored = readStoredTensors(model).get('w');
    expect(stored?.shape).toEqual([130]);
    expect(stored?.data[129]).toBe(129);
  });

  it('refuses what is no network or not whole', () => {
    const graph = new OnnxGraph('whole');
    graph.constant(Float32Array.of(1, 2), [2], 'w');
    const bytes = graph.write();
    const short = new ProtobufWriter().int(1, 3).int(2, 1).text(8, 'w').bytes(9, new Uint8Array(8));
    const torn = new ProtobufWriter().message(7, new ProtobufWriter().message(5, short)).finish();
    for (const broken of [new Uint8Array(0), bytes.subarray(0, bytes.length - 20), torn])
      expect(() => readStoredTensors(broken)).toThrowError(expect.objectContaining({ code: 'onnx/unreadable' }));
  });
});
