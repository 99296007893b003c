// The face room's networks and tables, from the folder that `npm run models` fills.

import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Network } from '../../core/index.ts';
import { CodedError, parseFile } from '../../core/index.ts';
import type { FaceNetworks, FaceTables } from '../../face/index.ts';
import { faceTablesFile } from '../../face/index.ts';
import type { NetworkOptions } from './onnx.ts';
import { openNetwork } from './onnx.ts';

const FILES: Record<keyof FaceNetworks, string> = {
  detector: 'face-detector.onnx',
  mesh: 'face-mesh.onnx',
  identity: 'identity.onnx',
  apparentAge: 'apparent-age.onnx',
  person: 'person-matte.onnx',
};
const TABLES = 'face-tables.json';

export interface FaceNetworkOptions extends NetworkOptions {
  /** Networks that the caller will not use. */
  readonly without?: readonly ('identity' | 'apparentAge' | 'person')[];
}

/** All that the face room needs, owned by the caller. */
export interface LoadedFaceNetworks {
  readonly networks: FaceNetworks;
  readonly tables: FaceTables;
  close(): Promise<void>;
}

/** Some of the networks, owned by the caller. */
export interface OpenedFaceNetworks<Role extends keyof FaceNetworks> {
  readonly networks: Readonly<Record<Role, Network>>;
  close(): Promise<void>;
}

/** @throws {CodedError} `models/not-built`, what `openNetwork` throws */
export async function openFaceNetworks<Role extends keyof FaceNetworks>(
  folder: string,
  roles: readonly Role[],
  options: NetworkOptions = {},
): Promise<OpenedFaceNetworks<Role>> {
  await requireBuilt(
    folder,
    roles.map((role) => FILES[role]),
  );
  const opened: Network[] = [];
  const close = (): Promise<void> => Promise.all(opened.map((network) => network.close())).then(() => {});
  try {
    for (const role of roles) opened.push(await openNetwork(join(folder, FILES[role]), options));
  } catch (error) {
    await close();
    throw error;
  }
  const networks = Object.fromEntries(roles.map((role, i) => [role, opened[i]])) as Record<Role, Network>;
  return { networks, close };
}

/** @throws {CodedError} `models/not-built`; `file/...` for damaged tables */
export async function loadFaceTables(folder: string): Promise<FaceTables> {
  await requireBuilt(folder, [TABLES]);
  return parseFile(faceTablesFile, await readFile(join(folder, TABLES), 'utf8'), join(folder, TABLES));
}

/**
 * @param folder - Usually `models/` of the checkout.
 * @throws {CodedError} `models/not-built` when a file is not there; `file/...` for damaged tables; what `openNetwork`
 * throws.
 */
export async function loadFaceNetworks(folder: string, options: FaceNetworkOptions = {}): Promise<LoadedFaceNetworks> {
  const roles = (Object.keys(FILES) as (keyof FaceNetworks)[]).filter(
    (role) => !(options.without as readonly string[] | undefined)?.includes(role),
  );
  const tables = await loadFaceTables(folder);
  return { ...(await openFaceNetworks(folder, roles, options)), tables };
}

async function requireBuilt(folder: string, files: readonly string[]): Promise<void> {
  for (const file of files) {
    await access(join(folder, file)).catch((cause: unknown) => {
      throw new CodedError('models/not-built', `${file} is not in ${folder}`, {
        hint: 'Run `npm run models`.',
        cause,
      });
    });
  }
}
