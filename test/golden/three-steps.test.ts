// Three steps of a tiny training with a critic, on every build of ONNX Runtime, held to the losses that were seen when every
// rule had just been held to finite differences.
//
// Tolerance: float32 sums in another order. Seen: CPU (AVX-512), WebAssembly and WebGPU (SwiftShader) differ by less than
// 1e-6 in all four. 1e-4 leaves room for other processors and for an activation that falls on the other side of leaky ReLU's kink.
import { expect, test } from 'vitest';
import { openTrainingSession } from '../../src/adapters/node/training-session.ts';
import { openWebTrainingSession } from '../../src/adapters/web/training-session.ts';
import { initialState, train } from '../../src/model/index.ts';
import type { TrainingSession } from '../../src/model/index.ts';
import { tinyBatches, tinyProgram } from '../tiny-training.ts';

const EXPECTED: readonly Readonly<Record<string, number>>[] = [
  { loss: 0.3225011, adversarial: -0.1291708, critic: 2.0024526, gradientNorm: 0.1238499 },
  { loss: 0.3057885, adversarial: -0.0891206, critic: 2.0008383, gradientNorm: 0.1190742 },
  { loss: 0.2982105, adversarial: -0.0860682, critic: 2.0004373, gradientNorm: 0.1261979 },
];

/** The largest difference in any metric of any step, relative where the metric is above 1. */
async function stepError(open: (graph: Uint8Array) => Promise<TrainingSession>): Promise<number> {
  const program = tinyProgram({ critic: true });
  const session = await open(program.graph);
  const seen: Readonly<Record<string, number>>[] = [];
  await train({
    program,
    session,
    state: initialState(program, 11),
    source: tinyBatches,
    rate: () => 2e-3,
    steps: EXPECTED.length,
    onProgress: ({ metrics }) => seen.push(metrics),
  });
  await session.close();
  const errors = EXPECTED.flatMap((metrics, step) =>
    Object.entries(metrics).map(([name, value]) => Math.abs(seen[step][name] - value) / Math.max(1, Math.abs(value))),
  );
  return Math.max(...errors);
}

test('three steps on the CPU', async () => {
  expect(await stepError((graph) => openTrainingSession(graph, { provider: 'cpu' }))).toBeLessThan(1e-4);
});

test('three steps on WebAssembly', async () => {
  expect(await stepError(openWebTrainingSession)).toBeLessThan(1e-4);
});

// asked for by name: most machines have no Vulkan, and SwiftShader takes half a minute
test.skipIf(!process.env.DORIAN_TEST_WEBGPU)('three steps on WebGPU (where DORIAN_TEST_WEBGPU is set)', async () => {
  expect(await stepError((graph) => openTrainingSession(graph, { provider: 'webgpu' }))).toBeLessThan(1e-4);
});
