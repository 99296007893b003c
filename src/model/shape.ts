// Operators that move numbers without changing them: concatenate, cut out, pad, exchange channels for pixels.
import type { Value } from '../onnx/index.ts';
import { pictureShape, sizeOf } from './tape.ts';
import type { StaticShape, Tape, Traced } from './tape.ts';

/** Side by side along `axis` (1: channels). */
export function concat(parts: readonly Traced[], axis = 1): Traced {
  const [{ tape, shape: first }] = parts;
  const shape = first.map((size, k) => (k === axis ? parts.reduce((sum, part) => sum + part.shape[axis], 0) : size));
  for (const part of parts)
    if (part.shape.length !== first.length || part.shape.some((size, k) => k !== axis && size !== first[k]))
      throw new RangeError(`shapes [${first}] and [${part.shape}] cannot stand side by side`);
  const y = tape.graph.node(
    'Concat',
    parts.map(({ value }) => value),
    { axis },
  );
  return tape.record(y, shape, parts, (dy, needs) => {
    let at = 0;
    return parts.map((part, k) => {
      const begin = at;
      at += part.shape[axis];
      return needs[k] ? cut(tape, dy, axis, begin, at) : null;
    });
  });
}

/** The part [begin, end) along `axis`. */
export function slice(x: Traced, axis: number, begin: number, end: number): Traced {
  const size = x.shape[axis];
  if (!(begin >= 0 && begin < end && end <= size)) throw new RangeError(`no part [${begin}, ${end}) of ${size}`);
  const shape = x.shape.map((n, k) => (k === axis ? end - begin : n));
  return x.tape.record(cut(x.tape, x.value, axis, begin, end), shape, [x], (dy) => [
    padAxis(x.tape, dy, x.shape.length, axis, begin, size - end),
  ]);
}

/** The same numbers in another shape. */
export function reshape(x: Traced, shape: StaticShape): Traced {
  if (sizeOf(shape) !== sizeOf(x.shape)) throw new RangeError(`[${x.shape}] cannot become [${shape}]`);
  const to = (value: Value, wanted: StaticShape): Value =>
    x.tape.graph.node('Reshape', [value, x.tape.graph.integers(wanted)]);
  return x.tape.record(to(x.value, shape), shape, [x], (dy) => [to(dy, x.shape)]);
}

/** Zeros all round: `width` pixels. */
export function padZero(x: Traced, width: number): Traced {
  const [n, c, h, w] = pictureShape(x);
  const { graph } = x.tape;
  const y = graph.node('Pad', [x.value, graph.integers([0, 0, width, width, 0, 0, width, width])]);
  return x.tape.record(y, [n, c, h + 2 * width, w + 2 * width], [x], (dy) => [
    graph.node('Slice', [
      dy,
      graph.integers([width, width]),
      graph.integers([width + h, width + w]),
      graph.integers([2, 3]),
    ]),
  ]);
}

/** The border repeated all round: `width` pixels. */
export function padReplicate(x: Traced, width: number): Traced {
  const [n, c, h, w] = pictureShape(x);
  const { tape } = x;
  const amounts = tape.graph.integers([0, 0, width, width, 0, 0, width, width]);
  const y = tape.graph.node('Pad', [x.value, amounts], { mode: 'edge' });
  return tape.record(y, [n, c, h + 2 * width, w + 2 * width], [x], (dy) => [
    foldBorder(tape, foldBorder(tape, dy, 3, w, width), 2, h, width),
  ]);
}

/** What lies on the repeated border comes back to the pixel that was repeated. */
function foldBorder(tape: Tape, gradient: Value, axis: number, size: number, width: number): Value {
  const sum = (begin: number, end: number): Value =>
    tape.graph.node('ReduceSum', [cut(tape, gradient, axis, begin, end), tape.graph.integers([axis])], { keepdims: 1 });
  if (size === 1) return sum(0, 1 + 2 * width);
  const first = sum(0, width + 1);
  const last = sum(size + width - 1, size + 2 * width);
  const middle = size > 2 ? [cut(tape, gradient, axis, width + 1, size + width - 1)] : [];
  return tape.graph.node('Concat', [first, ...middle, last], { axis });
}

/** [N, C b b, H, W] -> [N, C, H b, W b]; channel c b b + i b + j goes to row i, column j (torch's order). */
export function pixelShuffle(x: Traced, block = 2): Traced {
  const [n, c, h, w] = pictureShape(x);
  const outer = c / (block * block);
  if (!Number.isInteger(outer)) throw new RangeError(`${c} channels are no multiple of ${block * block}`);
  return x.tape.record(shuffled(x.tape, x.value, block), [n, outer, h * block, w * block], [x], (dy) => [
    unshuffled(x.tape, dy, [n, outer, h * block, w * block], block),
  ]);
}

/** [N, C, H, W] -> [N, C b b, H / b, W / b], the inverse of `pixelShuffle`. */
export function pixelUnshuffle(x: Traced, block = 2): Traced {
  const [n, c, h, w] = pictureShape(x);
  if (h % block !== 0 || w % block !== 0) throw new RangeError(`${h} x ${w} is no multiple of ${block}`);
  const shape = [n, c * block * block, h / block, w / block];
  return x.tape.record(unshuffled(x.tape, x.value, x.shape, block), shape, [x], (dy) => [shuffled(x.tape, dy, block)]);
}

function shuffled(tape: Tape, value: Value, block: number): Value {
  return tape.graph.node('DepthToSpace', [value], { blocksize: block, mode: 'CRD' });
}

// SpaceToDepth of ONNX knows only the other order of channels.
function unshuffled({ graph }: Tape, value: Value, [n, c, h, w]: StaticShape, block: number): Value {
  const apart = graph.node('Reshape', [value, graph.integers([n, c, h / block, block, w / block, block])]);
  const turned = graph.node('Transpose', [apart], { perm: [0, 1, 3, 5, 2, 4] });
  return graph.node('Reshape', [turned, graph.integers([n, c * block * block, h / block, w / block])]);
}

function cut({ graph }: Tape, value: Value, axis: number, begin: number, end: number): Value {
  return graph.node('Slice', [value, graph.integers([begin]), graph.integers([end]), graph.integers([axis])]);
}

function padAxis({ graph }: Tape, value: Value, rank: number, axis: number, before: number, after: number): Value {
  if (before === 0 && after === 0) return value;
  const amounts = Array.from({ length: 2 * rank }, () => 0);
  amounts[axis] = before;
  amounts[rank + axis] = after;
  return graph.node('Pad', [value, graph.integers(amounts)]);
}
