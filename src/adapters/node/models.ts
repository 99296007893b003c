// Makes the models folder: the networks of tracking, identity, apparent age and person matte as .onnx, with the tables
// and the notice that belong to them, out of the installed npm packages. What `npm run models` runs.
import { modelsState, stampedState } from './model-stamp.ts';
import type { ModelFolders } from './model-stamp.ts';

export type { ModelFolders } from './model-stamp.ts';

/**
 * Idempotent: when neither packages nor converter nor models have changed since the last run, nothing is read or
 * written. A file appears under its name only when it is whole.
 *
 * @returns Names of the files that were made; empty when there was nothing to do.
 * @throws {CodedError} `models/package-missing`, `models/package-truncated`, `models/package-changed`,
 *   `file/disk-full`, `file/not-writable`
 */
export async function makeModels(folders: ModelFolders): Promise<readonly string[]> {
  const stamped = await stampedState(folders.modelsFolder);
  if (stamped !== null && stamped === (await modelsState(folders))) return [];
  // loaded only now: starting the converter takes longer than the look at the stamp
  const [{ readModelSources }, { convertModels }, { writeModels }] = await Promise.all([
    import('./model-packages.ts'),
    import('./model-conversion.ts'),
    import('./model-folder.ts'),
  ]);
  const files = convertModels(await readModelSources(folders.packagesFolder));
  await writeModels(folders, files);
  return [...files.keys()];
}
