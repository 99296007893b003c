// The identity network: dlib's 29-layer residual network (King 2017, public domain) with face-api's weights, 128
// numbers for a face. face-api ships weights only, so the graph is built here.
import { FaceApiConstants, faceApiInput } from './face-api.ts';
import type { FaceApiWeights } from './face-api.ts';
import { OnnxGraph } from './graph.ts';
import type { Value } from './graph.ts';

const SIZE = 150;

/** Residual blocks after the stem; `down` halves the picture. `padEdge`: the halved size needs one row and column more. */
const BLOCKS = [
  { name: 'conv32_', repeats: 3 },
  { name: 'conv64_', down: { from: 32, to: 64, padEdge: false }, repeats: 3 },
  { name: 'conv128_', down: { from: 64, to: 128, padEdge: false }, repeats: 2 },
  { name: 'conv256_', down: { from: 128, to: 256, padEdge: true }, repeats: 2 },
] as const;

/**
 * An .onnx file: `input` [1, 150, 150, 3], RGB 0..255 -> `descriptor` [1, 128], to be compared by L2 distance.
 *
 * @param weights - face-api's `face_recognition_model`.
 */
export function identityNetwork(weights: FaceApiWeights): Uint8Array<ArrayBuffer> {
  const graph = new OnnxGraph('identity');
  const layers = new Layers(graph, new FaceApiConstants(graph, weights));
  let x = layers.convolution(faceApiInput(graph, SIZE), 'conv32_down', { kernel: 7, stride: 2, pad: 0 }); // [1, 32, 72, 72]
  x = graph.node('MaxPool', [graph.node('Relu', [x])], { kernel_shape: [3, 3], strides: [2, 2] }); // [1, 32, 35, 35]
  for (const block of BLOCKS) {
    if ('down' in block) x = layers.down(x, `${block.name}down`, block.down);
    for (let k = 1; k <= block.repeats; k++) x = layers.residual(x, `${block.name}${k}`);
  }
  x = layers.down(x, 'conv256_down_out', { from: 256, to: 256, padEdge: true }); // [1, 256, 3, 3]
  x = graph.node('Reshape', [graph.node('GlobalAveragePool', [x]), graph.integers([1, 256])]);
  graph.node('MatMul', [x, layers.constants.store('fc')], {}, { output: 'descriptor' });
  graph.output('descriptor', [1, 128]);
  return graph.write();
}

interface ConvolutionShape {
  readonly kernel: number;
  readonly stride: number;
  readonly pad: number;
}

const KEEP: ConvolutionShape = { kernel: 3, stride: 1, pad: 1 };
const HALVE: ConvolutionShape = { kernel: 3, stride: 2, pad: 0 };

class Layers {
  readonly constants: FaceApiConstants;
  readonly #graph: OnnxGraph;

  constructor(graph: OnnxGraph, constants: FaceApiConstants) {
    this.#graph = graph;
    this.constants = constants;
  }

  /** Convolution with dlib's affine layer (its frozen batch normalisation) after it. */
  convolution(x: Value, name: string, { kernel, stride, pad }: ConvolutionShape): Value {
    const { constants } = this;
    const y = this.#graph.node(
      'Conv',
      [x, constants.filters(`${name}/conv/filters`), constants.store(`${name}/conv/bias`)],
      {
        kernel_shape: [kernel, kernel],
        strides: [stride, stride],
        pads: [pad, pad, pad, pad],
      },
    );
    const scaled = this.#graph.node('Mul', [y, constants.perChannel(`${name}/scale/weights`)]);
    return this.#graph.node('Add', [scaled, constants.perChannel(`${name}/scale/biases`)]);
  }

  residual(x: Value, name: string): Value {
    return this.#addAndRelu(this.#pair(x, name, KEEP), x);
  }

  /** Halves the picture; where channels are added, the short cut is filled up with zeros. */
  down(x: Value, name: string, { from, to, padEdge }: { from: number; to: number; padEdge: boolean }): Value {
    let y = this.#pair(x, name, HALVE);
    if (padEdge) y = this.#pad(y, [0, 0, 0, 0, 0, 0, 1, 1]);
    let shortCut = this.#graph.node('AveragePool', [x], { kernel_shape: [2, 2], strides: [2, 2] });
    if (to !== from) shortCut = this.#pad(shortCut, [0, 0, 0, 0, 0, to - from, 0, 0]);
    return this.#addAndRelu(shortCut, y);
  }

  #pair(x: Value, name: string, first: ConvolutionShape): Value {
    const inner = this.#graph.node('Relu', [this.convolution(x, `${name}/conv1`, first)]);
    return this.convolution(inner, `${name}/conv2`, KEEP);
  }

  #addAndRelu(a: Value, b: Value): Value {
    return this.#graph.node('Relu', [this.#graph.node('Add', [a, b])]);
  }

  #pad(x: Value, pads: readonly number[]): Value {
    return this.#graph.node('Pad', [x, this.#graph.integers(pads)], { mode: 'constant' });
  }
}
