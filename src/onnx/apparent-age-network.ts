// The apparent-age network of face-api: a tiny Xception (Chollet 2017, arXiv 1610.02357) that gives years and gender.
// face-api ships weights only, so the graph is built here.
import { FaceApiConstants, faceApiInput } from './face-api.ts';
import type { FaceApiWeights } from './face-api.ts';
import { OnnxGraph } from './graph.ts';
import type { Value } from './graph.ts';
import { samePadding } from './tflite-operators.ts';

const SIZE = 112;

/**
 * An .onnx file: `input` [1, 112, 112, 3], RGB 0..255 -> `age` [1, 1] in years and `gender` [1, 2], probabilities of
 * (male, female).
 *
 * @param weights - face-api's `age_gender_model`.
 */
export function apparentAgeNetwork(weights: FaceApiWeights): Uint8Array<ArrayBuffer> {
  const graph = new OnnxGraph('apparent-age');
  const layers = new Layers(graph, new FaceApiConstants(graph, weights));
  const { constants } = layers;
  let x = layers.relu(layers.halvingConvolution(faceApiInput(graph, SIZE), 'entry_flow/conv_in', SIZE)); // [1, 32, 56, 56]
  x = layers.reduction(x, 'entry_flow/reduction_block_0', x, 56); // [1, 64, 28, 28]
  x = layers.reduction(x, 'entry_flow/reduction_block_1', layers.relu(x), 28); // [1, 128, 14, 14]
  for (const k of [0, 1]) x = layers.mainBlock(x, `middle_flow/main_block_${k}`);
  x = layers.reduction(x, 'exit_flow/reduction_block', layers.relu(x), 14); // [1, 256, 7, 7]
  x = layers.relu(layers.separable(x, 'exit_flow/separable_conv')); // [1, 512, 7, 7]
  x = graph.node('Reshape', [graph.node('GlobalAveragePool', [x]), graph.integers([1, 512])]);

  const dense = (name: string): readonly [Value, Value] => [
    graph.node('MatMul', [x, constants.store(`fc/${name}/weights`)]),
    constants.store(`fc/${name}/bias`),
  ];
  graph.node('Add', dense('age'), {}, { output: 'age' });
  graph.node('Softmax', [graph.node('Add', dense('gender'))], { axis: -1 }, { output: 'gender' });
  graph.output('age', [1, 1]);
  graph.output('gender', [1, 2]);
  return graph.write();
}

class Layers {
  readonly constants: FaceApiConstants;
  readonly #graph: OnnxGraph;

  constructor(graph: OnnxGraph, constants: FaceApiConstants) {
    this.#graph = graph;
    this.constants = constants;
  }

  relu(x: Value): Value {
    return this.#graph.node('Relu', [x]);
  }

  /** Stride 2, SAME padding; `size` is the side of the incoming square. */
  halvingConvolution(x: Value, name: string, size: number): Value {
    const { constants } = this;
    const [kernel] = constants.shape(`${name}/filters`);
    const [before, after] = samePadding(size, kernel, 2);
    return this.#graph.node('Conv', [x, constants.filters(`${name}/filters`), constants.store(`${name}/bias`)], {
      kernel_shape: [kernel, kernel],
      strides: [2, 2],
      pads: [before, before, after, after],
    });
  }

  /** 3 x 3 per channel, then 1 x 1 across channels. */
  separable(x: Value, name: string): Value {
    const { constants } = this;
    const channels = constants.shape(`${name}/depthwise_filter`)[2];
    const perChannel = this.#graph.node(
      'Conv',
      [x, constants.store(`${name}/depthwise_filter`, [2, 3, 0, 1])], // [C, 1, 3, 3]
      { kernel_shape: [3, 3], pads: [1, 1, 1, 1], group: channels },
    );
    return this.#graph.node(
      'Conv',
      [perChannel, constants.filters(`${name}/pointwise_filter`), constants.store(`${name}/bias`)],
      {
        kernel_shape: [1, 1],
      },
    );
  }

  /** Halves the picture. `x` feeds the short cut, `start` the separable convolutions; `size` is the side of both. */
  reduction(x: Value, name: string, start: Value, size: number): Value {
    let y = this.separable(start, `${name}/separable_conv0`);
    y = this.separable(this.relu(y), `${name}/separable_conv1`);
    const [before, after] = samePadding(size, 3, 2);
    y = this.#graph.node('MaxPool', [y], {
      kernel_shape: [3, 3],
      strides: [2, 2],
      pads: [before, before, after, after],
    });
    return this.#graph.node('Add', [y, this.halvingConvolution(x, `${name}/expansion_conv`, size)]);
  }

  mainBlock(x: Value, name: string): Value {
    let y = x;
    for (const k of [0, 1, 2]) y = this.separable(this.relu(y), `${name}/separable_conv${k}`);
    return this.#graph.node('Add', [y, x]);
  }
}
