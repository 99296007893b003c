// Reads what an .onnx file says without running it, whoever wrote it: the tensors that it stores (its initializers), so that
// a finished network can be trained further, and the names of its outputs.
import { CodedError } from '../core/index.ts';
import { readProtobuf } from './protobuf.ts';
import type { ProtobufField } from './protobuf.ts';

/** A float32 tensor as a file stores it. */
export interface StoredTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

const FLOAT32 = 1;

/**
 * The float32 initializers by name, in file order. Tensors of other types are passed over.
 *
 * @throws {CodedError} `onnx/unreadable` when the bytes are no .onnx file or end early.
 */
export function readStoredTensors(bytes: Uint8Array): Map<string, StoredTensor> {
  return readable(
    bytes,
    (graph) => new Map(messages(graph, 5).flatMap((message) => readTensor(readProtobuf(message)))),
  );
}

/** @throws {CodedError} `onnx/unreadable` */
export function readOutputNames(bytes: Uint8Array): string[] {
  return readable(bytes, (graph) => messages(graph, 12).map((value) => text(messages(readProtobuf(value), 1)[0])));
}

function readable<T>(bytes: Uint8Array, read: (graph: readonly ProtobufField[]) => T): T {
  try {
    const [graph] = messages(readProtobuf(bytes), 7);
    if (graph === undefined) throw new RangeError('no graph');
    return read(readProtobuf(graph));
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new CodedError('onnx/unreadable', `This is not a readable .onnx file: ${cause.message}.`, {
      hint: 'Restore the file from a copy, or make it again.',
      cause,
    });
  }
}

function text(bytes: Uint8Array | undefined): string {
  return bytes === undefined ? '' : new TextDecoder().decode(bytes);
}

function messages(fields: readonly ProtobufField[], number: number): Uint8Array[] {
  return fields.flatMap(({ number: n, value }) => (n === number && value instanceof Uint8Array ? [value] : []));
}

/** Field numbers of TensorProto: 1 dims, 2 data_type, 4 float_data, 8 name, 9 raw_data. */
function readTensor(fields: readonly ProtobufField[]): (readonly [string, StoredTensor])[] {
  if (fields.find(({ number }) => number === 2)?.value !== FLOAT32) return [];
  const shape = fields.flatMap(({ number, value }) => (number === 1 ? axes(value) : []));
  const name = text(messages(fields, 8)[0]);
  const [raw] = messages(fields, 9);
  // a copy, since a stretch of a file need not begin at a multiple of four bytes
  const data = raw
    ? floatsOf(raw)
    : Float32Array.from(fields.flatMap((field) => (field.number === 4 ? floats(field.value) : [])));
  if (data.length !== shape.reduce((size, n) => size * n, 1)) throw new RangeError(`tensor ${name} is not whole`);
  return [[name, { shape, data }]];
}

/** Repeated numbers come one by one or packed into one stretch of bytes. */
function axes(value: number | Uint8Array): number[] {
  if (typeof value === 'number') return [value];
  const list: number[] = [];
  for (let at = 0; at < value.length;) {
    let size = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = value[at++];
      size += (byte & 127) * factor;
      if (byte < 128) break;
    }
    list.push(size);
  }
  return list;
}

function floats(value: number | Uint8Array): number[] {
  return typeof value === 'number' ? [value] : Array.from(floatsOf(value));
}

function floatsOf(bytes: Uint8Array): Float32Array {
  if (bytes.length % 4 !== 0) throw new RangeError('numbers that are not whole');
  return new Float32Array(new Uint8Array(bytes).buffer);
}
