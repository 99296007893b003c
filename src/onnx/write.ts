// The messages of onnx.proto as bytes: attribute, tensor, value, node, model. Field numbers are those of ONNX IR
// version 8 (onnx/onnx.proto). Knows no operators; graph.ts is the builder that people use.
import { ProtobufWriter } from './protobuf.ts';

/** Element types of the networks written here, with their number in TensorProto.DataType. */
const ELEMENT_TYPE = { float32: 1, uint8: 2, int8: 3, int32: 6, int64: 7, bool: 9, float16: 10, float64: 11 } as const;

export type ElementType = keyof typeof ELEMENT_TYPE;

export type TensorData =
  | Float32Array
  | Float64Array
  | Float16Array
  | Uint8Array
  | Int8Array
  | Int32Array
  | BigInt64Array;

/** A text for a symbolic axis, such as `batch`. */
export type Shape = readonly (number | string)[];

/** A FLOAT or FLOATS attribute. It has to be said: a whole number would otherwise be written as INT. */
export interface FloatAttribute {
  readonly float: number | readonly number[];
}

/** number = INT (whole), number[] = INTS, text = STRING. */
export type AttributeValue = number | string | readonly number[] | FloatAttribute;

export type Attributes = Readonly<Record<string, AttributeValue>>;

const FLOAT = 1;
const INT = 2;
const STRING = 3;
const FLOATS = 6;
const INTS = 7;

/** The number by which ONNX names an element type, as `Cast` wants it in `to`. */
export function elementTypeNumber(type: ElementType): number {
  return ELEMENT_TYPE[type];
}

export function elementTypeOf(data: TensorData): ElementType {
  if (data instanceof Float32Array) return 'float32';
  if (data instanceof Float16Array) return 'float16';
  if (data instanceof Float64Array) return 'float64';
  if (data instanceof Uint8Array) return 'uint8';
  if (data instanceof Int8Array) return 'int8';
  return data instanceof Int32Array ? 'int32' : 'int64';
}

function whole(name: string, value: number): number {
  if (!Number.isSafeInteger(value))
    throw new TypeError(`attribute ${name} is ${value}: give a fraction as { float: … }`);
  return value;
}

function attribute(name: string, value: AttributeValue): ProtobufWriter {
  const message = new ProtobufWriter().text(1, name);
  if (typeof value === 'string') return message.text(4, value).int(20, STRING);
  if (typeof value === 'number') return message.int(3, whole(name, value)).int(20, INT);
  if (!('float' in value)) {
    for (const item of value) message.int(8, whole(name, item));
    return message.int(20, INTS);
  }
  if (typeof value.float === 'number') return message.float(2, value.float).int(20, FLOAT);
  for (const item of value.float) message.float(7, item);
  return message.int(20, FLOATS);
}

export interface NodeRecord {
  readonly operator: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Attributes;
}

/** NodeProto. */
export function nodeMessage(node: NodeRecord, name: string): ProtobufWriter {
  const message = new ProtobufWriter();
  for (const input of node.inputs) message.text(1, input);
  for (const output of node.outputs) message.text(2, output);
  message.text(3, name).text(4, node.operator);
  for (const [key, value] of Object.entries(node.attributes)) message.message(5, attribute(key, value));
  return node.domain === '' ? message : message.text(7, node.domain);
}

/** TensorProto; the numbers go in as raw little-endian bytes, which every platform of ONNX Runtime has in memory. */
export function tensorMessage(
  name: string,
  type: ElementType,
  shape: readonly number[],
  data: TensorData,
): ProtobufWriter {
  const message = new ProtobufWriter();
  for (const size of shape) message.int(1, size);
  message.int(2, ELEMENT_TYPE[type]).text(8, name);
  return message.bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

/** ValueInfoProto: name, element type and shape of a graph input or output. */
export function valueMessage(name: string, type: ElementType, shape: Shape): ProtobufWriter {
  const dimensions = new ProtobufWriter();
  for (const size of shape) {
    const dimension = new ProtobufWriter();
    dimensions.message(1, typeof size === 'string' ? dimension.text(2, size) : dimension.int(1, size));
  }
  const tensorType = new ProtobufWriter().int(1, ELEMENT_TYPE[type]).message(2, dimensions);
  return new ProtobufWriter().text(1, name).message(2, new ProtobufWriter().message(1, tensorType));
}

export interface ModelRecord {
  readonly graphName: string;
  readonly nodes: readonly ProtobufWriter[];
  readonly initializers: readonly ProtobufWriter[];
  readonly inputs: readonly ProtobufWriter[];
  readonly outputs: readonly ProtobufWriter[];
  /** Domain -> version; the standard domain is the empty text. */
  readonly opsets: ReadonlyMap<string, number>;
  readonly producer: string;
  readonly metadata: Readonly<Record<string, string>>;
}

const IR_VERSION = 8;

/** ModelProto: the bytes of an .onnx file. */
export function writeModel(model: ModelRecord): Uint8Array<ArrayBuffer> {
  const graph = new ProtobufWriter();
  for (const node of model.nodes) graph.message(1, node);
  graph.text(2, model.graphName);
  for (const initializer of model.initializers) graph.message(5, initializer);
  for (const input of model.inputs) graph.message(11, input);
  for (const output of model.outputs) graph.message(12, output);
  const message = new ProtobufWriter().int(1, IR_VERSION).text(2, model.producer).message(7, graph);
  for (const [domain, version] of model.opsets)
    message.message(8, new ProtobufWriter().text(1, domain).int(2, version));
  for (const [key, value] of Object.entries(model.metadata))
    message.message(14, new ProtobufWriter().text(1, key).text(2, value));
  return message.finish();
}
