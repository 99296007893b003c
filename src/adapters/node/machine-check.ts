// What `dorian doctor` looks at: each check is a fact about this machine or checkout, good or with what to do about it.

import { existsSync } from 'node:fs';
import { readdir, statfs } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import path from 'node:path';
import { isCodedError } from '../../core/index.ts';
import { TEMPORARY_SUFFIX } from './files.ts';
import { MODEL_FILES } from './model-sources.ts';
import { modelsState, stampedState } from './model-stamp.ts';
import { pickProvider } from './onnx.ts';
import { openProduction } from './production.ts';

export interface Check {
  readonly name: string;
  /** `warning`: something is slower or missing, but work can be done. */
  readonly state: 'good' | 'warning' | 'bad';
  readonly says: string;
  /** What to do; empty when good. */
  readonly advice: string;
}

export interface CheckedFolders {
  readonly packagesFolder: string;
  readonly modelsFolder: string;
  readonly priorFile: string;
  /** The production around the person, if any. */
  readonly productionFolder: string | null;
  /** Where output would go by default. */
  readonly workFolder: string;
}

/** Runs all checks; none throws. */
export async function checkMachine(folders: CheckedFolders): Promise<Check[]> {
  const checks: (readonly [string, () => Promise<Check> | Check])[] = [
    ['Node', checkNode],
    ['machine', checkHardware],
    ['models', () => checkModels(folders)],
    ['prior', () => checkPrior(folders.priorFile)],
    ['networks', checkProviders],
    ['video', checkVideo],
    ['disk', () => checkDisk(folders.productionFolder ?? folders.workFolder)],
    ['production', () => checkProduction(folders.productionFolder)],
  ];
  const done: Check[] = [];
  for (const [name, check] of checks) {
    done.push(
      await Promise.try(check).catch((error: unknown): Check => {
        const advice = isCodedError(error) ? error.hint : 'Run `npm run setup` again.';
        return bad(name, error instanceof Error ? error.message : String(error), advice);
      }),
    );
  }
  return done;
}

function good(name: string, says: string): Check {
  return { name, state: 'good', says, advice: '' };
}

function warning(name: string, says: string, advice: string): Check {
  return { name, state: 'warning', says, advice };
}

function bad(name: string, says: string, advice: string): Check {
  return { name, state: 'bad', says, advice };
}

/** TypeScript without flags and `node:sqlite` are there from here on. */
const LEAST_NODE = [24, 12] as const;

function checkNode(): Check {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const says = `${process.version} on ${process.platform} ${process.arch}`;
  const isEnough = major > LEAST_NODE[0] || (major === LEAST_NODE[0] && minor >= LEAST_NODE[1]);
  if (isEnough) return good('Node', says);
  return bad(
    'Node',
    says,
    'Run Dorian by `npm run -s dorian --`, which brings its own Node 24, after `npm run setup`.',
  );
}

const LITTLE_MEMORY_GB = 4;

function checkHardware(): Check {
  const memory = totalmem() / 2 ** 30;
  const says = `${availableParallelism()} processors, ${memory.toFixed(0)} GB of memory`;
  if (memory >= LITTLE_MEMORY_GB) return good('machine', says);
  return warning('machine', says, `Large clips want ${LITTLE_MEMORY_GB} GB or more.`);
}

async function checkModels(folders: CheckedFolders): Promise<Check> {
  const missing = Object.values(MODEL_FILES).filter((file) => !existsSync(path.join(folders.modelsFolder, file)));
  if (missing.length > 0) return bad('models', `missing: ${missing.join(', ')}`, 'Run `npm run models`.');
  const isCurrent = (await stampedState(folders.modelsFolder)) === (await modelsState(folders));
  if (isCurrent) return good('models', 'built, as the installed packages and the converter make them');
  return warning('models', 'built by another version of the converter or of the packages', 'Run `npm run models`.');
}

function checkPrior(file: string): Check {
  if (existsSync(file)) return good('prior', file);
  return bad('prior', `${file} is missing`, 'Restore it from the repository: git checkout assets/prior');
}

async function checkProviders(): Promise<Check> {
  const { listSupportedBackends } = await import('onnxruntime-node');
  const there = listSupportedBackends()
    .filter((backend) => backend.bundled)
    .map((backend) => backend.name);
  const chosen = pickProvider();
  const says = `ONNX Runtime has ${there.join(', ')}; in use: ${chosen}`;
  if (there.includes(chosen)) return good('networks', says);
  return warning('networks', says, `Set DORIAN_PROVIDER to one of ${there.join(', ')}, if ${chosen} does not start.`);
}

/** Encoders that renders ask for, by FFmpeg's names. */
const ENCODERS = ['libx264', 'prores_ks', 'ffv1'] as const;
const FASTER_ENCODERS = ['h264_nvenc', 'h264_vaapi', 'h264_qsv', 'h264_videotoolbox'] as const;

async function checkVideo(): Promise<Check> {
  const ffmpeg = await import('./ffmpeg-library.ts');
  const has = (name: string): boolean => Boolean(ffmpeg.Codec.findEncoderByName(name as never));
  const missing = ENCODERS.filter((name) => !has(name));
  const says = `encoders ${ENCODERS.filter(has).join(', ')}; built in for other hardware: ${FASTER_ENCODERS.filter(has).join(', ') || 'none'}`;
  if (missing.length === 0) return good('video', says);
  return bad('video', `${says}; missing: ${missing.join(', ')}`, 'Run `npm run setup` again.');
}

const LITTLE_DISK_GB = 5;

async function checkDisk(folder: string): Promise<Check> {
  const { bavail, bsize } = await statfs(folder);
  const free = (Number(bavail) * Number(bsize)) / 2 ** 30;
  const says = `${free.toFixed(free < 10 ? 1 : 0)} GB free at ${folder}`;
  if (free >= LITTLE_DISK_GB) return good('disk', says);
  return warning('disk', says, 'Make room: a minute of 1080p ProRes takes about 1.5 GB.');
}

async function checkProduction(folder: string | null): Promise<Check> {
  if (folder === null) return good('production', 'none at or above this folder');
  const production = openProduction(folder);
  try {
    const faults = production.catalogue.check();
    if (faults.length > 0) {
      const advice = 'Restore the production folder from a copy.';
      return bad('production', `"${production.title}" in ${folder}: ${faults[0]}`, advice);
    }
    const performers = production.catalogue.performers().length;
    const says = `"${production.title}" in ${folder}, ${performers} ${performers === 1 ? 'performer' : 'performers'}`;
    const left = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(TEMPORARY_SUFFIX));
    if (left.length === 0) return good('production', says);
    const advice = `Delete them when no other Dorian is at work: ${left.slice(0, 3).join(', ')}`;
    return warning('production', `${says}; ${left.length} files that a killed run left`, advice);
  } finally {
    production.close();
  }
}
