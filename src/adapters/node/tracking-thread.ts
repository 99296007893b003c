// The thread behind WorkerTracking.

import { parentPort, workerData } from 'node:worker_threads';
import { PlateTracker } from '../../finals/index.ts';
import { loadFaceNetworks } from './face-networks.ts';
import type { CallPort } from './thread-calls.ts';
import { answerCalls } from './thread-calls.ts';
import type { TrackingRequest } from './tracking-worker.ts';

const { modelsFolder } = workerData as { readonly modelsFolder: string };
const opened = loadFaceNetworks(modelsFolder, { without: ['apparentAge', 'person'] });
const tracker = opened.then(({ networks, tables }) => new PlateTracker(networks, tables));
// where it fails, every call is answered with why
tracker.catch(() => {});

async function perform(request: TrackingRequest): Promise<unknown> {
  const tracking = await tracker;
  switch (request.kind) {
    case 'track':
      return tracking.track(request.plate, request.frameIndex);
    case 'begin':
      return tracking.begin();
    case 'snapshot':
      return tracking.snapshot();
    case 'restore':
      return tracking.restore(request.snapshot);
  }
}

answerCalls(
  parentPort as CallPort,
  (request) => perform(request as TrackingRequest),
  async () => (await opened).close(),
);
