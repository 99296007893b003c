// Reverse-mode differentiation by a tape: operators are recorded as they are added to an ONNX graph, and `gradients` adds
// the operators that compute derivatives. Runs nothing; what comes out is a graph of ordinary operators.
import { OnnxGraph } from '../onnx/index.ts';
import type { Value } from '../onnx/index.ts';

/** Every axis known: NCHW for pictures, [] for a scalar. */
export type StaticShape = readonly number[];

/** A value of the graph under construction, with its shape. Made by a tape; operators are functions of these. */
export interface Traced {
  readonly tape: Tape;
  readonly value: Value;
  readonly shape: StaticShape;
  /** Whether a parameter leads to it. What is not tracked is data and never gets a gradient. */
  readonly tracked: boolean;
}

/**
 * Adds the operators of one backward rule.
 *
 * @param gradient - Derivative of the loss by the operator's result, in the result's shape.
 * @param needs - Per input, whether its gradient is wanted; where not, answer null and add no operators for it.
 * @returns Per input its gradient, in the input's shape.
 */
export type Backward = (gradient: Value, needs: readonly boolean[]) => readonly (Value | null)[];

interface Entry {
  readonly output: Traced;
  readonly inputs: readonly Traced[];
  readonly backward: Backward;
}

export class Tape {
  readonly graph: OnnxGraph;
  readonly #entries: Entry[] = [];

  constructor(name: string) {
    this.graph = new OnnxGraph(name);
  }

  /** An input of the graph that is data: a picture, a mask. */
  input(name: string, shape: StaticShape): Traced {
    return this.data(this.graph.input(name, shape), shape);
  }

  /** Numbers stored in the graph; they are not copied. @param name - Made up where absent. */
  constant(data: Float32Array, shape: StaticShape, name?: string): Traced {
    return this.data(this.graph.constant(data, shape, name), shape);
  }

  /** A value without a past: nothing flows back through it. */
  data(value: Value, shape: StaticShape): Traced {
    return { tape: this, value, shape, tracked: false };
  }

  /** A value by which losses can be derived. */
  leaf(value: Value, shape: StaticShape): Traced {
    return { tape: this, value, shape, tracked: true };
  }

  /** Notes how `value` came from `inputs`, and how gradients flow back. */
  record(value: Value, shape: StaticShape, inputs: readonly Traced[], backward: Backward): Traced {
    for (const input of inputs)
      if (input.tape !== this) throw new RangeError(`${input.value} was recorded on another tape`);
    if (!inputs.some(({ tracked }) => tracked)) return this.data(value, shape);
    const output = this.leaf(value, shape);
    this.#entries.push({ output, inputs, backward });
    return output;
  }

  /** Names a value as an output of the graph. */
  output(name: string, { value, shape }: Traced): void {
    this.graph.node('Identity', [value], {}, { output: name });
    this.graph.output(name, shape);
  }

  /**
   * Adds the operators that derive `loss` by each of `wanted`.
   *
   * @param seed - Derivative by `loss` itself, in its shape; 1 for a scalar where absent.
   * @returns In the order of `wanted`; null where it has no influence on `loss`.
   */
  gradients(loss: Traced, wanted: readonly Traced[], seed: Value = this.graph.floats(1)): (Value | null)[] {
    const needed = new Set(wanted);
    for (const { output, inputs } of this.#entries) if (inputs.some((input) => needed.has(input))) needed.add(output);
    const found = new Map<Traced, Value>([[loss, seed]]);
    for (const { output, inputs, backward } of this.#entries.toReversed()) {
      const gradient = found.get(output);
      if (gradient === undefined || !needed.has(output)) continue;
      const needs = inputs.map((input) => needed.has(input));
      const parts = backward(gradient, needs);
      for (const [k, input] of inputs.entries()) {
        const part = parts[k];
        if (!needs[k] || part === null || part === undefined) continue;
        const sum = found.get(input);
        found.set(input, sum === undefined ? part : this.graph.node('Add', [sum, part]));
      }
    }
    return wanted.map((one) => found.get(one) ?? null);
  }
}

/** The same value as data: what lies before it gets no gradient through here. */
export function detach(x: Traced): Traced {
  return x.tape.data(x.value, x.shape);
}

export function sizeOf(shape: StaticShape): number {
  return shape.reduce((product, n) => product * n, 1);
}

/** @throws {RangeError} where `x` is not [N, C, H, W]. */
export function pictureShape(x: Traced): readonly [number, number, number, number] {
  if (x.shape.length !== 4) throw new RangeError(`${x.value} of shape [${x.shape}] is not [N, C, H, W]`);
  return x.shape as readonly [number, number, number, number];
}
