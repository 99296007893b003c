// `--max-megapixels`, for the commands that open pictures of the caller.

import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { CLIP_MEGAPIXELS, MAX_MEGAPIXELS, STILL_MEGAPIXELS } from '../adapters/node/pixel-limit.ts';

export function addPixelLimit(command: Command): void {
  command
    .option(
      '--max-megapixels <number>',
      `open pictures up to this size, in place of ${STILL_MEGAPIXELS} (stills) and ${CLIP_MEGAPIXELS} (clips)`,
      readMegapixels,
    )
    .hook('preAction', () => {
      const { maxMegapixels } = command.opts<{ maxMegapixels?: number }>();
      if (maxMegapixels !== undefined) process.env[MAX_MEGAPIXELS] = String(maxMegapixels);
    });
}

function readMegapixels(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value > 0 && value <= 100_000)) throw new InvalidArgumentError('give a number above 0');
  return value;
}
