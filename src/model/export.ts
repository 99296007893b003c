// The finished network as an .onnx file with its weights stored: what predicts. Stored weights let ONNX Runtime lay them
// out for its fastest convolution, up to twice as fast as weights that come in as inputs.
import { BakedParameters } from './parameters.ts';
import type { Parameters, Weights } from './parameters.ts';
import { Tape } from './tape.ts';
import type { StaticShape, Traced } from './tape.ts';

export interface NetworkExport<Inputs extends Readonly<Record<string, StaticShape>>> {
  readonly name: string;
  readonly weights: Weights;
  /** Inputs of the file, by name. */
  readonly inputs: Inputs;
  /** Builds the network; what it returns are the outputs of the file, by name. */
  readonly build: (
    parameters: Parameters,
    inputs: Readonly<Record<keyof Inputs, Traced>>,
  ) => Readonly<Record<string, Traced>>;
  /** Kept in the file as texts. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * The bytes of the .onnx file.
 *
 * @throws {RangeError} where weights are missing or of another shape.
 */
export function exportNetwork<const Inputs extends Readonly<Record<string, StaticShape>>>(
  network: NetworkExport<Inputs>,
): Uint8Array<ArrayBuffer> {
  const tape = new Tape(network.name);
  const inputs = Object.fromEntries(
    Object.entries(network.inputs).map(([name, shape]) => [name, tape.input(name, shape)]),
  ) as Record<keyof Inputs, Traced>;
  const outputs = network.build(new BakedParameters(tape, network.weights), inputs);
  for (const [name, value] of Object.entries(outputs)) tape.output(name, value);
  return tape.graph.write({ metadata: network.metadata });
}

/** Weights as an .onnx file that stores them and does nothing: `readStoredTensors` finds them again. */
export function exportWeights(
  name: string,
  weights: Weights,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const { graph } = new Tape(name);
  for (const [weight, { data, shape }] of weights) graph.output(graph.constant(data, shape, weight), shape);
  return graph.write({ metadata });
}
