// A network under construction: nodes are added in the order in which they run, values are known by name, and `write`
// gives the bytes of an .onnx file. Both the converters and whatever trains a network build with it.
import { elementTypeOf, nodeMessage, tensorMessage, valueMessage, writeModel } from './write.ts';
import type { Attributes, ElementType, Shape, TensorData } from './write.ts';
import type { ProtobufWriter } from './protobuf.ts';

/** Name of a value in the graph: an input, a constant, or the output of a node. `''` leaves an optional input out. */
export type Value = string;

export interface NodeOptions {
  /** Name of the output; made up where absent. */
  readonly output?: string;
  /** Operator domain, such as `com.microsoft`; the standard operators where absent. */
  readonly domain?: string;
}

export interface WriteOptions {
  /** Version of the standard operators. */
  readonly opset?: number;
  /** Versions of other domains; a domain that nodes use and that is not named here counts as version 1. */
  readonly domains?: Readonly<Record<string, number>>;
  readonly producer?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

const DEFAULT_OPSET = 17;
/** Constants of at most this many numbers are kept once, however often they are asked for. */
const SHARED_SIZE = 64;

export class OnnxGraph {
  readonly name: string;
  readonly #nodes: ProtobufWriter[] = [];
  readonly #initializers: ProtobufWriter[] = [];
  readonly #inputs: (() => ProtobufWriter)[] = [];
  readonly #outputs: ProtobufWriter[] = [];
  readonly #domains = new Set<string>();
  readonly #names = new Set<string>();
  readonly #shared = new Map<string, Value>();
  #count = 0;

  constructor(name: string) {
    this.name = name;
  }

  /** Declares an input of the network. A shape that is known only later is given as a function, asked by `write`. */
  input(name: string, shape: Shape | (() => Shape), type: ElementType = 'float32'): Value {
    this.#claim(name);
    this.#inputs.push(() => valueMessage(name, type, typeof shape === 'function' ? shape() : shape));
    return name;
  }

  /** Declares that `value` leaves the network under its own name. */
  output(value: Value, shape: Shape, type: ElementType = 'float32'): void {
    this.#known('an output', value);
    this.#outputs.push(valueMessage(value, type, shape));
  }

  /** Adds a node with one output and returns the output. */
  node(operator: string, inputs: readonly Value[], attributes: Attributes = {}, options: NodeOptions = {}): Value {
    const output = options.output === undefined ? this.#newName(operator) : this.#claim(options.output);
    this.#add(operator, inputs, [output], attributes, options.domain);
    return output;
  }

  /** Adds a node with several outputs. */
  nodes(
    operator: string,
    inputs: readonly Value[],
    count: number,
    attributes: Attributes = {},
    domain?: string,
  ): Value[] {
    const outputs = Array.from({ length: count }, () => this.#newName(operator));
    this.#add(operator, inputs, outputs, attributes, domain);
    return outputs;
  }

  /**
   * A tensor stored in the file. The numbers are not copied: leave them unchanged until `write`.
   *
   * @param type - Taken from the kind of array where absent; needed for `bool`, which comes as Uint8Array.
   * @throws {RangeError} when the numbers do not fill the shape.
   */
  constant(data: TensorData, shape: readonly number[], name?: string, type: ElementType = elementTypeOf(data)): Value {
    const size = shape.reduce((product, n) => product * n, 1);
    if (size !== data.length)
      throw new RangeError(`constant of shape [${shape}] needs ${size} numbers, got ${data.length}`);
    const value = name === undefined ? this.#newName('constant') : this.#claim(name);
    this.#initializers.push(tensorMessage(value, type, shape, data));
    return value;
  }

  /** A float32 constant; a single number is a scalar, a list without a shape has one axis. Small ones are shared. */
  floats(values: number | readonly number[], shape?: readonly number[]): Value {
    const list = typeof values === 'number' ? [values] : values;
    const axes = shape ?? (typeof values === 'number' ? [] : [list.length]);
    return this.#share(`f ${axes.join()}`, list, () => this.constant(Float32Array.from(list), axes));
  }

  /** An int64 constant with one axis, as shapes, axes and slice bounds are given. Small ones are shared. */
  integers(values: readonly number[]): Value {
    return this.#share('i', values, () => this.constant(BigInt64Array.from(values, BigInt), [values.length]));
  }

  /** The bytes of the .onnx file. */
  write(options: WriteOptions = {}): Uint8Array<ArrayBuffer> {
    const opsets = new Map([['', options.opset ?? DEFAULT_OPSET]]);
    for (const domain of this.#domains) opsets.set(domain, options.domains?.[domain] ?? 1);
    return writeModel({
      graphName: this.name,
      nodes: this.#nodes,
      initializers: this.#initializers,
      inputs: this.#inputs.map((message) => message()),
      outputs: this.#outputs,
      opsets,
      producer: options.producer ?? 'dorian',
      metadata: options.metadata ?? {},
    });
  }

  #add(
    operator: string,
    inputs: readonly Value[],
    outputs: readonly Value[],
    attributes: Attributes,
    domain = '',
  ): void {
    for (const input of inputs) if (input !== '') this.#known(operator, input);
    if (domain !== '') this.#domains.add(domain);
    this.#nodes.push(
      nodeMessage({ operator, domain, inputs, outputs, attributes }, `${this.#nodes.length}_${operator}`),
    );
  }

  #share(kind: string, values: readonly number[], make: () => Value): Value {
    if (values.length > SHARED_SIZE) return make();
    const key = `${kind}:${values.map((value) => (Object.is(value, -0) ? '-0' : value)).join()}`;
    let value = this.#shared.get(key);
    if (value === undefined) {
      value = make();
      this.#shared.set(key, value);
    }
    return value;
  }

  #newName(stem: string): Value {
    let name: string;
    do name = `${stem}_${this.#count++}`;
    while (this.#names.has(name));
    return this.#claim(name);
  }

  #known(reader: string, value: Value): void {
    if (!this.#names.has(value)) throw new RangeError(`${reader} reads "${value}", which the graph does not have yet`);
  }

  #claim(name: string): Value {
    if (name === '' || this.#names.has(name)) throw new RangeError(`the graph already has a value called "${name}"`);
    this.#names.add(name);
    return name;
  }
}
