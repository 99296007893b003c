// A thread behind WorkerReageing.

import { parentPort, workerData } from 'node:worker_threads';
import type { Network } from '../../core/index.ts';
import type { LoadedLikeness, ReageWork } from '../../finals/index.ts';
import { PathReageing } from '../../finals/index.ts';
import { FramePath, likenessPredictor } from '../../reage/index.ts';
import { openCareerArchive } from './career-mean-file.ts';
import { openFaceNetworks } from './face-networks.ts';
import { openNetwork } from './onnx.ts';
import type { ReageThreadData } from './reage-worker.ts';
import type { CallPort } from './thread-calls.ts';
import { answerCalls } from './thread-calls.ts';

const { modelsFolder, likenesses } = workerData as ReageThreadData;

async function open(): Promise<{ readonly reageing: PathReageing; readonly networks: readonly Network[] }> {
  const { person } = (await openFaceNetworks(modelsFolder, ['person'])).networks;
  const networks = [person];
  const loaded = new Map<string, LoadedLikeness>();
  for (const { sha256, file, careerMeanFolder } of likenesses) {
    const network = await openNetwork(file);
    networks.push(network);
    const archive = careerMeanFolder === undefined ? null : await openCareerArchive(careerMeanFolder);
    loaded.set(sha256, { predictor: likenessPredictor(network, archive) });
  }
  return { reageing: new PathReageing(new FramePath({ person }), loaded), networks };
}

const opened = open();
// where it fails, every call is answered with why
opened.catch(() => {});

/** The samples of a plate and its matte lie in shared memory: what is changed here is changed there. */
answerCalls(
  parentPort as CallPort,
  async (work) => (await opened).reageing.reage(work as ReageWork),
  async () => {
    await Promise.all((await opened).networks.map((network) => network.close()));
  },
);
