// A lane of LaneSession: the derivatives of one part of a batch.

import { parentPort, workerData } from 'node:worker_threads';
import type { InferenceSession } from 'onnxruntime-node';
import type { Tensor } from '../../core/index.ts';
import { stepFailed } from '../onnx-training.ts';
import type { LaneSetup, LaneStep } from './lane-session.ts';
import { openOrtSession, ortTensor } from './training-session.ts';
import type { CallPort } from './thread-calls.ts';
import { answerCalls } from './thread-calls.ts';

const { graph, threads, weights, gradients } = workerData as LaneSetup;

const session: Promise<InferenceSession> = openOrtSession(graph, { provider: 'cpu', threads });
// where it fails, every call is answered with why
session.catch(() => {});

/** @returns The metrics; the gradients are left in shared memory. */
async function derive({ feeds }: LaneStep): Promise<Record<string, Tensor>> {
  const inputs = await Promise.all([
    ...Object.entries(feeds).map(async ([name, { data, shape }]) => [name, await ortTensor(data, shape)] as const),
    // the runtime takes no shared memory
    ...Object.entries(weights).map(
      async ([name, data]) => [name, await ortTensor(Float32Array.from(data), [data.length])] as const,
    ),
  ]);
  const results = await (await session).run(Object.fromEntries(inputs)).catch((cause: unknown) => {
    throw stepFailed('a training step did not run', cause);
  });
  const metrics: Record<string, Tensor> = {};
  for (const [name, { data, dims }] of Object.entries(results)) {
    const vector = gradients[name];
    if (vector) vector.set(data as Float32Array);
    else metrics[name] = { data: data as Float32Array, shape: dims };
  }
  return metrics;
}

answerCalls(
  parentPort as CallPort,
  (request) => derive(request as LaneStep),
  async () => {
    await (await session).release();
  },
);
