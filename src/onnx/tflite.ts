// A .tflite file as a list of tensors and operators. Reads structure only: what an operator does is not known here.
// Field numbers are those of TensorFlow Lite's schema.fbs, version 3. First subgraph only.
import { CodedError } from '../core/index.ts';
import { FlatTable, rootTable } from './flatbuffer.ts';

export interface TfliteTensor {
  readonly name: string;
  /** NHWC where there are four axes. */
  readonly shape: readonly number[];
  /** Number in the schema's TensorType: 0 float32, 1 float16, 2 int32. */
  readonly type: number;
  /** The stored bytes of a constant; null for a value that is computed. */
  readonly bytes: Uint8Array | null;
}

export interface TfliteOperator {
  /** Name in the schema's BuiltinOperator, `BUILTIN_<n>` where this reader has no name for it, or a custom name. */
  readonly name: string;
  /** Indices into `tensors`; -1 stands for an optional input that is left out. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** Table of the operator's kind in the schema (Conv2DOptions and so on). */
  readonly options: FlatTable;
  readonly customOptions: Uint8Array | null;
}

export interface TfliteModel {
  readonly tensors: readonly TfliteTensor[];
  readonly operators: readonly TfliteOperator[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

const IDENTIFIER = 'TFL3';

const BUILTIN_NAMES: Readonly<Record<number, string>> = {
  0: 'ADD',
  1: 'AVERAGE_POOL_2D',
  3: 'CONV_2D',
  4: 'DEPTHWISE_CONV_2D',
  6: 'DEQUANTIZE',
  14: 'LOGISTIC',
  17: 'MAX_POOL_2D',
  18: 'MUL',
  19: 'RELU',
  22: 'RESHAPE',
  23: 'RESIZE_BILINEAR',
  34: 'PAD',
  45: 'STRIDED_SLICE',
  54: 'PRELU',
  117: 'HARD_SWISH',
  124: 'DENSIFY',
};

/** @throws {CodedError} `onnx/tflite-unreadable` when the bytes are not a .tflite file or end early. */
export function readTflite(bytes: Uint8Array): TfliteModel {
  const model = rootTable(bytes, IDENTIFIER);
  if (model === null) throw unreadable('it does not begin like one');
  try {
    return readModel(model);
  } catch (error) {
    if (error instanceof RangeError) throw unreadable('it ends early or is damaged', error);
    throw error;
  }
}

function readModel(model: FlatTable): TfliteModel {
  const names = model.tables(1).map(operatorName);
  const [graph] = model.tables(2);
  if (graph === undefined) throw new RangeError('no subgraph');
  const buffers = model.tables(4);
  return {
    tensors: graph.tables(0).map((tensor) => {
      const bytes = buffers[tensor.uint32(2)]?.bytes(0) ?? null;
      return {
        name: tensor.text(3) ?? '',
        shape: tensor.int32s(0),
        type: tensor.int8(1),
        bytes: bytes?.length ? bytes : null,
      };
    }),
    operators: graph.tables(3).map((operator) => ({
      name: names[operator.uint32(0)],
      inputs: operator.int32s(1),
      outputs: operator.int32s(2),
      options: operator.table(4) ?? FlatTable.empty,
      customOptions: operator.bytes(5),
    })),
    inputs: graph.int32s(1),
    outputs: graph.int32s(2),
  };
}

// Codes above 126 stand in field 3; older files have only the 8-bit field 0.
function operatorName(code: FlatTable): string {
  const number = Math.max(code.int8(0), code.int32(3));
  return code.text(1) ?? BUILTIN_NAMES[number] ?? `BUILTIN_${number}`;
}

function unreadable(reason: string, cause?: unknown): CodedError {
  return new CodedError('onnx/tflite-unreadable', `This is not a readable .tflite file: ${reason}.`, {
    hint: 'Fetch the file again from where it came from and compare its size.',
    cause,
  });
}
