// A thread behind WorkerReageing.

import { parentPort, workerData } from 'node:worker_threads';
import type { LoadedLikeness, ReageWork } from '../../finals/index.ts';
import { PathReageing } from '../../finals/index.ts';
import { FramePath } from '../../reage/index.ts';
import { openFaceNetworks } from './face-networks.ts';
import { openHair } from './open-hair.ts';
import { openLikeness } from './open-likeness.ts';
import type { ReageThreadData } from './reage-worker.ts';
import type { CallPort } from './thread-calls.ts';
import { answerCalls } from './thread-calls.ts';

const { modelsFolder, hairFile, likenesses } = workerData as ReageThreadData;

interface Closable {
  close(): Promise<void>;
}

async function open(): Promise<{ readonly reageing: PathReageing; readonly closables: readonly Closable[] }> {
  const { person } = (await openFaceNetworks(modelsFolder, ['person'])).networks;
  const hair = await openHair(hairFile);
  const closables: Closable[] = [person, hair];
  const loaded = new Map<string, LoadedLikeness>();
  for (const one of likenesses) {
    const likeness = await openLikeness(one);
    closables.push(likeness);
    loaded.set(one.sha256, likeness);
  }
  return { reageing: new PathReageing(new FramePath({ person, hair: hair.predictor }), loaded), closables };
}

const opened = open();
// where it fails, every call is answered with why
opened.catch(() => {});

/** The samples of a plate and its matte lie in shared memory: what is changed here is changed there. */
answerCalls(
  parentPort as CallPort,
  async (work) => (await opened).reageing.reage(work as ReageWork),
  async () => {
    await Promise.all((await opened).closables.map((one) => one.close()));
  },
);
