// Weights of the face-api networks: a JSON manifest that names tensors in order, and one binary file that holds them
// end to end, as float32 or as 8-bit numbers with a scale and a least value.
import { CodedError } from '../core/index.ts';
import type { OnnxGraph, Value } from './graph.ts';
import { permute } from './permute.ts';
import { elementTypeNumber } from './write.ts';

export interface FaceApiWeight {
  /** Convolutions: [height, width, in, out]. */
  readonly shape: readonly number[];
  readonly data: Float32Array | Uint8Array;
  /** Of 8-bit weights: value = data * scale + min. */
  readonly quantization: { readonly scale: number; readonly min: number } | null;
}

export type FaceApiWeights = ReadonlyMap<string, FaceApiWeight>;

interface ManifestEntry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly quantization?: { readonly scale: number; readonly min: number };
}

/**
 * @param manifest - Text of `<model>-weights_manifest.json`.
 * @param bytes - The `.bin` file.
 * @throws {CodedError} `onnx/weights-mismatch` when manifest and file do not belong together.
 */
export function readFaceApiWeights(manifest: string, bytes: Uint8Array): FaceApiWeights {
  const entries = (JSON.parse(manifest) as { weights: ManifestEntry[] }[])[0].weights;
  const weights = new Map<string, FaceApiWeight>();
  let at = 0;
  for (const { name, shape, quantization } of entries) {
    const count = shape.reduce((product, n) => product * n, 1);
    const end = at + (quantization === undefined ? 4 * count : count);
    const stored = new Uint8Array(bytes.subarray(at, end)); // a copy, since float32 tensors need not begin at a multiple of four
    weights.set(name, {
      shape,
      data: quantization === undefined && end <= bytes.length ? new Float32Array(stored.buffer) : stored,
      quantization: quantization ?? null,
    });
    at = end;
  }
  if (at !== bytes.length) {
    throw new CodedError(
      'onnx/weights-mismatch',
      `The manifest lists ${at} bytes of weights, the file has ${bytes.length}.`,
      {
        hint: 'Run "npm ci", then "npm run models": the two files come from different versions, or one is cut short.',
      },
    );
  }
  return weights;
}

/** Puts weights of one network into a graph. 8-bit weights stay 8-bit in the file; ONNX Runtime unpacks them on loading. */
export class FaceApiConstants {
  readonly #graph: OnnxGraph;
  readonly #weights: FaceApiWeights;

  constructor(graph: OnnxGraph, weights: FaceApiWeights) {
    this.#graph = graph;
    this.#weights = weights;
  }

  shape(name: string): readonly number[] {
    return this.#find(name).shape;
  }

  /** `order`: reorders the axes; `shape`: then views the numbers under another shape. */
  store(name: string, order?: readonly number[], shape?: readonly number[]): Value {
    const weight = this.#find(name);
    const data = order === undefined ? weight.data : permute(weight.data, weight.shape, order);
    const axes = shape ?? order?.map((axis) => weight.shape[axis]) ?? weight.shape;
    const stored = this.#graph.constant(data, axes);
    if (weight.quantization === null) return stored;
    const { scale, min } = weight.quantization;
    const steps = this.#graph.node('Cast', [stored], { to: elementTypeNumber('float32') });
    return this.#graph.node('Add', [
      this.#graph.node('Mul', [steps, this.#graph.floats(scale)]),
      this.#graph.floats(min),
    ]);
  }

  /** Filters [height, width, in, out] as ONNX wants them: [out, in, height, width]. */
  filters(name: string): Value {
    return this.store(name, [3, 2, 0, 1]);
  }

  /** One number per channel, [C, 1, 1], to meet NCHW features. */
  perChannel(name: string): Value {
    return this.store(name, undefined, [this.shape(name).at(-1) ?? 1, 1, 1]);
  }

  #find(name: string): FaceApiWeight {
    const weight = this.#weights.get(name);
    if (weight === undefined) throw new RangeError(`the face-api weights have no tensor "${name}"`);
    return weight;
  }
}

/** Declares `input` [1, size, size, 3], RGB 0..255, and returns it as face-api's networks want it: NCHW, (x - mean) / 255. */
export function faceApiInput(graph: OnnxGraph, size: number): Value {
  const input = graph.node('Transpose', [graph.input('input', [1, size, size, 3])], { perm: [0, 3, 1, 2] });
  const mean = graph.floats([122.782, 117.001, 104.298], [1, 3, 1, 1]);
  return graph.node('Mul', [graph.node('Sub', [input, mean]), graph.floats(1 / 255)]);
}
