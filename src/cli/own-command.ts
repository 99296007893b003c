// Runs another command of Dorian in a process of its own, and shows it as a person would type it: the demo and what the
// benches prepare are walks that anybody can repeat by hand.

import { spawn } from 'node:child_process';
import path from 'node:path';
import { CodedError } from '../core/index.ts';
import { projectFolder } from './project.ts';

/** Words with spaces in quotes, paths as short as they can be said from the project's folder. */
export function asTyped(args: readonly string[]): string {
  const words = args.map((arg) => {
    const relative = path.relative(projectFolder, arg);
    const short = path.isAbsolute(arg) && !relative.startsWith('..') ? relative || '.' : arg;
    return /[^\w@%+=:,./-]/.test(short) ? `"${short}"` : short;
  });
  return `npm run -s dorian -- ${words.join(' ')}`;
}

/**
 * @param isQuiet - Nothing is shown.
 * @throws {CodedError} `command/step-failed` when the command did nothing of its work (exit code 1); `command/interrupted`
 */
export async function runOwnCommand(args: readonly string[], isQuiet: boolean): Promise<void> {
  if (!isQuiet) process.stdout.write(`$ ${asTyped(args)}\n`);
  const child = spawn(process.execPath, [path.join(projectFolder, 'src/cli/main.ts'), ...args], {
    cwd: projectFolder,
    // paths are given whole, so the caller's folder does not matter
    env: { ...process.env, INIT_CWD: projectFolder },
    stdio: ['inherit', isQuiet ? 'ignore' : 'inherit', isQuiet ? 'pipe' : 'inherit'],
  });
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2000);
  });
  // Ctrl-C reaches the child too, which stops in good order; this process waits for it
  let isInterrupted = false;
  const onInterrupt = (): void => {
    isInterrupted = true;
  };
  process.on('SIGINT', onInterrupt);
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    if (isInterrupted) {
      throw new CodedError('command/interrupted', 'Stopped. What was done is kept.', {
        hint: 'Run the same command again: it goes on where it stopped.',
        retry: true,
      });
    }
    if (code === 0 || code === 2) return;
    throw new CodedError('command/step-failed', `${asTyped(args)} did not finish${said ? `:\n${said}` : ''}`, {
      hint: 'Look at what it said; the same command goes on where it stopped.',
      retry: true,
    });
  } finally {
    process.removeListener('SIGINT', onInterrupt);
  }
}
