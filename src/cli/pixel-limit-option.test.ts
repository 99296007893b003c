import { Command } from 'commander';
import { afterEach, describe, expect, it } from 'vitest';
import { readImage } from '../adapters/node/images.ts';
import { MAX_MEGAPIXELS } from '../adapters/node/pixel-limit.ts';
import { loadVideoFiles } from '../adapters/node/video-files.ts';
import { fixtureFile } from '../../test/fixture-folder.ts';
import { addPixelLimit } from './pixel-limit-option.ts';

const portrait = new URL('../../test/fixtures/portraits/eileen-collins.png', import.meta.url).pathname;

/** What a command that opens a picture says when it is given these words. */
async function openWith(args: readonly string[], open: () => Promise<unknown>): Promise<void> {
  const command = new Command('look').exitOverride().configureOutput({ writeErr: () => {} });
  command.action(async () => {
    await open();
  });
  addPixelLimit(command);
  await command.parseAsync(args, { from: 'user' });
}

async function openClip(): Promise<void> {
  await (await (await loadVideoFiles()).open(fixtureFile('no-face'))).close();
}

afterEach(() => {
  delete process.env[MAX_MEGAPIXELS];
});

describe('--max-megapixels', () => {
  it.each([
    ['a still', () => readImage(portrait)],
    ['a clip', openClip],
  ])('is what the refusal of %s says it is', async (_, open) => {
    const refusal = await openWith(['--max-megapixels', '0.01'], open).then(
      () => null,
      (error: { code: string; hint: string }) => error,
    );
    expect(refusal?.code).toBe('media/too-large');
    const advised = /--max-megapixels \d+/.exec(refusal?.hint ?? '')?.[0].split(' ') ?? [];
    await expect(openWith(advised, open)).resolves.toBeUndefined();
  });

  it('is not needed for usual pictures, and is no word', async () => {
    await expect(openWith([], () => readImage(portrait))).resolves.toBeUndefined();
    await expect(openWith(['--max-megapixels', 'all'], openClip)).rejects.toMatchObject({
      code: 'commander.invalidArgument',
    });
    process.env[MAX_MEGAPIXELS] = 'many';
    await expect(openWith([], openClip)).rejects.toThrow(RangeError);
  });
});
