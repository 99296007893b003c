// The state of one conversion tflite -> ONNX: which ONNX value holds which tensor, and how constants get there. Inside
// the converted network everything with four axes is NCHW; tflite's shapes are NHWC.
import { CodedError } from '../core/index.ts';
import { OnnxGraph } from './graph.ts';
import type { Value } from './graph.ts';
import { permute } from './permute.ts';
import type { TfliteModel } from './tflite.ts';
import { elementTypeNumber } from './write.ts';

/** Stored numbers of a tensor, in tflite's order of axes. */
export interface TfliteConstant {
  readonly data: Float32Array | Float16Array | Int32Array;
  readonly shape: readonly number[];
}

const TO_NCHW = [0, 3, 1, 2];
const TO_NHWC = [0, 2, 3, 1];

const FLOAT32 = 0;
const FLOAT16 = 1;
const INT32 = 2;

export class TfliteConversion {
  readonly graph: OnnxGraph;
  readonly model: TfliteModel;
  readonly #values = new Map<number, Value>();
  readonly #constants = new Map<number, TfliteConstant>();

  constructor(model: TfliteModel, name: string) {
    this.graph = new OnnxGraph(name);
    this.model = model;
  }

  /** tflite's shape: NHWC where there are four axes. */
  shape(tensor: number): readonly number[] {
    return this.model.tensors[tensor].shape;
  }

  /** The ONNX value that holds a tensor, NCHW where it has four axes; a constant is stored when it is first asked for. */
  value(tensor: number): Value {
    let value = this.#values.get(tensor);
    if (value === undefined) {
      const constant = this.constant(tensor);
      value = this.store(constant, constant.shape.length === 4 ? TO_NCHW : undefined);
      this.#values.set(tensor, value);
    }
    return value;
  }

  setValue(tensor: number, value: Value): void {
    this.#values.set(tensor, value);
  }

  isConstant(tensor: number): boolean {
    return this.#constants.has(tensor) || this.model.tensors[tensor].bytes !== null;
  }

  /** The stored numbers of a tensor. */
  constant(tensor: number): TfliteConstant {
    let constant = this.#constants.get(tensor);
    if (constant === undefined) {
      const { name, shape, type, bytes } = this.model.tensors[tensor];
      if (bytes === null) throw unsupported(`"${name}" is computed where a constant is needed`);
      constant = { data: numbers(bytes, type, name), shape };
      this.#constants.set(tensor, constant);
    }
    return constant;
  }

  setConstant(tensor: number, constant: TfliteConstant): void {
    this.#constants.set(tensor, constant);
  }

  /**
   * Stores a constant, its axes reordered. Float16 weights stay float16 in the file and go through one Cast, which ONNX
   * Runtime folds when it loads the network.
   */
  store(constant: TfliteConstant, order?: readonly number[]): Value {
    const shape = order === undefined ? constant.shape : order.map((axis) => constant.shape[axis]);
    const data = order === undefined ? constant.data : permute(constant.data, constant.shape, order);
    if (data instanceof Int32Array) return this.graph.constant(Float32Array.from(data), shape);
    const value = this.graph.constant(data, shape);
    return data instanceof Float16Array
      ? this.graph.node('Cast', [value], { to: elementTypeNumber('float32') })
      : value;
  }

  toNchw(value: Value): Value {
    return this.graph.node('Transpose', [value], { perm: TO_NCHW });
  }

  toNhwc(value: Value, output?: string): Value {
    return this.graph.node('Transpose', [value], { perm: TO_NHWC }, { output });
  }
}

function numbers(bytes: Uint8Array, type: number, name: string): TfliteConstant['data'] {
  const { buffer } = new Uint8Array(bytes); // a copy, since tensors need not begin at a multiple of their size
  if (type === FLOAT32) return new Float32Array(buffer);
  if (type === FLOAT16) return new Float16Array(buffer);
  if (type === INT32) return new Int32Array(buffer);
  throw unsupported(`"${name}" has element type ${type}`);
}

/** What this converter does not know how to carry over. */
export function unsupported(what: string): CodedError {
  return new CodedError('onnx/tflite-unsupported', `The network cannot be converted: ${what}.`, {
    hint: 'Use the .tflite file that Dorian names for this role, or supply the network as .onnx.',
  });
}
