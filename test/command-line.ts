// Starts the real command line, for journeys.

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import path from 'node:path';
import { selfDeclaredRecord, CONSENT_RECORD } from '../src/trust/index.ts';
import { formatFile } from '../src/core/index.ts';
import { sha256OfFile, writeFileAtomic } from '../src/adapters/node/files.ts';

const PROJECT = path.resolve(import.meta.dirname, '..');
const MAIN = path.join(PROJECT, 'src/cli/main.ts');

export interface CommandResult {
  /** null: killed. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command as it runs, and its end. */
export interface StartedCommand {
  readonly child: ChildProcess;
  readonly ended: Promise<CommandResult>;
}

/** `folder` is where the caller stands. */
export function startDorian(args: readonly string[], folder: string): StartedCommand {
  return start(MAIN, args, folder);
}

/** One of `scripts/`. */
export function startScript(name: string, args: readonly string[], folder: string): StartedCommand {
  return start(path.join(PROJECT, 'scripts', name), args, folder);
}

function start(file: string, args: readonly string[], folder: string): StartedCommand {
  const child = spawn(process.execPath, [file, ...args], {
    cwd: folder,
    env: { ...process.env, INIT_CWD: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<CommandResult>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
  return { child, ended };
}

export function dorian(args: readonly string[], folder: string): Promise<CommandResult> {
  return startDorian(args, folder).ended;
}

/** Writes a record in which the synthetic performer says yes for one file. @returns its path. */
export async function declareConsent(input: string, folder: string): Promise<string> {
  const record = selfDeclaredRecord({
    performer: 'Synthetic performer',
    declaredBy: 'The makers of the test',
    role: 'self',
    inputSha256: await sha256OfFile(input),
    on: new Date().toISOString().slice(0, 10),
  });
  const file = path.join(folder, `${path.basename(input)}.consent.json`);
  await writeFileAtomic(file, formatFile(CONSENT_RECORD, record));
  return file;
}
