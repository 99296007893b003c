// What is written must be what ONNX Runtime reads: every test loads the bytes and runs them.
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { OnnxGraph } from './graph.ts';
import { elementTypeNumber } from './write.ts';
import type { ElementType, TensorData } from './write.ts';

async function run(bytes: Uint8Array, feeds: Record<string, Tensor> = {}): Promise<Record<string, Tensor>> {
  const session = await InferenceSession.create(bytes, { intraOpNumThreads: 1, logSeverityLevel: 3 });
  return (await session.run(feeds)) as Record<string, Tensor>;
}

const numbers = (tensor: Tensor): number[] => Array.from(tensor.data as Float32Array);

describe('OnnxGraph', () => {
  it('carries inputs, constants, nodes with float, whole and list attributes, and outputs', async () => {
    const graph = new OnnxGraph('scaled product');
    const a = graph.input('a', [2, 3]);
    const weights = graph.constant(Float32Array.of(1, 0, 0, 1, 1, 1), [3, 2], 'weights');
    const product = graph.node('Gemm', [a, weights], { alpha: { float: 2 }, transB: 0 });
    graph.node('Transpose', [product], { perm: [1, 0] }, { output: 'turned' });
    graph.output('turned', [2, 2]);
    const { turned } = await run(graph.write({ metadata: { made: 'in a test' } }), {
      a: new Tensor('float32', Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3]),
    });
    expect(turned.dims).toEqual([2, 2]);
    expect(numbers(turned)).toEqual([8, 20, 10, 22]);
  });

  it('leaves an axis open under a name', async () => {
    const graph = new OnnxGraph('open batch');
    const doubled = graph.node('Mul', [graph.input('x', ['batch', 2]), graph.floats(2)]);
    graph.output(doubled, ['batch', 2]);
    for (const batch of [1, 3]) {
      const x = new Tensor('float32', new Float32Array(2 * batch).fill(4), [batch, 2]);
      expect((await run(graph.write(), { x }))[doubled].dims).toEqual([batch, 2]);
    }
  });

  it('writes a node with several outputs and an optional input left out', async () => {
    const graph = new OnnxGraph('split');
    const x = graph.input('x', [1, 4]);
    const [low, high] = graph.nodes('Split', [x, graph.integers([1, 3])], 2, { axis: 1 });
    const clipped = graph.node('Clip', [high, '', graph.floats(3)]);
    graph.output(low, [1, 1]);
    graph.output(clipped, [1, 3]);
    const result = await run(graph.write(), { x: new Tensor('float32', Float32Array.of(-9, -8, 3, 7), [1, 4]) });
    expect(numbers(result[low])).toEqual([-9]);
    expect(numbers(result[clipped])).toEqual([-8, 3, 3]);
  });

  it('names the domain of operators that are not standard', async () => {
    const graph = new OnnxGraph('gelu');
    const y = graph.node('Gelu', [graph.input('x', [1])], {}, { domain: 'com.microsoft' });
    graph.output(y, [1]);
    const result = await run(graph.write(), { x: new Tensor('float32', Float32Array.of(0), [1]) });
    expect(numbers(result[y])).toEqual([0]);
  });

  const stored: readonly (readonly [ElementType, TensorData])[] = [
    ['float32', Float32Array.of(0, 1, 1)],
    ['float64', Float64Array.of(0, 1, 1)],
    ['float16', Float16Array.of(0, 1, 1)],
    ['uint8', Uint8Array.of(0, 1, 1)],
    ['int8', Int8Array.of(0, 1, 1)],
    ['int32', Int32Array.of(0, 1, 1)],
    ['int64', BigInt64Array.of(0n, 1n, 1n)],
    ['bool', Uint8Array.of(0, 1, 1)],
  ];
  it.each(stored)('stores %s constants', async (type, data) => {
    const graph = new OnnxGraph(type);
    const cast = graph.node('Cast', [graph.constant(data, [3], 'stored', type)], { to: elementTypeNumber('float32') });
    graph.output(cast, [3]);
    expect(numbers((await run(graph.write()))[cast])).toEqual([0, 1, 1]);
  });

  it('keeps equal small constants once, apart by shape, type and sign of zero', () => {
    const graph = new OnnxGraph('constants');
    expect(graph.floats(1)).toBe(graph.floats([1], []));
    expect(graph.integers([0, 1])).toBe(graph.integers([0, 1]));
    const all = [graph.floats(0), graph.floats(-0), graph.floats([0]), graph.floats([0], [1, 1]), graph.integers([0])];
    expect(new Set(all).size).toBe(all.length);
  });

  it('refuses what would write a broken file', () => {
    const graph = new OnnxGraph('broken');
    const x = graph.input('x', [1]);
    expect(() => graph.node('LeakyRelu', [x], { alpha: 0.2 })).toThrow(TypeError);
    expect(() => graph.node('Add', [x, 'y'])).toThrow('"y"');
    expect(() => graph.node('Relu', [x], {}, { output: 'x' })).toThrow('already');
    expect(() => graph.constant(new Float32Array(3), [2, 2])).toThrow('needs 4');
    expect(() => graph.output('y', [1])).toThrow('"y"');
  });
});
