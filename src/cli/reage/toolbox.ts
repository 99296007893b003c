// What does the work of re-ageing, opened once for a whole command and closed after it: threads for clips, networks in this
// thread for a still.

import path from 'node:path';
import type { FaceNetworks, FaceTables } from '../../face/index.ts';
import type { MeasuringNetworks, Reageing, Tracking } from '../../finals/index.ts';
import { PathReageing } from '../../finals/index.ts';
import type { HairPredictor } from '../../reage/index.ts';
import { FramePath } from '../../reage/index.ts';
import { loadFaceNetworks, loadFaceTables, openFaceNetworks } from '../../adapters/node/face-networks.ts';
import { openHair } from '../../adapters/node/open-hair.ts';
import type { OpenedLikeness } from '../../adapters/node/open-likeness.ts';
import { openLikeness } from '../../adapters/node/open-likeness.ts';
import type { Program } from '../../adapters/node/program-version.ts';
import { describeProgram } from '../../adapters/node/program-version.ts';
import { WorkerReageing } from '../../adapters/node/reage-worker.ts';
import { WorkerTracking } from '../../adapters/node/tracking-worker.ts';
import { hairFile, modelsFolder, projectFolder } from '../project.ts';
import type { LikenessChoice } from './likeness.ts';

/** What every re-aged picture says of how it was made. */
export interface Method {
  likenessOf(performer: string): { readonly name: string; readonly sha256: string };
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

async function method(choice: LikenessChoice): Promise<Method> {
  const decisive = ['face-detector', 'face-mesh', 'identity', 'person-matte'];
  const files = [...decisive.map((name) => path.join(modelsFolder, `${name}.onnx`)), hairFile];
  return {
    likenessOf(performer) {
      const { name, sha256 } = choice.of(performer);
      return { name, sha256 };
    },
    program: await describeProgram(projectFolder, files),
  };
}

/** @throws {CodedError} `models/not-built`, `network/...` */
export async function openClipTools(choice: LikenessChoice): Promise<ClipTools> {
  const made = await method(choice);
  const tables = await loadFaceTables(modelsFolder);
  const measuring = await openFaceNetworks(modelsFolder, ['identity', 'apparentAge']);
  const tracking = new WorkerTracking(modelsFolder);
  const reageing = new WorkerReageing({ modelsFolder, hairFile, likenesses: choice.all });
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
export async function openStillTools(choice: LikenessChoice): Promise<StillTools> {
  const made = await method(choice);
  const faces = await loadFaceNetworks(modelsFolder);
  const likenesses = new Map<string, OpenedLikeness>();
  const opened: { close(): Promise<void> }[] = [faces];
  const close = (): Promise<void> =>
    Promise.all([...opened, ...likenesses.values()].map((one) => one.close())).then(() => {});
  let hair: HairPredictor;
  try {
    const network = await openHair(hairFile);
    opened.push(network);
    hair = network.predictor;
    for (const one of choice.all) likenesses.set(one.sha256, await openLikeness(one));
  } catch (error) {
    await close();
    throw error;
  }
  return {
    ...made,
    tables: faces.tables,
    networks: faces.networks,
    reageing: new PathReageing(new FramePath({ person: faces.networks.person ?? null, hair }), likenesses),
    close,
  };
}
