// Holds backward rules to finite differences. The graph gives the operator's result and the derivative of <seed, result>
// by each input; here each number of each input is moved a little both ways, and the result's change, weighted by the same
// seed and summed in double precision, must be what the graph says.
import { openNetwork } from '../src/adapters/node/onnx.ts';
import type { Tensor } from '../src/core/index.ts';
import { SeededRandom, Tape } from '../src/model/index.ts';
import type { StaticShape, Traced } from '../src/model/index.ts';

export interface GradientCheck {
  /** Inputs that get a gradient. */
  readonly inputs: Readonly<Record<string, StaticShape>>;
  /** Inputs that are data. */
  readonly data?: Readonly<Record<string, StaticShape>>;
  readonly build: (values: Readonly<Record<string, Traced>>) => Traced;
  /** Draws the numbers; uniform in -1..1 where absent. Keep clear of kinks by more than `move`. */
  readonly draw?: (random: SeededRandom, name: string) => number;
  /** How far a number is moved. Float32 results carry errors of 1e-7 of their size, so not much less. */
  readonly move?: number;
  readonly seed?: number;
}

const length = (shape: StaticShape): number => shape.reduce((product, n) => product * n, 1);

/**
 * How far the rules are off: the largest difference to a finite difference, as a share of the largest derivative by the
 * same input. Float32 leaves about 1e-3.
 *
 * @throws {Error} where an input gets no gradient or moves nothing.
 */
export async function gradientError(check: GradientCheck): Promise<number> {
  const { inputs, data = {}, move = 0.01 } = check;
  const random = new SeededRandom(check.seed ?? 1);
  const draw = check.draw ?? ((source: SeededRandom) => source.between(-1, 1));
  const feeds: Record<string, Tensor> = {};
  for (const [name, shape] of Object.entries({ ...inputs, ...data }))
    feeds[name] = { shape, data: Float32Array.from({ length: length(shape) }, () => draw(random, name)) };
  const { graph, seed } = differentiated(check, random);
  const network = await openNetwork(graph);
  try {
    const outputs = await network.run(feeds);
    const weighted = async (): Promise<number> =>
      (await network.run(feeds)).result.data.reduce((sum, y, k) => sum + y * seed[k], 0);
    const found = Object.fromEntries(Object.keys(inputs).map((name) => [name, outputs[`by.${name}`].data.slice()]));
    let worst = 0;
    for (const name of Object.keys(inputs)) {
      const expected = await finiteDifferences(feeds[name].data, move, weighted);
      const largest = expected.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
      if (largest === 0) throw new Error(`${name} moves nothing`);
      for (const [i, x] of expected.entries()) worst = Math.max(worst, Math.abs(found[name][i] - x) / largest);
    }
    return worst;
  } finally {
    await network.close();
  }
}

function differentiated(check: GradientCheck, random: SeededRandom): { graph: Uint8Array; seed: Float32Array } {
  const tape = new Tape('gradient check');
  const values: Record<string, Traced> = {};
  for (const [name, shape] of Object.entries(check.inputs))
    values[name] = tape.leaf(tape.graph.input(name, shape), shape);
  const given = Object.entries(check.data ?? {}).map(([name, shape]) => [name, tape.input(name, shape)] as const);
  const result = check.build({ ...values, ...Object.fromEntries(given) });
  const seed = Float32Array.from({ length: length(result.shape) }, () => random.between(-1, 1));
  const gradients = tape.gradients(result, Object.values(values), tape.constant(seed, result.shape).value);
  tape.output('result', result);
  for (const [k, [name, { shape }]] of Object.entries(values).entries()) {
    const gradient = gradients[k];
    if (gradient === null) throw new Error(`${name} gets no gradient`);
    tape.output(`by.${name}`, tape.data(gradient, shape));
  }
  return { graph: tape.graph.write(), seed };
}

/** @param numbers - Moved one by one, and put back. */
async function finiteDifferences(
  numbers: Float32Array,
  move: number,
  result: () => Promise<number>,
): Promise<Float64Array> {
  const slopes = new Float64Array(numbers.length);
  for (let i = 0; i < numbers.length; i++) {
    const own = numbers[i];
    const [high, low] = [Math.fround(own + move), Math.fround(own - move)];
    numbers[i] = high;
    const above = await result();
    numbers[i] = low;
    slopes[i] = (above - (await result())) / (high - low);
    numbers[i] = own;
  }
  return slopes;
}
