// Reads the pinned bytes out of the installed npm packages and refuses anything that is not exactly what is pinned.
import { createHash } from 'node:crypto';
import { open, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { CodedError } from '../../core/index.ts';
import type { ErrorCode } from '../../core/index.ts';
import { MODEL_SOURCES, PACKED_ASSETS_LOADER } from './model-sources.ts';
import type { ModelSource, ModelSourceName } from './model-sources.ts';

export type SourceBytes = Readonly<Record<ModelSourceName, Uint8Array>>;

/**
 * All sources, checked.
 *
 * @param packagesFolder - A `node_modules` folder.
 * @throws {CodedError} `models/package-missing`, `models/package-truncated`, `models/package-changed`
 */
export async function readModelSources(packagesFolder: string): Promise<SourceBytes> {
  await checkPackedAssets(packagesFolder);
  const read = Object.entries(MODEL_SOURCES).map(
    async ([name, source]) => [name, await readSource(packagesFolder, source)] as const,
  );
  return Object.fromEntries(await Promise.all(read)) as SourceBytes;
}

async function readSource(packagesFolder: string, source: ModelSource): Promise<Uint8Array> {
  const file = path.join(packagesFolder, source.package, source.file);
  const { size } = await stat(file).catch((cause: unknown) => Promise.reject(missing(source, file, cause)));
  if (size !== source.size) {
    throw notAsPublished('models/package-truncated', source, `${file} has ${size} bytes, not ${source.size}.`);
  }
  const bytes = await readRange(file, source.part?.start ?? 0, source.part?.end ?? source.size);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (sha256 !== source.sha256) {
    const what = source.part === undefined ? file : `${source.part.name} in ${file}`;
    throw notAsPublished('models/package-changed', source, `${what} has sha256 ${sha256}, not ${source.sha256}.`);
  }
  return bytes;
}

async function readRange(file: string, start: number, end: number): Promise<Uint8Array> {
  const handle = await open(file);
  try {
    const bytes = new Uint8Array(end - start);
    await handle.read(bytes, 0, bytes.length, start);
    return bytes;
  } finally {
    await handle.close();
  }
}

interface PackedFile {
  readonly filename: string;
  readonly start: number;
  readonly end: number;
}

/** The loader says where each part of the packed assets begins and ends: it must agree with the pinned offsets. */
async function checkPackedAssets(packagesFolder: string): Promise<void> {
  const { file } = PACKED_ASSETS_LOADER;
  const where = path.join(packagesFolder, PACKED_ASSETS_LOADER.package, file);
  const loader = await readFile(where, 'utf8').catch((cause: unknown) =>
    Promise.reject(missing(PACKED_ASSETS_LOADER, where, cause)),
  );
  const list = /"files"\s*:\s*(\[[^\]]*\])/.exec(loader)?.[1] ?? '[]';
  const packed = JSON.parse(list) as PackedFile[];
  for (const { part } of Object.values(MODEL_SOURCES)) {
    if (part === undefined) continue;
    const found = packed.find(({ filename }) => filename.endsWith(`/${part.name}`));
    if (found?.start === part.start && found.end === part.end) continue;
    const range = found === undefined ? 'nowhere' : `at bytes ${found.start} to ${found.end}`;
    throw notAsPublished(
      'models/package-changed',
      PACKED_ASSETS_LOADER,
      `${where} places ${part.name} ${range}, not at bytes ${part.start} to ${part.end}.`,
    );
  }
}

type PackageName = Pick<ModelSource, 'package' | 'version'>;

function missing(source: PackageName, file: string, cause: unknown): CodedError {
  return new CodedError('models/package-missing', `${file} is not there or cannot be read.`, {
    hint: `Run "npm ci", which installs ${source.package} ${source.version}, then "npm run models".`,
    cause,
  });
}

function notAsPublished(code: ErrorCode, source: PackageName, message: string): CodedError {
  return new CodedError(code, message, {
    hint: `Run "npm ci", which installs ${source.package} ${source.version} as it was published, then "npm run models".`,
  });
}
