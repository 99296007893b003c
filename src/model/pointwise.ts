// Operators that work number by number, with broadcasting by ONNX's rules: per channel [1, C, 1, 1], per pixel
// [N, 1, H, W], scalar []. A broadcast input gets its gradient summed over where it was spread.
import type { Value } from '../onnx/index.ts';
import { sizeOf } from './tape.ts';
import type { StaticShape, Traced } from './tape.ts';

export function add(a: Traced, b: Traced): Traced {
  return binary('Add', a, b, (dy) => [dy, dy]);
}

export function subtract(a: Traced, b: Traced): Traced {
  return binary('Sub', a, b, (dy, needs) => [dy, needs[1] ? a.tape.graph.node('Neg', [dy]) : null]);
}

export function multiply(a: Traced, b: Traced): Traced {
  const { graph } = a.tape;
  return binary('Mul', a, b, (dy, needs) => [
    needs[0] ? graph.node('Mul', [dy, b.value]) : null,
    needs[1] ? graph.node('Mul', [dy, a.value]) : null,
  ]);
}

/** x * factor. */
export function scale(x: Traced, factor: number): Traced {
  const { graph } = x.tape;
  return unary(x, graph.node('Mul', [x.value, graph.floats(factor)]), (dy) =>
    graph.node('Mul', [dy, graph.floats(factor)]),
  );
}

/** x + offset. */
export function offset(x: Traced, amount: number): Traced {
  const { graph } = x.tape;
  return unary(x, graph.node('Add', [x.value, graph.floats(amount)]), (dy) => dy);
}

/**
 * x where x > 0, else slope * x, 0 < slope < 1. The rule looks at the result alone, so that ONNX Runtime can fuse it with
 * the convolution before. It clips a steep line instead of choosing by `Where`, which costs three passes on the CPU.
 */
export function leakyRelu(x: Traced, slope = 0.1): Traced {
  const { graph } = x.tape;
  const y = graph.node('LeakyRelu', [x.value], { alpha: { float: slope } });
  return unary(x, y, (dy) => {
    const steep = graph.node('Mul', [y, graph.floats(STEEP)]);
    const derivative = graph.node('Clip', [steep, graph.floats(slope), graph.floats(1)]);
    return graph.node('Mul', [dy, derivative]);
  });
}
const STEEP = 1e30;

/** x * sigmoid(x). */
export function silu(x: Traced): Traced {
  const { graph } = x.tape;
  const s = graph.node('Sigmoid', [x.value]);
  const y = graph.node('Mul', [x.value, s]);
  return unary(x, y, (dy) => {
    // s + y (1 - s)
    const rest = graph.node('Sub', [graph.floats(1), s]);
    const derivative = graph.node('Add', [s, graph.node('Mul', [y, rest])]);
    return graph.node('Mul', [dy, derivative]);
  });
}

export function tanh(x: Traced): Traced {
  const { graph } = x.tape;
  const y = graph.node('Tanh', [x.value]);
  return unary(x, y, (dy) => graph.node('Mul', [dy, graph.node('Sub', [graph.floats(1), graph.node('Mul', [y, y])])]));
}

export function sigmoid(x: Traced): Traced {
  const { graph } = x.tape;
  const y = graph.node('Sigmoid', [x.value]);
  return unary(x, y, (dy) => graph.node('Mul', [dy, graph.node('Mul', [y, graph.node('Sub', [graph.floats(1), y])])]));
}

export function exp(x: Traced): Traced {
  const { graph } = x.tape;
  const y = graph.node('Exp', [x.value]);
  return unary(x, y, (dy) => graph.node('Mul', [dy, y]));
}

/** Held within low..high; the gradient is 0 where it was held. */
export function clamp(x: Traced, low: number, high: number): Traced {
  const { graph } = x.tape;
  const y = graph.node('Clip', [x.value, graph.floats(low), graph.floats(high)]);
  return unary(x, y, (dy) => graph.node('Where', [graph.node('Equal', [x.value, y]), dy, graph.floats(0)]));
}

/** |x|; the gradient at 0 is 0. */
export function abs(x: Traced): Traced {
  const { graph } = x.tape;
  return unary(x, graph.node('Abs', [x.value]), (dy) => graph.node('Mul', [dy, graph.node('Sign', [x.value])]));
}

/** The least of several values of one shape, number by number; where two are equal, both get the gradient. */
export function least(values: readonly Traced[]): Traced {
  const [{ tape, shape }] = values;
  for (const one of values)
    if (one.shape.join() !== shape.join()) throw new RangeError(`[${shape}] and [${one.shape}] are not of one shape`);
  const { graph } = tape;
  const y = graph.node(
    'Min',
    values.map(({ value }) => value),
  );
  return tape.record(y, shape, values, (dy, needs) =>
    values.map(({ value }, k) =>
      needs[k] ? graph.node('Where', [graph.node('Equal', [value, y]), dy, graph.floats(0)]) : null,
    ),
  );
}

function unary(x: Traced, y: Value, backward: (dy: Value) => Value): Traced {
  return x.tape.record(y, x.shape, [x], (dy) => [backward(dy)]);
}

function binary(
  operator: string,
  a: Traced,
  b: Traced,
  backward: (dy: Value, needs: readonly boolean[]) => readonly (Value | null)[],
): Traced {
  const shape = broadcast(a.shape, b.shape);
  const y = a.tape.graph.node(operator, [a.value, b.value]);
  return a.tape.record(y, shape, [a, b], (dy, needs) => {
    const [da, db] = backward(dy, needs);
    return [da && sumTo(a, da, shape), db && sumTo(b, db, shape)];
  });
}

function broadcast(a: StaticShape, b: StaticShape): StaticShape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const [m, n] = [a[a.length - rank + axis] ?? 1, b[b.length - rank + axis] ?? 1];
    if (m !== n && m !== 1 && n !== 1) throw new RangeError(`shapes [${a}] and [${b}] do not go together`);
    return Math.max(m, n);
  });
}

/** Sums a gradient of shape `from` over the axes along which `x` was spread. */
function sumTo(x: Traced, gradient: Value, from: StaticShape): Value {
  if (x.shape.length === from.length && sizeOf(x.shape) === sizeOf(from)) return gradient;
  const { graph } = x.tape;
  const lead = from.length - x.shape.length;
  const axes = from.flatMap((size, axis) => (axis < lead || (x.shape[axis - lead] === 1 && size > 1) ? [axis] : []));
  const sum = graph.node('ReduceSum', [gradient, graph.integers(axes)], { keepdims: 1 });
  return lead === 0 ? sum : graph.node('Reshape', [sum, graph.integers(x.shape)]);
}
