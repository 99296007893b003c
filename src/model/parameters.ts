// Where a network's weights come from while it is built: trained ones lie one after the other in a single long input, so
// that the optimiser is a dozen operators and a step passes four vectors on; baked ones are stored in the graph.
import type { StoredTensor, Value } from '../onnx/index.ts';
import type { SeededRandom } from './random.ts';
import { sizeOf } from './tape.ts';
import type { StaticShape, Tape, Traced } from './tape.ts';

/** Numbers of a network by name: `enc.0.a.weight`. */
export type Weights = ReadonlyMap<string, StoredTensor>;

/** How a weight begins: all equal, or uniform in -bound..bound. */
export type InitialValue = { readonly fill: number } | { readonly bound: number };

/** What a network asks for its weights. */
export interface Parameters {
  readonly tape: Tape;
  /** @param name - Not asked for before. */
  take(name: string, shape: StaticShape, initial: InitialValue): Traced;
}

export interface ParameterPlace {
  readonly name: string;
  readonly shape: StaticShape;
  /** First number in the group's vector. */
  readonly offset: number;
  readonly initial: InitialValue;
}

/** Weights that one optimiser group trains. In the graph: the input `weights.<group>`, [size]. */
export class TrainedParameters implements Parameters {
  readonly tape: Tape;
  readonly group: string;
  readonly places: ParameterPlace[] = [];
  readonly traced: Traced[] = [];
  readonly vector: Value;
  #size = 0;

  constructor(tape: Tape, group: string) {
    this.tape = tape;
    this.group = group;
    this.vector = tape.graph.input(`weights.${group}`, () => [this.#size]);
  }

  get size(): number {
    return this.#size;
  }

  take(name: string, shape: StaticShape, initial: InitialValue): Traced {
    if (this.places.some((place) => place.name === name)) throw new RangeError(`parameter ${name} was taken already`);
    const offset = this.#size;
    this.#size += sizeOf(shape);
    const { graph } = this.tape;
    const part = graph.node('Slice', [this.vector, ...[offset, this.#size, 0].map((n) => graph.integers([n]))]);
    const traced = this.tape.leaf(graph.node('Reshape', [part, graph.integers(shape)]), shape);
    this.places.push({ name, shape, offset, initial });
    this.traced.push(traced);
    return traced;
  }
}

/**
 * Weights that stay as they are: for a graph that only predicts, and for a frozen network within a training. They are stored
 * under their names, by which `readStoredTensors` finds them again; so one graph holds one such network, which may be
 * built into it more than once.
 */
export class BakedParameters implements Parameters {
  readonly tape: Tape;
  readonly #weights: Weights;
  readonly #taken = new Map<string, Traced>();

  constructor(tape: Tape, weights: Weights) {
    this.tape = tape;
    this.#weights = weights;
  }

  take(name: string, shape: StaticShape): Traced {
    const taken = this.#taken.get(name);
    if (taken) return taken;
    const stored = this.#weights.get(name);
    if (stored === undefined) throw new RangeError(`no weights called ${name}`);
    if (stored.shape.join() !== shape.join())
      throw new RangeError(`weights ${name} are [${stored.shape}], the network wants [${shape}]`);
    const constant = this.tape.constant(stored.data, shape, name);
    this.#taken.set(name, constant);
    return constant;
  }
}

/**
 * The long vector a group begins with.
 *
 * @param known - Weights to begin from, by name; what is missing there is drawn from `random`.
 * @throws {RangeError} where a known weight has another shape.
 */
export function initialVector(
  { places, size }: { readonly places: readonly ParameterPlace[]; readonly size: number },
  random: SeededRandom,
  known: Weights = new Map(),
): Float32Array {
  const vector = new Float32Array(size);
  for (const { name, shape, offset, initial } of places) {
    const part = vector.subarray(offset, offset + sizeOf(shape));
    const stored = known.get(name);
    if (stored !== undefined) {
      if (stored.shape.join() !== shape.join())
        throw new RangeError(`weights ${name} are [${stored.shape}], the network wants [${shape}]`);
      part.set(stored.data);
    } else if ('fill' in initial) part.fill(initial.fill);
    else for (let k = 0; k < part.length; k++) part[k] = (random.uniform() * 2 - 1) * initial.bound;
  }
  return vector;
}
