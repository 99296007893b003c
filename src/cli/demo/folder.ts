// The demo's folder: what lies where, and how it is made, taken up again, or emptied.

import { existsSync } from 'node:fs';
import { readFile, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from '../../adapters/node/files.ts';
import { createProduction } from '../../adapters/node/production.ts';
import type { FileSchema } from '../../core/index.ts';
import { CodedError, formatFile, parseFile } from '../../core/index.ts';

/** Title of the production that the performer's consent record names. */
export const PRODUCTION_TITLE = 'Dorian demo';

/** Says that a folder is the demo's own, and so may be emptied. */
const MARK: FileSchema<{ readonly title: string }> = {
  name: 'dorian/demo-folder',
  version: 1,
  shape: z.object({ title: z.string() }),
};

export interface DemoFolder {
  readonly folder: string;
  /** The re-aged clip, by target age and the likeness's version or `prior`. */
  clip(age: number, version: string): string;
  /** Folder of the library's timeline. */
  readonly career: string;
  readonly contactSheet: string;
  readonly comparison: string;
  readonly fidelity: string;
}

function demoFolder(folder: string): DemoFolder {
  return {
    folder,
    clip: (age, version) => path.join(folder, 'finals', `actor-a-at-${age}-${version}.mp4`),
    career: path.join(folder, 'career'),
    contactSheet: path.join(folder, 'contact-sheet.png'),
    comparison: path.join(folder, 'comparison.mp4'),
    fidelity: path.join(folder, 'fidelity.json'),
  };
}

/**
 * Makes the demo's production, or finds it where an earlier run made it.
 *
 * @param isFresh - Delete what an earlier run made.
 * @throws {CodedError} `demo/not-a-demo-folder` when something else lies there; `production/…`, `file/…`
 */
export async function openDemoFolder(folder: string, isFresh: boolean): Promise<DemoFolder> {
  const mark = path.join(folder, 'demo.json');
  const isOurs = existsSync(mark);
  if (isOurs) parseFile(MARK, await readFile(mark, 'utf8'), mark);
  else if (existsSync(folder)) await refuseFilled(folder);
  if (isOurs && isFresh) await rm(folder, { recursive: true });
  // the mark comes first: a folder that was begun can be taken up or emptied
  await writeFileAtomic(mark, formatFile(MARK, { title: PRODUCTION_TITLE }));
  if (!existsSync(path.join(folder, 'dorian.db'))) await createProduction(folder, PRODUCTION_TITLE);
  return demoFolder(folder);
}

async function refuseFilled(folder: string): Promise<void> {
  const entries = await readdir(folder);
  if (entries.length === 0) return;
  throw new CodedError(
    'demo/not-a-demo-folder',
    `${folder} holds ${entries.length} things that the demo did not make`,
    {
      hint: 'Give another folder with -o.',
    },
  );
}
