// The thread behind WorkerTracking: opens the networks, answers one request after another.

import { parentPort, workerData } from 'node:worker_threads';
import { isCodedError } from '../../core/index.ts';
import { PlateTracker } from '../../finals/index.ts';
import { loadFaceNetworks } from './face-networks.ts';
import type { TrackingAnswer, TrackingRequest } from './tracking-worker.ts';

const port = parentPort;
if (!port) throw new Error('this file is a thread of tracking-worker.ts');

const { modelsFolder } = workerData as { readonly modelsFolder: string };
const opened = loadFaceNetworks(modelsFolder, { without: ['apparentAge', 'person'] });
const tracker = opened.then(({ networks, tables }) => new PlateTracker(networks, tables));
// where it fails, every request is answered with why
tracker.catch(() => {});

let turn: Promise<void> = Promise.resolve();

port.on('message', (request: TrackingRequest) => {
  turn = turn.then(async () => {
    port.postMessage(await answer(request));
    if (request.kind === 'close') port.close();
  });
});

async function answer(request: TrackingRequest): Promise<TrackingAnswer> {
  try {
    return { value: await perform(request) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (!isCodedError(error)) return { error: { code: null, message, hint: '' } };
    return { error: { code: error.code, message, hint: error.hint } };
  }
}

async function perform(request: TrackingRequest): Promise<unknown> {
  if (request.kind === 'close') return (await opened).close();
  const tracking = await tracker;
  if (request.kind === 'track') return tracking.track(request.plate, request.frameIndex);
  if (request.kind === 'snapshot') return tracking.snapshot();
  return tracking.restore(request.snapshot);
}
