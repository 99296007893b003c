// Three steps of a tiny training with a critic, on both builds of ONNX Runtime, held to the losses that were seen when every
// rule had just been held to finite differences.
//
// Tolerance: float32 sums in another order. Seen: CPU (AVX-512) and WebAssembly differ by less than 1e-6 relative in the
// losses. 1e-4 leaves room for other processors and for an activation that falls on the other side of leaky ReLU's kink.
import { expect, test } from 'vitest';
import { openTrainingSession } from '../../src/adapters/node/training-session.ts';
import { openWebTrainingSession } from '../../src/adapters/web/training-session.ts';
import { initialState, train } from '../../src/model/index.ts';
import type { TrainingSession } from '../../src/model/index.ts';
import { tinyBatches, tinyProgram } from '../tiny-training.ts';

const EXPECTED: readonly Readonly<Record<string, number>>[] = [
  { loss: 0.1590836, adversarial: -0.0432978, critic: 2.0006671, gradientNorm: 0.3608283 },
  { loss: 0.3133889, adversarial: -0.03896, critic: 2.0002913, gradientNorm: 0.2020875 },
  { loss: 0.2189054, adversarial: -0.0414807, critic: 1.9990779, gradientNorm: 0.4094253 },
];

const builds: readonly (readonly [string, (graph: Uint8Array) => Promise<TrainingSession>])[] = [
  ['node, CPU', (graph) => openTrainingSession(graph, { provider: 'cpu' })],
  ['WebAssembly', openWebTrainingSession],
];

test.each(builds)('three steps on %s', async (_, open) => {
  const program = tinyProgram({ critic: true });
  const session = await open(program.graph);
  const seen: Readonly<Record<string, number>>[] = [];
  await train({
    program,
    session,
    state: initialState(program, 11),
    source: tinyBatches,
    rate: () => 2e-3,
    steps: 3,
    onProgress: ({ metrics }) => seen.push(metrics),
  });
  await session.close();
  expect(seen.length).toBe(EXPECTED.length);
  for (const [step, metrics] of EXPECTED.entries())
    for (const [name, value] of Object.entries(metrics))
      expect(Math.abs(seen[step][name] - value)).toBeLessThan(1e-4 * Math.max(1, Math.abs(value)));
});
