// MediaPipe's three operators of the attention mesh (Grishchenko et al. 2020, arXiv 2006.10962), composed of standard
// ONNX nodes: find where lips and eyes lie from the first landmarks, crop the features there, and carry the refined
// landmarks back. Matrices are 4 x 4, crop pixels -> picture pixels, pixel centres at + 0.5.
import { readFlexbuffer } from './flexbuffer.ts';
import type { OnnxGraph, Value } from './graph.ts';
import { unsupported } from './tflite-conversion.ts';
import type { TfliteConversion } from './tflite-conversion.ts';
import type { OperatorConverter } from './tflite-operators.ts';
import type { TfliteOperator } from './tflite.ts';

export const ATTENTION_MESH_OPERATORS: Readonly<Record<string, OperatorConverter>> = {
  Landmarks2TransformMatrix: landmarksToMatrix,
  TransformTensorBilinear: cropByMatrix,
  TransformLandmarks: transformLandmarks,
};

interface MatrixOptions {
  readonly left_rotation_idx: number;
  readonly right_rotation_idx: number;
  /** Landmarks that the crop must hold. */
  readonly subset_idxs: readonly number[];
  readonly output_width: number;
  readonly output_height: number;
  readonly scale_x: number;
  readonly scale_y: number;
  readonly target_rotation_radians: number;
}

interface CropOptions {
  readonly output_width: number;
  readonly output_height: number;
}

// The options are trusted to be what MediaPipe's operators need: the file's sha256 is checked before.
function optionsOf<T>(operator: TfliteOperator): T {
  if (operator.customOptions === null) throw unsupported(`${operator.name} without options`);
  return readFlexbuffer(operator.customOptions) as T;
}

/**
 * Landmarks [1, n, 2 or 3] -> matrix [1, 4, 4] of the crop that levels the line between two landmarks and holds the
 * bounding box of a subset of them. ONNX has no Atan2: cosine and sine are read off the normalised line.
 */
function landmarksToMatrix(conversion: TfliteConversion, operator: TfliteOperator): Value {
  const { graph } = conversion;
  const options = optionsOf<MatrixOptions>(operator);
  if (Math.abs(options.target_rotation_radians) > 1e-6) throw unsupported('a crop that is not level');
  const landmarks = conversion.value(operator.inputs[0]);
  const pick = (indices: readonly number[]): Value =>
    sliceAxis(graph, graph.node('Gather', [landmarks, graph.integers(indices)], { axis: 1 }), 2, 0, 2);
  const splitXy = (value: Value): Value[] => graph.nodes('Split', [value, graph.integers([1, 1])], 2, { axis: 2 });
  const { add, subtract, multiply, number } = arithmetic(graph);

  const line = subtract(pick([options.right_rotation_idx]), pick([options.left_rotation_idx])); // [1, 1, 2]
  const length = graph.node('Sqrt', [
    graph.node('ReduceSum', [multiply(line, line), graph.integers([2])], { keepdims: 1 }),
  ]);
  const [cos, sin] = splitXy(graph.node('Div', [line, length])); // [1, 1, 1] each

  const [x, y] = splitXy(pick(options.subset_idxs)); // [1, n, 1] each
  const box = [add(multiply(x, cos), multiply(y, sin)), subtract(multiply(y, cos), multiply(x, sin))].map(
    (levelled) => {
      const [high, low] = ['ReduceMax', 'ReduceMin'].map((reduce) =>
        graph.node(reduce, [levelled], { axes: [1], keepdims: 1 }),
      );
      return { size: subtract(high, low), centre: multiply(add(high, low), number(0.5)) };
    },
  );
  const centreX = subtract(multiply(box[0].centre, cos), multiply(box[1].centre, sin));
  const centreY = add(multiply(box[0].centre, sin), multiply(box[1].centre, cos));

  const scaleX = multiply(box[0].size, number(options.scale_x / options.output_width));
  const scaleY = multiply(box[1].size, number(options.scale_y / options.output_height));
  const m00 = multiply(cos, scaleX);
  const m01 = graph.node('Neg', [multiply(sin, scaleY)]);
  const m10 = multiply(sin, scaleX);
  const m11 = multiply(cos, scaleY);
  const halfWidth = number(options.output_width / 2);
  const halfHeight = number(options.output_height / 2);
  const m03 = subtract(centreX, add(multiply(m00, halfWidth), multiply(m01, halfHeight)));
  const m13 = subtract(centreY, add(multiply(m10, halfWidth), multiply(m11, halfHeight)));

  const zero = number(0);
  const one = number(1);
  const rows = [
    [m00, m01, zero, m03],
    [m10, m11, zero, m13],
    [zero, zero, one, zero],
    [zero, zero, zero, one],
  ];
  return graph.node(
    'Concat',
    rows.map((row) => graph.node('Concat', row, { axis: 2 })),
    { axis: 1 },
  ); // [1, 4, 4]
}

