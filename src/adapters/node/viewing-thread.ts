// A thread behind WorkerViewing.

import { parentPort, workerData } from 'node:worker_threads';
import { FaceObserver, FileViewing } from '../../library/index.ts';
import { loadFaceNetworks } from './face-networks.ts';
import { footageFiles } from './footage.ts';
import { photoFiles } from './photo-files.ts';
import { performerFolderIn } from './production.ts';
import type { CallPort } from './thread-calls.ts';
import { answerCalls } from './thread-calls.ts';
import { loadVideoFiles } from './video-files.ts';
import type { ViewingRequest, ViewingThreadData } from './viewing-worker.ts';

const { modelsFolder, productionFolder } = workerData as ViewingThreadData;
const opened = loadFaceNetworks(modelsFolder, { without: ['person'] });
const viewing = opened.then(({ networks, tables }) => {
  const files = photoFiles((slug) => performerFolderIn(productionFolder, slug));
  return new FileViewing(files, footageFiles(loadVideoFiles), new FaceObserver(networks, tables));
});
// where it fails, every call is answered with why
viewing.catch(() => {});

answerCalls(
  parentPort as CallPort,
  async (request) => {
    const { slug, file, sha256 } = request as ViewingRequest;
    return (await viewing).look(slug, file, sha256);
  },
  async () => (await opened).close(),
);
