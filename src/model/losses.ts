// Losses: scalars that training makes small. Each is a mean over all numbers of an error, weighted by a mask that is data;
// `combine` adds them up.
import type { Value } from '../onnx/index.ts';
import { averagePool } from './resampling.ts';
import { sizeOf } from './tape.ts';
import type { Traced } from './tape.ts';

/** Mean of |error| mask. @param mask - Broadcasts to the error: [N, 1, H, W]; data. */
export function absoluteLoss(error: Traced, mask: Traced | null = null): Traced {
  const { graph } = error.tape;
  return weightedMean(error, mask, graph.node('Abs', [error.value]), () => graph.node('Sign', [error.value]));
}

/** Mean of sqrt(error^2 + softness^2) mask: |error| without the kink. */
export function charbonnierLoss(error: Traced, mask: Traced | null = null, softness = 1e-3): Traced {
  const { graph } = error.tape;
  const squares = graph.node('Add', [graph.node('Mul', [error.value, error.value]), graph.floats(softness ** 2)]);
  const roots = graph.node('Sqrt', [squares]);
  return weightedMean(error, mask, roots, () => graph.node('Div', [error.value, roots]));
}

/** Mean of error^2 mask. */
export function squaredLoss(error: Traced, mask: Traced | null = null): Traced {
  const { graph } = error.tape;
  const squares = graph.node('Mul', [error.value, error.value]);
  return weightedMean(error, mask, squares, () => graph.node('Mul', [error.value, graph.floats(2)]));
}

/** Mean of max(0, margin + sign x): what a patch critic's answer `x` is held to. */
export function hingeLoss(x: Traced, sign: 1 | -1, margin = 1): Traced {
  const { graph } = x.tape;
  const signed = sign === 1 ? x.value : graph.node('Neg', [x.value]);
  const y = graph.node('Relu', [graph.node('Add', [signed, graph.floats(margin)])]);
  return weightedMean(x, null, y, () => graph.node('Mul', [graph.node('Sign', [y]), graph.floats(sign)]));
}

/** The critic's part of the hinge loss: real above 1, made below -1. Give the made picture detached. */
export function criticLoss(ofReal: Traced, ofMade: Traced): Traced {
  return combine([
    [1, hingeLoss(ofReal, -1)],
    [1, hingeLoss(ofMade, 1)],
  ]);
}

/** The maker's part of the hinge loss: - mean of the critic's answer. */
export function makerLoss(ofMade: Traced): Traced {
  return combine([[-1, mean(ofMade)]]);
}

/** Mean of all numbers. */
export function mean(x: Traced): Traced {
  return weightedMean(x, null, x.value, null);
}

/** The sum of losses, each times its factor. */
export function combine(terms: readonly (readonly [factor: number, loss: Traced])[]): Traced {
  const [[, { tape }]] = terms;
  const { graph } = tape;
  const scaled = terms.map(([factor, { value }]) => graph.node('Mul', [value, graph.floats(factor)]));
  const sum = scaled.reduce((a, b) => graph.node('Add', [a, b]));
  const losses = terms.map(([, loss]) => loss);
  return tape.record(sum, [], losses, (dy, needs) =>
    terms.map(([factor], k) => (needs[k] ? graph.node('Mul', [dy, graph.floats(factor)]) : null)),
  );
}

/** Differences between neighbours along `axis` (2: down, 3: right); one shorter there. */
export function differences(x: Traced, axis: 2 | 3): Traced {
  const { graph } = x.tape;
  const size = x.shape[axis];
  const part = (begin: number, end: number): Value =>
    graph.node('Slice', [x.value, graph.integers([begin]), graph.integers([end]), graph.integers([axis])]);
  const shape = x.shape.map((n, k) => (k === axis ? n - 1 : n));
  const y = graph.node('Sub', [part(1, size), part(0, size - 1)]);
  return x.tape.record(y, shape, [x], (dy) => {
    const one = [0, 0, 0, 0].with(axis, 1);
    const after = graph.node('Pad', [dy, graph.integers([...one, 0, 0, 0, 0])]);
    const before = graph.node('Pad', [dy, graph.integers([0, 0, 0, 0, ...one])]);
    return [graph.node('Sub', [after, before])];
  });
}

/**
 * |error| and |its differences right and down| on each level of a pyramid, so that coarse shape and fine edges both count.
 *
 * @param error - [N, C, H, W]: made minus wanted. All levels are linear in it.
 * @param mask - [N, 1, H, W], data.
 */
export function pyramidLoss(error: Traced, mask: Traced, levels = 4): Traced {
  const terms: [number, Traced][] = [];
  for (let level = 0; level < levels; level++) {
    terms.push([level === 0 ? 1.5 : 1, absoluteLoss(error, mask)]);
    if (level === levels - 1) break;
    for (const axis of [3, 2] as const)
      terms.push([1, absoluteLoss(differences(error, axis), withoutFirst(mask, axis))]);
    [error, mask] = [averagePool(error), averagePool(mask)];
  }
  return combine(terms);
}

function withoutFirst({ tape, value, shape }: Traced, axis: 2 | 3): Traced {
  const { graph } = tape;
  const bounds = [[1], [shape[axis]], [axis]].map((list) => graph.integers(list));
  const rest = graph.node('Slice', [value, ...bounds]);
  return tape.data(
    rest,
    shape.map((n, k) => (k === axis ? n - 1 : n)),
  );
}

/**
 * Mean of `values` times mask, over the numbers of `x`.
 *
 * @param slope - Derivative of `values` by `x`; null where it is 1.
 */
function weightedMean(x: Traced, mask: Traced | null, values: Value, slope: (() => Value) | null): Traced {
  if (mask?.tracked) throw new RangeError('the mask of a loss is data');
  const { graph } = x.tape;
  const share = graph.floats(1 / sizeOf(x.shape));
  const weighted = mask === null ? values : graph.node('Mul', [values, mask.value]);
  const sum = graph.node('ReduceSum', [weighted], { keepdims: 0 });
  return x.tape.record(graph.node('Mul', [sum, share]), [], [x], (dy) => {
    const each = graph.node('Mul', [dy, share]);
    const factor = mask === null ? each : graph.node('Mul', [mask.value, each]);
    if (slope !== null) return [graph.node('Mul', [slope(), factor])];
    return [graph.node('Expand', [factor, graph.integers(x.shape)])];
  });
}
