// Halving and enlarging of pictures: average pool, blur-pool, nearest and bilinear.
import type { Value } from '../onnx/index.ts';
import { pictureShape } from './tape.ts';
import type { Tape, Traced } from './tape.ts';

/** Mean of each `size` x `size` block. */
export function averagePool(x: Traced, size = 2): Traced {
  const [n, c, h, w] = pictureShape(x);
  if (h % size !== 0 || w % size !== 0) throw new RangeError(`${h} x ${w} is no multiple of ${size}`);
  const y = x.tape.graph.node('AveragePool', [x.value], { kernel_shape: [size, size], strides: [size, size] });
  return x.tape.record(y, [n, c, h / size, w / size], [x], (dy) => {
    const { graph } = x.tape;
    return [nearest(x.tape, graph.node('Mul', [dy, graph.floats(1 / (size * size))]), size)];
  });
}

/**
 * Halves a picture of even sides after a 3 x 3 binomial blur with the border repeated, so that small shifts do not shimmer.
 *
 * The blur is two box means one after the other; one that leaves out what lies outside equals one over a repeated border.
 */
export function blurPool(x: Traced): Traced {
  const [n, c, h, w] = pictureShape(x);
  if (h % 2 !== 0 || w % 2 !== 0) throw new RangeError(`blur-pool wants even sides, not ${h} x ${w}`);
  const { graph } = x.tape;
  const boxes = graph.node('AveragePool', [x.value], { kernel_shape: [2, 2], pads: [1, 1, 1, 1] }); // [N, C, H + 1, W + 1]
  const y = graph.node('AveragePool', [boxes], { kernel_shape: [2, 2], strides: [2, 2] });
  return x.tape.record(y, [n, c, h / 2, w / 2], [x], (dy) => {
    const spread = graph.node('Pad', [nearest(x.tape, dy, 2), graph.integers([0, 0, 0, 0, 0, 0, 1, 1])]);
    const weighted = graph.node('Mul', [spread, borderWeights(x.tape, h + 1, w + 1)]);
    return [graph.node('AveragePool', [weighted], { kernel_shape: [2, 2] })];
  });
}

/** A box on the border averages half as many pixels, so that each counts twice; a quarter is of the second mean. */
function borderWeights({ graph }: Tape, h: number, w: number): Value {
  const weights = Float32Array.from({ length: h * w }, (_, k) => (share(Math.floor(k / w), h) * share(k % w, w)) / 4);
  return graph.constant(weights, [1, 1, h, w]);
}

function share(k: number, size: number): number {
  return k === 0 || k === size - 1 ? 2 : 1;
}

/** Each pixel becomes a block of `factor` x `factor`. */
export function upsampleNearest(x: Traced, factor = 2): Traced {
  const [n, c, h, w] = pictureShape(x);
  const { graph } = x.tape;
  return x.tape.record(nearest(x.tape, x.value, factor), [n, c, h * factor, w * factor], [x], (dy) => {
    const mean = graph.node('AveragePool', [dy], { kernel_shape: [factor, factor], strides: [factor, factor] });
    return [graph.node('Mul', [mean, graph.floats(factor * factor)])];
  });
}

// Resize, not Expand, which took seventeen times as long on the CPU.
function nearest({ graph }: Tape, value: Value, factor: number): Value {
  return graph.node('Resize', [value, '', graph.floats([1, 1, factor, factor])], {
    mode: 'nearest',
    coordinate_transformation_mode: 'asymmetric',
    nearest_mode: 'floor',
  });
}

/** Enlarged by `factor`, linear between pixel centres, the border held (torch: align_corners=False). */
export function upsampleBilinear(x: Traced, factor: number): Traced {
  const [n, c, h, w] = pictureShape(x);
  const { graph } = x.tape;
  const y = graph.node('Resize', [x.value, '', graph.floats([1, 1, factor, factor])], {
    mode: 'linear',
    coordinate_transformation_mode: 'half_pixel',
  });
  return x.tape.record(y, [n, c, h * factor, w * factor], [x], (dy) => {
    // rows and columns are weighted apart: A^T dy B
    const columns = graph.node('MatMul', [dy, graph.constant(linearWeights(w, factor), [w * factor, w])]);
    const rows = transposed(linearWeights(h, factor), h * factor, h);
    return [graph.node('MatMul', [graph.constant(rows, [h, h * factor]), columns])];
  });
}

/** [size * factor, size]: how much each enlarged pixel takes from each pixel. */
function linearWeights(size: number, factor: number): Float32Array {
  const weights = new Float32Array(size * factor * size);
  for (let k = 0; k < size * factor; k++) {
    const at = Math.max(0, (k + 0.5) / factor - 0.5);
    const low = Math.min(size - 1, Math.floor(at));
    const high = Math.min(size - 1, low + 1);
    weights[k * size + low] += 1 - (at - low);
    weights[k * size + high] += at - low;
  }
  return weights;
}

function transposed(matrix: Float32Array, rows: number, columns: number): Float32Array {
  return Float32Array.from({ length: matrix.length }, (_, k) => matrix[(k % rows) * columns + Math.floor(k / rows)]);
}
