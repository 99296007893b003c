// Writes the models folder: each file under a temporary name first, the stamp last.
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { CodedError } from '../../core/index.ts';
import { modelsState, STAMP_FILE } from './model-stamp.ts';
import type { ModelFolders } from './model-stamp.ts';

/** @throws {CodedError} `models/not-written` */
export async function writeModels(
  folders: ModelFolders,
  files: ReadonlyMap<string, Uint8Array | string>,
): Promise<void> {
  const { modelsFolder } = folders;
  try {
    await mkdir(modelsFolder, { recursive: true });
    for (const [name, contents] of files) await writeWhole(path.join(modelsFolder, name), contents);
    await writeWhole(path.join(modelsFolder, STAMP_FILE), (await modelsState(folders)) ?? '');
  } catch (cause) {
    throw new CodedError('models/not-written', `${modelsFolder} cannot be written: ${(cause as Error).message}`, {
      hint: 'Free 15 MB of disk space and see that the folder may be written to, then run "npm run models".',
      cause,
    });
  }
}

async function writeWhole(file: string, contents: Uint8Array | string): Promise<void> {
  const unfinished = `${file}.${process.pid}.tmp`;
  try {
    await writeFile(unfinished, contents);
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}
