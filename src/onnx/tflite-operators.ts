// One function per TensorFlow Lite operator: adds the ONNX nodes that compute the same. Option numbers are the fields
// of the operator's table in schema.fbs.
import type { Value } from './graph.ts';
import { unsupported } from './tflite-conversion.ts';
import type { TfliteConversion } from './tflite-conversion.ts';
import type { TfliteOperator } from './tflite.ts';

export type OperatorConverter = (conversion: TfliteConversion, operator: TfliteOperator) => Value;

export const TFLITE_OPERATORS: Readonly<Record<string, OperatorConverter>> = {
  CONV_2D: convolution,
  DEPTHWISE_CONV_2D: depthwiseConvolution,
  Convolution2DTransposeBias: transposedConvolution,
  MAX_POOL_2D: (conversion, operator) => pool('MaxPool', conversion, operator),
  AVERAGE_POOL_2D: (conversion, operator) => pool('AveragePool', conversion, operator),
  ADD: (conversion, operator) => binary('Add', conversion, operator),
  MUL: (conversion, operator) => binary('Mul', conversion, operator),
  RELU: (conversion, operator) => unary('Relu', conversion, operator),
  LOGISTIC: (conversion, operator) => unary('Sigmoid', conversion, operator),
  HARD_SWISH: (conversion, operator) => unary('HardSwish', conversion, operator),
  PRELU: parametricRelu,
  PAD: pad,
  RESHAPE: reshape,
  RESIZE_BILINEAR: resizeBilinear,
  STRIDED_SLICE: stridedSlice,
};

const SAME_PADDING = 0;

/** SAME padding as TensorFlow does it, [before, after]: the odd pixel goes after. */
export function samePadding(size: number, kernel: number, stride: number, dilation = 1): readonly [number, number] {
  const outputSize = Math.ceil(size / stride);
  const total = Math.max(0, (outputSize - 1) * stride + (kernel - 1) * dilation + 1 - size);
  return [total >> 1, total - (total >> 1)];
}

interface Window {
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
}

// ONNX order: all beginnings, then all ends. [height, width] each.
function windowPads(padding: number, shape: readonly number[], window: Window): number[] {
  if (padding !== SAME_PADDING) return [0, 0, 0, 0];
  const [y, x] = [0, 1].map((k) => samePadding(shape[1 + k], window.kernel[k], window.strides[k], window.dilations[k]));
  return [y[0], x[0], y[1], x[1]];
}

function fusedActivation(conversion: TfliteConversion, value: Value, code: number): Value {
  const { graph } = conversion;
  if (code === 0) return value;
  if (code === 1) return graph.node('Relu', [value]);
  if (code === 3) return graph.node('Clip', [value, graph.floats(0), graph.floats(6)]);
  throw unsupported(`fused activation ${code}`);
}

function convolution(conversion: TfliteConversion, operator: TfliteOperator): Value {
  const { options } = operator;
  const [, kernelHeight, kernelWidth] = conversion.shape(operator.inputs[1]);
  const window: Window = {
    kernel: [kernelHeight, kernelWidth],
    strides: [options.int32(2), options.int32(1)],
    dilations: [options.int32(5, 1), options.int32(4, 1)],
  };
  const weights = conversion.store(conversion.constant(operator.inputs[1]), [0, 3, 1, 2]); // [out, in, h, w]
  const value = emitConvolution(conversion, operator, weights, window, 1);
  return fusedActivation(conversion, value, options.int8(3));
}

function depthwiseConvolution(conversion: TfliteConversion, operator: TfliteOperator): Value {
  const { options } = operator;
  const [, kernelHeight, kernelWidth] = conversion.shape(operator.inputs[1]);
  const window: Window = {
    kernel: [kernelHeight, kernelWidth],
    strides: [options.int32(2), options.int32(1)],
    dilations: [options.int32(6, 1), options.int32(5, 1)],
  };
  const weights = conversion.store(conversion.constant(operator.inputs[1]), [3, 0, 1, 2]); // [out, 1, h, w]
  const value = emitConvolution(conversion, operator, weights, window, conversion.shape(operator.inputs[0])[3]);
  return fusedActivation(conversion, value, options.int8(4));
}

