// What a measurement was made on and with: processor, cores, commit. Never the host's name.

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { projectFolder } from '../project.ts';

/** Words of processor names that tell no processor from another. */
const NOISE =
  /\((?:r|tm)\)|@.*$|\b(?:intel|amd|cpu|processor|platinum|gold|silver|bronze|with radeon graphics|\d+-core|core)\b/gi;

/**
 * A name for files: `xeon-8375c-2c`, `apple-m2-pro-10c`.
 *
 * @param model - As the system gives it: `Intel(R) Xeon(R) Platinum 8375C CPU @ 2.90GHz`.
 */
export function machineName(
  model: string = os.cpus()[0]?.model ?? '',
  cores: number = os.availableParallelism(),
): string {
  const words = model
    .replaceAll(NOISE, ' ')
    .toLowerCase()
    .match(/[a-z0-9]+/g);
  return [...(words ?? ['unknown']), `${cores}c`].join('-');
}

/** Facts for a results file. */
export interface MachineFacts {
  readonly machine: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly node: string;
  /** Runnable jobs when the measurement began; above the cores, elapsed times say little. */
  readonly loadAverage: number;
}

export const machineShape: z.ZodType<MachineFacts> = z.object({
  machine: z.string(),
  cpu: z.string(),
  cores: z.number(),
  memoryGiB: z.number(),
  node: z.string(),
  loadAverage: z.number(),
});

export function machineFacts(): MachineFacts {
  return {
    machine: machineName(),
    cpu: os.cpus()[0]?.model.trim() ?? 'unknown',
    cores: os.availableParallelism(),
    memoryGiB: Math.round(os.totalmem() / 2 ** 30),
    node: process.versions.node,
    loadAverage: Math.round(os.loadavg()[0] * 10) / 10,
  };
}

/** True where this is a clone, so that results and the log of evaluations have a home. */
export function isCheckout(): boolean {
  return existsSync(path.join(projectFolder, '.git'));
}

async function git(...args: string[]): Promise<string> {
  return (await promisify(execFile)('git', args, { cwd: projectFolder })).stdout.trim();
}

/** Short commit, `+` behind it where files of the project differ from it; `unknown` without git. */
export async function commitName(): Promise<string> {
  try {
    const commit = await git('rev-parse', '--short=9', 'HEAD');
    const changed = await git('status', '--porcelain', '--untracked-files=no', '--', 'src', 'assets', 'package.json');
    return changed === '' ? commit : `${commit}+`;
  } catch {
    return 'unknown';
  }
}
