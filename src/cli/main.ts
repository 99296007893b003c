// `dorian COMMAND …`: one file per command under this folder, loaded only when asked for. Exit codes: 0 all done, 2 done
// in part, 1 nothing done.

import { Command } from 'commander';
import type { CommandModule } from './command.ts';
import { addPixelLimit } from './pixel-limit-option.ts';
import { reportError } from './report-error.ts';
import { restartForSteadyMemory } from './steady-memory.ts';

/** Name, one line of help, and the file that does it. */
const COMMANDS: readonly (readonly [name: string, summary: string, load: () => Promise<CommandModule>])[] = [
  ['demo', 'the synthetic performer, from photos to a re-aged clip', () => import('./demo.ts')],
  ['init', 'make a production folder', () => import('./init.ts')],
  ['consent', 'make, list and revoke consent records', () => import('./consent.ts')],
  ['ingest', "take a performer's dated photos and footage into the career library", () => import('./ingest.ts')],
  ['library', 'show a career as a timeline and say what is missing', () => import('./library.ts')],
  ['find', 'archive pictures nearest to a frame in pose, light and expression', () => import('./find.ts')],
  ['train', "teach a likeness from the performer's own photos", () => import('./train.ts')],
  ['render', 're-age a clip or a folder of clips', () => import('./render.ts')],
  ['photo', 're-age one still', () => import('./photo.ts')],
  ['forget', 'delete everything held of a performer', () => import('./forget.ts')],
  ['bench', 'measure fidelity and speed', () => import('./bench.ts')],
  ['doctor', 'check this machine and this checkout', () => import('./doctor.ts')],
];

const OPENS_PICTURES: ReadonlySet<string> = new Set(['ingest', 'find', 'train', 'render', 'photo']);

async function main(argv: readonly string[]): Promise<void> {
  const program = new Command('dorian')
    .description('Re-ages a performer, from their own career.')
    .helpCommand(true)
    .showHelpAfterError();
  // only the named command is loaded: the media and network libraries take a second to start
  const wanted = argv.find((word) => !word.startsWith('-'));
  if (wanted === 'render') restartForSteadyMemory();
  for (const [name, summary, load] of COMMANDS) {
    const command = program.command(name).description(summary);
    if (wanted !== name && !(wanted === 'help' && argv.includes(name))) continue;
    (await load()).define(command);
    if (OPENS_PICTURES.has(name)) addPixelLimit(command);
  }
  await program.parseAsync(argv, { from: 'user' });
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  reportError(error, process.argv.includes('--json'));
}
