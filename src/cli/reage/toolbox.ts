// What does the work of re-ageing, opened once for a whole command and closed after it: threads for clips, networks in this
// thread for a still.

import path from 'node:path';
import type { Network } from '../../core/index.ts';
import type { FaceNetworks, FaceTables } from '../../face/index.ts';
import type { MeasuringNetworks, Reageing, Tracking } from '../../finals/index.ts';
import { PathReageing } from '../../finals/index.ts';
import { FramePath, networkPredictor } from '../../reage/index.ts';
import { loadFaceNetworks, loadFaceTables, openFaceNetworks } from '../../adapters/node/face-networks.ts';
import { sha256OfFile } from '../../adapters/node/files.ts';
import { openNetwork } from '../../adapters/node/onnx.ts';
import type { Program } from '../../adapters/node/program-version.ts';
import { describeProgram } from '../../adapters/node/program-version.ts';
import { WorkerReageing } from '../../adapters/node/reage-worker.ts';
import { WorkerTracking } from '../../adapters/node/tracking-worker.ts';
import { modelsFolder, priorFile, projectFolder } from '../project.ts';

/** What every re-aged picture says of how it was made. */
export interface Method {
  readonly likeness: { readonly name: string; readonly sha256: string };
  readonly program: Program;
}

export interface ClipTools extends Method {
  readonly tables: FaceTables;
  readonly measuring: MeasuringNetworks;
  readonly tracking: Tracking;
  readonly reageing: Reageing;
  close(): Promise<void>;
}

export interface StillTools extends Method {
  readonly tables: FaceTables;
  readonly networks: FaceNetworks;
  readonly reageing: Reageing;
  close(): Promise<void>;
}

async function method(): Promise<Method> {
  const decisive = ['face-detector', 'face-mesh', 'identity', 'person-matte'];
  const files = decisive.map((name) => path.join(modelsFolder, `${name}.onnx`));
  return {
    likeness: { name: 'prior', sha256: await sha256OfFile(priorFile) },
    program: await describeProgram(projectFolder, files),
  };
}

/** @throws {CodedError} `models/not-built`, `network/...` */
export async function openClipTools(): Promise<ClipTools> {
  const made = await method();
  const tables = await loadFaceTables(modelsFolder);
  const measuring = await openFaceNetworks(modelsFolder, ['identity', 'apparentAge']);
  const likenesses = [{ sha256: made.likeness.sha256, file: priorFile }];
  const tracking = new WorkerTracking(modelsFolder);
  const reageing = new WorkerReageing({ modelsFolder, likenesses });
  return {
    ...made,
    tables,
    measuring: measuring.networks,
    tracking,
    reageing,
    close: () => Promise.all([measuring.close(), tracking.close(), reageing.close()]).then(() => {}),
  };
}

/** @throws {CodedError} `models/not-built`, `network/...` */
export async function openStillTools(): Promise<StillTools> {
  const made = await method();
  const faces = await loadFaceNetworks(modelsFolder);
  let prior: Network;
  try {
    prior = await openNetwork(priorFile);
  } catch (error) {
    await faces.close();
    throw error;
  }
  const likenesses = new Map([[made.likeness.sha256, { predictor: networkPredictor(prior) }]]);
  return {
    ...made,
    tables: faces.tables,
    networks: faces.networks,
    reageing: new PathReageing(new FramePath({ person: faces.networks.person ?? null }), likenesses),
    close: () => Promise.all([faces.close(), prior.close()]).then(() => {}),
  };
}