/** Features [1, H, W, C] and matrix [1, 4, 4] -> the crop, sampled bilinearly, black outside the features. */
function cropByMatrix(conversion: TfliteConversion, operator: TfliteOperator): Value {
  const { graph } = conversion;
  const { output_width: width, output_height: height } = optionsOf<CropOptions>(operator);
  const [, featureHeight, featureWidth] = conversion.shape(operator.inputs[0]);
  const centres = Array.from({ length: width * height }, (_, i) => [
    (i % width) + 0.5,
    Math.floor(i / width) + 0.5,
    0,
    1,
  ]);
  const matrix = sliceAxis(graph, conversion.value(operator.inputs[1]), 1, 0, 2); // [1, 2, 4]
  const points = graph.node('MatMul', [
    graph.floats(centres.flat(), [1, width * height, 4]),
    graph.node('Transpose', [matrix], { perm: [0, 2, 1] }),
  ]); // [1, H W, 2], feature pixels
  // GridSample counts from -1 to 1 across the whole picture (align_corners 0)
  const scaled = graph.node('Mul', [points, graph.floats([2 / featureWidth, 2 / featureHeight], [1, 1, 2])]);
  const grid = graph.node('Sub', [scaled, graph.floats([1], [1, 1, 1])]);
  return graph.node(
    'GridSample',
    [conversion.value(operator.inputs[0]), graph.node('Reshape', [grid, graph.integers([1, height, width, 2])])],
    { mode: 'bilinear', padding_mode: 'zeros', align_corners: 0 },
  );
}

/** Landmarks [1, n, 2 or 3] of the crop and matrix [1, 4, 4] -> landmarks of the picture; z passes through. */
function transformLandmarks(conversion: TfliteConversion, operator: TfliteOperator): Value {
  const { graph } = conversion;
  const landmarks = conversion.value(operator.inputs[0]);
  const hasZ = conversion.shape(operator.inputs[0])[2] === 3;
  const matrix = sliceAxis(graph, conversion.value(operator.inputs[1]), 1, 0, 2); // [1, 2, 4]
  const turned = (value: Value): Value => graph.node('Transpose', [value], { perm: [0, 2, 1] });
  const xy = hasZ ? sliceAxis(graph, landmarks, 2, 0, 2) : landmarks;
  const moved = graph.node('Add', [
    graph.node('MatMul', [xy, turned(sliceAxis(graph, matrix, 2, 0, 2))]),
    turned(sliceAxis(graph, matrix, 2, 3, 4)),
  ]);
  return hasZ ? graph.node('Concat', [moved, sliceAxis(graph, landmarks, 2, 2, 3)], { axis: 2 }) : moved;
}

function sliceAxis(graph: OnnxGraph, value: Value, axis: number, start: number, end: number): Value {
  return graph.node('Slice', [value, graph.integers([start]), graph.integers([end]), graph.integers([axis])]);
}

interface Arithmetic {
  readonly add: (a: Value, b: Value) => Value;
  readonly subtract: (a: Value, b: Value) => Value;
  readonly multiply: (a: Value, b: Value) => Value;
  /** A constant [1, 1, 1]. */
  readonly number: (value: number) => Value;
}

function arithmetic(graph: OnnxGraph): Arithmetic {
  return {
    add: (a, b) => graph.node('Add', [a, b]),
    subtract: (a, b) => graph.node('Sub', [a, b]),
    multiply: (a, b) => graph.node('Mul', [a, b]),
    number: (value) => graph.floats([value], [1, 1, 1]),
  };
}
