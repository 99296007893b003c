// Writes the models folder: each file whole or not at all, the stamp last.
import path from 'node:path';
import { writeFileAtomic } from './files.ts';
import { modelsState, STAMP_FILE } from './model-stamp.ts';
import type { ModelFolders } from './model-stamp.ts';

/** @throws {CodedError} `file/disk-full`, `file/not-writable` */
export async function writeModels(
  folders: ModelFolders,
  files: ReadonlyMap<string, Uint8Array | string>,
): Promise<void> {
  const { modelsFolder } = folders;
  const written = [...files].map(([name, contents]) => writeFileAtomic(path.join(modelsFolder, name), contents));
  await Promise.all(written);
  await writeFileAtomic(path.join(modelsFolder, STAMP_FILE), (await modelsState(folders)) ?? '');
}
