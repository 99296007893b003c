// Convolution by a weight, and its derivatives by the picture, the weight and the bias, each by the operator that
// ONNX Runtime does best on the CPU.
import type { Value } from '../onnx/index.ts';
import { pictureShape } from './tape.ts';
import type { Tape, Traced } from './tape.ts';

export interface ConvolutionOptions {
  readonly stride?: 1 | 2;
  /** Zeros all round. Default: keeps the size at stride 1 and halves even sizes at stride 2. */
  readonly pad?: number;
  /** The channels fall into as many groups, which do not see each other. */
  readonly groups?: number;
}

interface Geometry {
  readonly kernel: number;
  readonly stride: number;
  readonly pad: number;
  readonly groups: number;
  /** [N, C, H, W] of the picture that comes in. */
  readonly input: readonly [number, number, number, number];
  /** [N, K, H', W'] of the result. */
  readonly output: readonly [number, number, number, number];
}

/**
 * Beware on WebGPU: onnxruntime-node 1.30 gets kernels above 1 x 1 wrong where C is a multiple of 3 and not of 4 (6, 9, 15,
 * 18, 30, 33; 3 itself is right) and K a multiple of 4. Choose other channels.
 *
 * @param x - [N, C, H, W]
 * @param weight - [K, C / groups, k, k], k odd or 4
 * @param bias - [K]
 * @returns [N, K, H', W'], H' = floor((H + 2 pad - k) / stride) + 1
 */
export function convolution(x: Traced, weight: Traced, bias: Traced | null, options: ConvolutionOptions = {}): Traced {
  const geometry = geometryOf(x, weight, options);
  const { kernel, stride, pad, groups, output } = geometry;
  const { tape } = x;
  const inputs = bias === null ? [x, weight] : [x, weight, bias];
  const y = tape.graph.node(
    'Conv',
    inputs.map(({ value }) => value),
    {
      kernel_shape: [kernel, kernel],
      strides: [stride, stride],
      pads: [pad, pad, pad, pad],
      group: groups,
    },
  );
  return tape.record(y, output, inputs, (dy, needs) => [
    needs[0] ? byPicture(tape, dy, weight, geometry) : null,
    needs[1] ? byWeight(tape, dy, x, weight, geometry) : null,
    needs[2] ? tape.graph.node('ReduceSum', [dy, tape.graph.integers([0, 2, 3])], { keepdims: 0 }) : null,
  ]);
}

function geometryOf(x: Traced, weight: Traced, options: ConvolutionOptions): Geometry {
  const input = pictureShape(x);
  const [n, c, h, w] = input;
  const [k, perGroup, kernel] = pictureShape(weight);
  const { stride = 1, pad = Math.floor((kernel - 1) / 2), groups = 1 } = options;
  if (perGroup * groups !== c || k % groups !== 0)
    throw new RangeError(`weights [${weight.shape}] in ${groups} groups do not fit ${c} channels`);
  const side = (size: number): number => Math.floor((size + 2 * pad - kernel) / stride) + 1;
  return { kernel, stride, pad, groups, input, output: [n, k, side(h), side(w)] };
}

/** Stride 1: a convolution with the kernel turned round and in and out exchanged, faster than ConvTranspose. */
function byPicture({ graph }: Tape, dy: Value, weight: Traced, geometry: Geometry): Value {
  const { kernel, stride, pad, groups, input, output } = geometry;
  if (stride === 1) {
    const turned = turnedRound(weight, groups);
    const rest = kernel - 1 - pad;
    return graph.node('Conv', [dy, turned], {
      kernel_shape: [kernel, kernel],
      pads: [rest, rest, rest, rest],
      group: groups,
    });
  }
  const left = (axis: number): number => input[axis] - ((output[axis] - 1) * stride - 2 * pad + kernel);
  return graph.node('ConvTranspose', [dy, weight.value], {
    kernel_shape: [kernel, kernel],
    strides: [stride, stride],
    pads: [pad, pad, pad, pad],
    output_padding: [left(2), left(3)],
    group: groups,
  });
}

/** [K, C / g, k, k] -> [C, K / g, k, k], turned by 180 degrees. */
function turnedRound({ tape: { graph }, value, shape }: Traced, groups: number): Value {
  const [k, perGroup, kernel] = shape;
  let turned: Value;
  if (groups === 1) turned = graph.node('Transpose', [value], { perm: [1, 0, 2, 3] });
  else {
    const apart = graph.node('Reshape', [value, graph.integers([groups, k / groups, perGroup, kernel, kernel])]);
    const exchanged = graph.node('Transpose', [apart], { perm: [0, 2, 1, 3, 4] });
    turned = graph.node('Reshape', [exchanged, graph.integers([groups * perGroup, k / groups, kernel, kernel])]);
  }
  if (kernel === 1) return turned;
  const [last, before, axes] = [graph.integers([-1, -1]), graph.integers([-kernel - 1, -kernel - 1]), [2, 3]];
  return graph.node('Slice', [turned, last, before, graph.integers(axes), last]);
}

/**
 * One matrix product per tap of the kernel: dY [K, N H' W'] times the shifted picture [C, N H' W'], transposed. 1.6 to 2.4
 * times faster than a convolution with exchanged operands. Columns are cut first, so that one cut serves a column of taps.
 */
function byWeight({ graph }: Tape, dy: Value, x: Traced, weight: Traced, geometry: Geometry): Value {
  const { kernel, stride, pad, groups, input, output } = geometry;
  const [n, c] = input;
  const [, k, h, w] = output;
  const channelsFirst = (value: Value): Value => graph.node('Transpose', [value], { perm: [1, 0, 2, 3] });
  const matrix = (value: Value, channels: number): Value =>
    graph.node('Reshape', [
      value,
      graph.integers(groups === 1 ? [channels, n * h * w] : [groups, channels / groups, n * h * w]),
    ]);
  const gradient = matrix(channelsFirst(dy), k);
  const padded =
    pad === 0
      ? channelsFirst(x.value)
      : graph.node('Pad', [channelsFirst(x.value), graph.integers([0, 0, pad, pad, 0, 0, pad, pad])]);
  const shifted = (value: Value, axis: number, from: number, count: number): Value =>
    kernel === 1 && stride === 1
      ? value
      : graph.node('Slice', [
          value,
          graph.integers([from]),
          graph.integers([from + (count - 1) * stride + 1]),
          graph.integers([axis]),
          graph.integers([stride]),
        ]);
  const taps = Array.from({ length: kernel }, (_, column) => shifted(padded, 3, column, w)).map((columns) =>
    Array.from({ length: kernel }, (_, row) => product(matrix(shifted(columns, 2, row, h), c))),
  );
  function product(picture: Value): Value {
    if (groups === 1) return graph.node('Gemm', [gradient, picture], { transB: 1 }); // [K, C]
    return graph.node('MatMul', [gradient, graph.node('Transpose', [picture], { perm: [0, 2, 1] })]); // [g, K/g, C/g]
  }
  const shape = graph.integers(weight.shape);
  if (kernel === 1) return graph.node('Reshape', [taps[0][0], shape]);
  const last = groups === 1 ? 2 : 3;
  const apart = Array.from({ length: kernel }, (_, row) => taps.map((column) => column[row]))
    .flat()
    .map((tap) => graph.node('Unsqueeze', [tap, graph.integers([last])]));
  return graph.node('Reshape', [graph.node('Concat', apart, { axis: last }), shape]);
}
