// The networks that re-ageing needs, opened once for a whole command and closed after it.

import path from 'node:path';
import type { Network } from '../../core/index.ts';
import type { FaceNetworks, FaceTables } from '../../face/index.ts';
import type { Predictor } from '../../reage/index.ts';
import { FramePath, networkPredictor } from '../../reage/index.ts';
import { loadFaceNetworks } from '../../adapters/node/face-networks.ts';
import { sha256OfFile } from '../../adapters/node/files.ts';
import { openNetwork } from '../../adapters/node/onnx.ts';
import type { Program } from '../../adapters/node/program-version.ts';
import { describeProgram } from '../../adapters/node/program-version.ts';
import { modelsFolder, priorFile, projectFolder } from '../project.ts';

export interface Toolbox {
  readonly networks: FaceNetworks;
  readonly tables: FaceTables;
  readonly path: FramePath;
  readonly predictor: Predictor;
  readonly likeness: { readonly name: string; readonly sha256: string };
  readonly program: Program;
  close(): Promise<void>;
}

/** @throws {CodedError} `models/not-built`, `network/...` */
export async function openToolbox(): Promise<Toolbox> {
  const faces = await loadFaceNetworks(modelsFolder);
  let prior: Network;
  try {
    prior = await openNetwork(priorFile);
  } catch (error) {
    await faces.close();
    throw error;
  }
  return {
    networks: faces.networks,
    tables: faces.tables,
    path: new FramePath({ person: faces.networks.person ?? null }),
    predictor: networkPredictor(prior),
    likeness: { name: 'prior', sha256: await sha256OfFile(priorFile) },
    program: await describeProgram(projectFolder, [
      path.join(modelsFolder, 'face-detector.onnx'),
      path.join(modelsFolder, 'face-mesh.onnx'),
      path.join(modelsFolder, 'identity.onnx'),
      path.join(modelsFolder, 'person-matte.onnx'),
    ]),
    close: () => Promise.all([faces.close(), prior.close()]).then(() => {}),
  };
}
