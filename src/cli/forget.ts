// `dorian forget NAME`: deletes everything that the production holds of a performer.

import type { Command } from 'commander';
import { CodedError } from '../core/index.ts';
import { findPerformer } from '../library/index.ts';
import { whileNoneTrains } from '../adapters/node/likeness-files.ts';
import { printJson } from './command.ts';
import { openCallersProduction } from './production.ts';
import { openTerminal } from './terminal.ts';

interface ForgetOptions {
  readonly yesDelete?: string;
  readonly production?: string;
  readonly json?: boolean;
}

async function forget(name: string, options: ForgetOptions): Promise<void> {
  const production = openCallersProduction(options.production);
  try {
    const { catalogue } = production;
    const performer = findPerformer(catalogue, name);
    const { slug } = performer;
    const typed = options.yesDelete ?? (await askForSlug(performer.name, slug, production.folder));
    if (typed !== slug && typed !== performer.name) {
      throw new CodedError('library/not-confirmed', `Nothing was deleted: "${slug}" was not typed.`, {
        hint: `Type ${slug} when asked, or give --yes-delete ${slug}.`,
      });
    }
    // the files first: if this is cut short, the rows still say what is left to delete
    const { files, ...rows } = await whileNoneTrains(production.performerFolder(slug), async () => ({
      files: await production.removePerformerFolder(slug),
      ...catalogue.forget(slug),
    }));
    const finals = await production.finals();
    const report = { performer: performer.name, slug, files, ...rows, finalsKept: finals };
    if (options.json) printJson({ schema: 'dorian/forgotten', version: 1, ...report });
    else process.stdout.write(say(report));
  } finally {
    production.close();
  }
}

async function askForSlug(name: string, slug: string, folder: string): Promise<string> {
  const terminal = openTerminal();
  if (!terminal) return '';
  try {
    process.stderr.write(`This deletes all photos, crops and records of ${name} in ${folder}. It cannot be undone.\n`);
    return await terminal.ask(`Type ${slug} to delete: `);
  } finally {
    terminal.close();
  }
}

interface Forgotten {
  readonly performer: string;
  readonly files: number;
  readonly photos: number;
  readonly faces: number;
  readonly consents: number;
  readonly givenFiles: number;
  readonly finalsKept: readonly string[];
}

function say(report: Forgotten): string {
  const lines = [
    `Deleted of ${report.performer}: ${report.files} files, ${report.photos} photos with ${report.faces} faces, ${report.consents} consent records, notes on ${report.givenFiles} given files.`,
    'Originals outside the production were not touched. A record that was revoked stays revoked, without names.',
  ];
  if (report.finalsKept.length > 0) {
    lines.push(`Finished renders are kept; delete those that show ${report.performer} yourself, in finals/:`);
    lines.push(...report.finalsKept.map((file) => `  ${file}`));
  }
  return `${lines.join('\n')}\n`;
}

/** @see CommandModule */
export function define(command: Command): void {
  command
    .argument('<name>', 'the performer')
    .option('--yes-delete <name>', 'confirms without a question, for scripts')
    .option('--production <folder>', 'the production, if not the nearest one')
    .option('--json', 'one JSON object on standard output')
    .action(forget);
}
