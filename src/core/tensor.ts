// A block of float32 numbers with a shape, and the port through which every network in Dorian is run. What runs it
// (onnxruntime-node, onnxruntime-web, a socket) is an adapter's business.

export interface Tensor {
  /** C order; its length is the product of `shape`. */
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

/** A loaded network. Owned by whoever loaded it, who closes it. */
export interface Network {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /**
   * One run. Inputs are not kept or changed; the outputs belong to the caller until the next run of the same network.
   * @throws {CodedError} `network/run-failed`
   */
  run(inputs: Readonly<Record<string, Tensor>>): Promise<Record<string, Tensor>>;
  close(): Promise<void>;
}

/** Throws a RangeError where the data do not fill the shape. */
export function tensor(data: Float32Array, shape: readonly number[]): Tensor {
  const size = shape.reduce((product, n) => product * n, 1);
  if (size !== data.length)
    throw new RangeError(`tensor of shape [${shape}] needs ${size} numbers, got ${data.length}`);
  return { data, shape };
}
