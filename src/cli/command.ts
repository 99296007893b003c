// What a command file exports, and the few things that every command needs from the process it runs in.

import path from 'node:path';
import type { Command } from 'commander';

export interface CommandModule {
  /** Adds arguments, options and the action. The action sets `process.exitCode` to 2 when the work was done in part. */
  define(command: Command): void;
}

/** `npm run` changes to the project's folder; paths that a person types are relative to where they stood. */
export const callerFolder: string = process.env.INIT_CWD ?? process.cwd();

export function callerPath(given: string): string {
  return path.resolve(callerFolder, given);
}

/** One JSON value on standard output, for machines. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}
