// A training small enough for tests: a change network of 8 to 16 channels that learns to brighten drawn blobs, and a critic
// where asked for. Every operator of a real training takes part.
import {
  LANES,
  Tape,
  TrainedParameters,
  absoluteLoss,
  applyChange,
  changeNetwork,
  combine,
  compileLanes,
  compileTraining,
  differences,
  patchCritic,
  criticLoss,
  detach,
  makerLoss,
  pyramidLoss,
  SeededRandom,
  subtract,
} from '../src/model/index.ts';
import type { BatchSource, ProgramOptions, TrainingProgram } from '../src/model/index.ts';

const N = 2;
const SIZE = 16;
const HALF = SIZE / 2;
export const TINY_CHANNELS: readonly number[] = [8, 12, 16];

/** @param options - `rateFactor` is the change network's, beside a critic at 2. */
export function tinyProgram(options: TinyOptions = {}): TrainingProgram {
  const { tape, program } = record(N, options);
  const lane = record(N / LANES, options);
  return compileTraining(tape, { ...program, lanes: compileLanes(lane.tape, lane.program) });
}

interface TinyOptions {
  readonly critic?: boolean;
  readonly rateFactor?: number;
}

/** @param n - Samples. */
function record(n: number, { critic = false, rateFactor = 1 }: TinyOptions): { tape: Tape; program: ProgramOptions } {
  const tape = new Tape('tiny');
  const parameters = new TrainedParameters(tape, 'net');
  const picture = tape.input('picture', [n, 3, SIZE, SIZE]);
  const wanted = tape.input('wanted', [n, 3, SIZE, SIZE]);
  const mask = tape.input('mask', [n, 1, SIZE, SIZE]);
  const ages = [tape.input('source', [n, 1, HALF, HALF]), tape.input('target', [n, 1, HALF, HALF])];
  const change = changeNetwork(parameters, { picture, conditions: ages }, TINY_CHANNELS);
  const { changed, warped } = applyChange(picture, change);
  const pixels = combine([
    [1, pyramidLoss(subtract(changed, wanted), mask, 3)],
    [0.3, pyramidLoss(subtract(warped, wanted), mask, 3)],
    [0.02, absoluteLoss(differences(change.flow, 3))],
  ]);
  const optimiser = { weightDecay: 0.01 };
  const shared = { batchSize: n, optimiser };
  if (!critic)
    return {
      tape,
      program: { objectives: [{ parameters, loss: pixels }], metrics: { loss: pixels }, ...shared },
    };
  const judge = new TrainedParameters(tape, 'critic');
  const judged = patchCritic(judge, [changed, detach(changed), wanted], [8, 8]);
  const adversarial = makerLoss(judged[0]);
  const loss = combine([
    [1, pixels],
    [0.1, adversarial],
  ]);
  const byCritic = criticLoss(judged[2], judged[1]);
  const objectives = [
    { parameters, loss, rateFactor },
    { parameters: judge, loss: byCritic, rateFactor: 2 },
  ];
  return { tape, program: { objectives, metrics: { loss: pixels, adversarial, critic: byCritic }, ...shared } };
}

/** Blobs on a ramp; wanted are the same, moved by a pixel and brighter where the target age is higher. */
export const tinyBatches: BatchSource = {
  async batch(_step, state) {
    const random = new SeededRandom(state);
    const plane = SIZE * SIZE;
    const picture = new Float32Array(N * 3 * plane);
    const wanted = new Float32Array(N * 3 * plane);
    const target = new Float32Array(N * HALF * HALF);
    for (let n = 0; n < N; n++) {
      const [x0, y0, radius] = [random.between(4, 12), random.between(4, 12), random.between(3, 6)];
      const colour = [random.between(0.2, 0.8), random.between(0.2, 0.8), random.between(0.2, 0.8)];
      const age = random.uniform();
      target.fill(age, n * HALF * HALF, (n + 1) * HALF * HALF);
      const value = (c: number, x: number, y: number): number =>
        0.1 + (0.2 * y) / SIZE + colour[c] * Math.exp(-((x - x0) ** 2 + (y - y0) ** 2) / radius ** 2);
      for (let c = 0; c < 3; c++)
        for (let k = 0; k < plane; k++) {
          const [x, y, at] = [k % SIZE, Math.floor(k / SIZE), (n * 3 + c) * plane + k];
          picture[at] = value(c, x, y);
          wanted[at] = value(c, x + 1, y) * (0.8 + 0.4 * age);
        }
    }
    return {
      picture: { data: picture, shape: [N, 3, SIZE, SIZE] },
      wanted: { data: wanted, shape: [N, 3, SIZE, SIZE] },
      mask: { data: new Float32Array(N * plane).fill(1), shape: [N, 1, SIZE, SIZE] },
      source: { data: new Float32Array(N * HALF * HALF).fill(0.6), shape: [N, 1, HALF, HALF] },
      target: { data: target, shape: [N, 1, HALF, HALF] },
    };
  },
};
