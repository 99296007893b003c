// `dorian init DIR`: makes a production folder.

import type { Command } from 'commander';
import { createProduction } from '../adapters/node/production.ts';
import { callerPath, printJson } from './command.ts';

interface InitOptions {
  readonly title: string;
  readonly json?: boolean;
}

async function init(folder: string, { title, json }: InitOptions): Promise<void> {
  const made = await createProduction(callerPath(folder), title);
  if (json) {
    printJson({ schema: 'dorian/production', version: 1, folder: made, title: title.trim() });
    return;
  }
  process.stdout.write(
    `Made the production "${title.trim()}" in ${made}\nNext, in that folder: dorian consent new, then dorian ingest PHOTOS… --performer NAME --born YYYY-MM-DD --consent consent.json\n`,
  );
}

/** @see CommandModule */
export function define(command: Command): void {
  command
    .argument('<folder>', 'where to make it')
    .requiredOption('--title <title>', 'title of the production, as it stands in the consent records')
    .option('--json', 'one JSON object on standard output')
    .action(init);
}
