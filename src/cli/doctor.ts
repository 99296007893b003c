// `dorian doctor`: is everything here that Dorian needs, and what to do where it is not.

import path from 'node:path';
import type { Command } from 'commander';
import { isCodedError } from '../core/index.ts';
import { checkMachine } from '../adapters/node/machine-check.ts';
import { findProduction } from '../adapters/node/production.ts';
import { callerFolder, callerPath, printJson } from './command.ts';
import { modelsFolder, priorFile, projectFolder } from './project.ts';

interface DoctorOptions {
  readonly production?: string;
  readonly json?: boolean;
}

async function doctor(options: DoctorOptions): Promise<void> {
  const checks = await checkMachine({
    packagesFolder: path.join(projectFolder, 'node_modules'),
    modelsFolder,
    priorFile,
    productionFolder: productionHere(options.production),
    workFolder: callerFolder,
  });
  const isBad = checks.some((check) => check.state === 'bad');
  if (options.json) printJson({ schema: 'dorian/doctor', version: 1, checks });
  else {
    const width = Math.max(...checks.map((check) => check.name.length));
    for (const { name, state, says, advice } of checks) {
      const mark = { good: 'ok  ', warning: 'note', bad: 'BAD ' }[state];
      process.stdout.write(`${mark}  ${name.padEnd(width)}  ${says}\n${advice ? `      ${advice}\n` : ''}`);
    }
  }
  process.exitCode = isBad ? 1 : 0;
}

function productionHere(named: string | undefined): string | null {
  try {
    return findProduction(callerFolder, named === undefined ? undefined : callerPath(named));
  } catch (error) {
    if (isCodedError(error) && named === undefined) return null;
    throw error;
  }
}

/** @see CommandModule */
export function define(command: Command): void {
  command
    .option('--production <folder>', 'the production to look at, if not the nearest one')
    .option('--json', 'one JSON object on standard output')
    .action(doctor);
}
