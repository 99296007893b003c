// Reorders the axes of a dense block of numbers, as weights need it on their way from NHWC networks into ONNX.
import type { TensorData } from './write.ts';

/** Axis `k` of the result is axis `order[k]` of `data`; C order before and after. Returns a copy. */
export function permute<T extends TensorData>(data: T, shape: readonly number[], order: readonly number[]): T {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, n) => product * n, 1));
  const sizes = order.map((axis) => shape[axis]);
  const steps = order.map((axis) => strides[axis]);
  const last = order.length - 1;
  const result = data.slice() as T;
  const index = order.map(() => 0);
  let from = 0;
  for (let to = 0; to < result.length; to += sizes[last]) {
    // the last axis in a plain loop, the others like the wheels of a counter
    for (let k = 0; k < sizes[last]; k++) result[to + k] = data[from + k * steps[last]];
    for (let axis = last - 1; axis >= 0; axis--) {
      from += steps[axis];
      if (++index[axis] < sizes[axis]) break;
      from -= steps[axis] * sizes[axis];
      index[axis] = 0;
    }
  }
  return result;
}
