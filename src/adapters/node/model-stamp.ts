// Knows whether the models folder is what a run of the converter would make again: same packages, same converter, same
// files. Looks at sizes and times of change, not at contents, so that "nothing to do" costs next to nothing.
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { MODEL_FILES, MODEL_SOURCES, PACKED_ASSETS_LOADER } from './model-sources.ts';

const SCHEMA = 'dorian/models-stamp';
const VERSION = 1;

export const STAMP_FILE = '.stamp.json';

export interface ModelFolders {
  /** A `node_modules` folder. */
  readonly packagesFolder: string;
  readonly modelsFolder: string;
}

/** The state of packages, converter and models folder as a text; equal texts mean equal states. Null: something is missing. */
export async function modelsState({ packagesFolder, modelsFolder }: ModelFolders): Promise<string | null> {
  const sources = [PACKED_ASSETS_LOADER, ...Object.values(MODEL_SOURCES)].map(
    (source) => `${source.package}/${source.file}`,
  );
  try {
    const state = {
      schema: SCHEMA,
      version: VERSION,
      converter: await converterDigest(),
      packages: await fileStates(packagesFolder, [...new Set(sources)]),
      models: await fileStates(modelsFolder, Object.values(MODEL_FILES)),
    };
    return `${JSON.stringify(state, null, 2)}\n`;
  } catch {
    return null;
  }
}

/** The state that the last run of the converter left, or null. */
export async function stampedState(modelsFolder: string): Promise<string | null> {
  return readFile(path.join(modelsFolder, STAMP_FILE), 'utf8').catch(() => null);
}

async function fileStates(folder: string, files: readonly string[]): Promise<Record<string, string>> {
  const states = files.map(async (file) => {
    const { size, mtimeMs } = await stat(path.join(folder, file));
    return [file, `${size} bytes, ${mtimeMs}`] as const;
  });
  return Object.fromEntries(await Promise.all(states));
}

// A changed converter makes changed files: its own text is part of the state, so nobody has to remember to count up.
async function converterDigest(): Promise<string> {
  const here = path.dirname(fileURLToPath(import.meta.url));
  const hash = createHash('sha256');
  for (const folder of [here, path.join(here, '../../onnx')]) {
    const names = (await readdir(folder)).filter((name) => !name.includes('.test.'));
    const relevant = names.filter((name) => folder !== here || name.startsWith('model'));
    for (const name of relevant.toSorted()) hash.update(name).update(await readFile(path.join(folder, name)));
  }
  return hash.digest('hex');
}