function emitConvolution(
  conversion: TfliteConversion,
  operator: TfliteOperator,
  weights: Value,
  window: Window,
  group: number,
): Value {
  const [input, , bias] = operator.inputs;
  const inputs = [conversion.value(input), weights];
  if (bias !== undefined && bias >= 0) inputs.push(conversion.value(bias));
  return conversion.graph.node('Conv', inputs, {
    kernel_shape: window.kernel,
    strides: window.strides,
    dilations: window.dilations,
    pads: windowPads(operator.options.int8(0), conversion.shape(input), window),
    group,
  });
}

// MediaPipe's own operator; its options are a plain struct of int32: padding, stride width, stride height.
function transposedConvolution(conversion: TfliteConversion, operator: TfliteOperator): Value {
  const [input, weights, bias] = operator.inputs;
  const options = operator.customOptions;
  if (options === null) throw unsupported(`${operator.name} without options`);
  const view = new DataView(options.buffer, options.byteOffset, options.length);
  const strides = [view.getInt32(8, true), view.getInt32(4, true)];
  const [, ...kernel] = conversion.shape(weights).slice(0, 3);
  const inputShape = conversion.shape(input);
  const outputShape = conversion.shape(operator.outputs[0]);
  const excess = [0, 1].map((k) => strides[k] * (inputShape[1 + k] - 1) + kernel[k] - outputShape[1 + k]);
  const before = excess.map((n) => Math.max(0, n) >> 1);
  return conversion.graph.node(
    'ConvTranspose',
    [conversion.value(input), conversion.store(conversion.constant(weights), [3, 0, 1, 2]), conversion.value(bias)],
    {
      kernel_shape: kernel,
      strides,
      pads: [...before, ...excess.map((n, k) => Math.max(0, n) - before[k])],
      output_padding: excess.map((n) => Math.max(0, -n)),
    },
  );
}

function pool(onnxOperator: 'MaxPool' | 'AveragePool', conversion: TfliteConversion, operator: TfliteOperator): Value {
  const { options } = operator;
  const [input] = operator.inputs;
  const window: Window = {
    kernel: [options.int32(4), options.int32(3)],
    strides: [options.int32(2), options.int32(1)],
    dilations: [1, 1],
  };
  const value = conversion.graph.node(onnxOperator, [conversion.value(input)], {
    kernel_shape: window.kernel,
    strides: window.strides,
    pads: windowPads(options.int8(0), conversion.shape(input), window),
  });
  return fusedActivation(conversion, value, options.int8(5));
}

function unary(onnxOperator: string, conversion: TfliteConversion, operator: TfliteOperator): Value {
  return conversion.graph.node(onnxOperator, [conversion.value(operator.inputs[0])]);
}

function binary(onnxOperator: string, conversion: TfliteConversion, operator: TfliteOperator): Value {
  const [a, b] = operator.inputs;
  const value = conversion.graph.node(onnxOperator, [broadcastable(conversion, a, b), broadcastable(conversion, b, a)]);
  return fusedActivation(conversion, value, operator.options.int8(0));
}

// A constant of fewer axes gets leading ones before the turn to NCHW, so that it still meets the channels it meant.
function broadcastable(conversion: TfliteConversion, tensor: number, other: number): Value {
  const axes = conversion.shape(other).length;
  if (!conversion.isConstant(tensor) || axes !== 4 || conversion.shape(tensor).length === 4)
    return conversion.value(tensor);
  const { data, shape } = conversion.constant(tensor);
  const ones = Array.from({ length: axes - shape.length }, () => 1);
  return conversion.store({ data, shape: [...ones, ...shape] }, [0, 3, 1, 2]);
}

