// What a training runs on: batches in a thread of their own, the graph on the device that was asked for, exams on the CPU.

import { availableParallelism } from 'node:os';
import { BatchWorker } from '../../adapters/node/batch-worker.ts';
import { openNetwork } from '../../adapters/node/onnx.ts';
import { openProgramSession } from '../../adapters/node/program-session.ts';
import type { LikenessNeeds } from '../../likeness/index.ts';
import { peopleFolder } from '../project.ts';

/** More threads than that gain little on crops of this size. */
const MOST_THREADS = 8;

export function trainingTools(
  device: 'cpu' | 'webgpu',
): Pick<LikenessNeeds, 'openBatches' | 'openSession' | 'openOther' | 'openNetwork' | 'breathe'> {
  const threads = Math.min(MOST_THREADS, availableParallelism());
  return {
    openBatches: (material) => new BatchWorker({ peopleFolder, ...material }),
    openSession: (program) => openProgramSession(program, { provider: device, threads }),
    openOther: device === 'cpu' ? null : (program) => openProgramSession(program, { provider: 'cpu', threads }),
    breathe: () => new Promise((resolve) => void setImmediate(resolve)),
    openNetwork: (bytes) => openNetwork(bytes, { provider: 'cpu', threads }),
  };
}