// slope * x + (1 - slope) * relu(x), which is PRELU to within rounding. ONNX Runtime's own PRelu on CPU runs one number at
// a time and out of its blocked layout: the attention mesh took 5.8 CPU-ms with it and takes 2.7 so (1.30, AVX-512).
function parametricRelu(conversion: TfliteConversion, operator: TfliteOperator): Value {
  const { graph } = conversion;
  const [input, slopes] = operator.inputs;
  const { data, shape } = conversion.constant(slopes); // [1, 1, C]
  if (conversion.shape(input).length !== 4 || shape.length !== 3 || shape[0] * shape[1] !== 1) {
    throw unsupported('PRELU with a slope that is not per channel');
  }
  const perChannel = (value: (slope: number) => number): Value =>
    graph.constant(Float32Array.from(data, value), [1, shape[2], 1, 1]);
  const x = conversion.value(input);
  const everywhere = graph.node('Mul', [x, perChannel((slope) => slope)]);
  const above = graph.node('Mul', [graph.node('Relu', [x]), perChannel((slope) => 1 - slope)]);
  return graph.node('Add', [everywhere, above]);
}

function pad(conversion: TfliteConversion, operator: TfliteOperator): Value {
  const { data } = conversion.constant(operator.inputs[1]); // [4, 2]: before and after, NHWC
  const nchw = [0, 3, 1, 2];
  const pads = [...nchw.map((axis) => data[2 * axis]), ...nchw.map((axis) => data[2 * axis + 1])];
  return conversion.graph.node('Pad', [conversion.value(operator.inputs[0]), conversion.graph.integers(pads)], {
    mode: 'constant',
  });
}

function reshape(conversion: TfliteConversion, operator: TfliteOperator): Value {
  const shape = conversion.shape(operator.outputs[0]);
  return onNhwc(conversion, operator, (value) =>
    conversion.graph.node('Reshape', [value, conversion.graph.integers(shape)]),
  );
}

function resizeBilinear(conversion: TfliteConversion, operator: TfliteOperator): Value {
  const { graph } = conversion;
  const [batch, height, width, channels] = conversion.shape(operator.outputs[0]);
  const alignCorners = operator.options.int8(2) !== 0;
  const halfPixelCenters = operator.options.int8(3) !== 0;
  return graph.node(
    'Resize',
    [conversion.value(operator.inputs[0]), '', '', graph.integers([batch, channels, height, width])],
    {
      mode: 'linear',
      coordinate_transformation_mode: alignCorners ? 'align_corners' : halfPixelCenters ? 'half_pixel' : 'asymmetric',
    },
  );
}

function stridedSlice(conversion: TfliteConversion, operator: TfliteOperator): Value {
  const { options } = operator;
  const [begin, end, strides] = operator.inputs.slice(1).map((tensor) => [...conversion.constant(tensor).data]);
  if (options.int32(2) !== 0 || options.int32(3) !== 0 || options.int32(4) !== 0)
    throw unsupported('STRIDED_SLICE that adds or drops axes');
  const sizes = conversion.shape(operator.inputs[0]);
  const bounds = [
    begin.map((value, axis) => ((options.int32(0) >> axis) & 1 ? 0 : value)),
    end.map((value, axis) => ((options.int32(1) >> axis) & 1 ? sizes[axis] : value)),
    [...begin.keys()],
    strides,
  ];
  return onNhwc(conversion, operator, (value) =>
    conversion.graph.node('Slice', [value, ...bounds.map((list) => conversion.graph.integers(list))]),
  );
}

// Runs `body` on the first input in tflite's own order of axes.
function onNhwc(conversion: TfliteConversion, operator: TfliteOperator, body: (value: Value) => Value): Value {
  const [input] = operator.inputs;
  const value = conversion.value(input);
  const result = body(conversion.shape(input).length === 4 ? conversion.toNhwc(value) : value);
  return conversion.shape(operator.outputs[0]).length === 4 ? conversion.toNchw(result) : result;
}
