// A production on disk: a folder with dorian.db, performers/<slug>/{photos,faceset}, takes and finals. Making, finding and
// opening it; what lies in a performer's folder is photo-files.ts.

import { existsSync } from 'node:fs';
import { mkdir, readdir, realpath, rm } from 'node:fs/promises';
import path from 'node:path';
import { CodedError } from '../../core/index.ts';
import type { SqliteCatalogue } from './catalogue.ts';
import { openCatalogue } from './catalogue.ts';
import { createDatabase } from './catalogue-schema.ts';
import { asFileError } from './files.ts';

const DATABASE = 'dorian.db';

/** An open production; whoever opened it closes it. */
export interface Production {
  /** Absolute. */
  readonly folder: string;
  readonly title: string;
  readonly catalogue: SqliteCatalogue;
  /** @see performerFolderIn */
  performerFolder(slug: string): string;
  /** Finished renders, relative to the folder. */
  finals(): Promise<string[]>;
  /** Removes a performer's folder with everything in it. @returns how many files there were, locks aside. */
  removePerformerFolder(slug: string): Promise<number>;
  close(): void;
}

/**
 * Makes a production in a folder, which may be there already but holds none.
 *
 * @returns the absolute path of the folder.
 * @throws {CodedError} `production/exists`, `production/no-title`, `file/not-writable`, `file/disk-full`
 */
export async function createProduction(folder: string, title: string): Promise<string> {
  const root = path.resolve(folder);
  if (title.trim() === '') {
    throw new CodedError('production/no-title', 'A production needs a title.', {
      hint: 'Give --title "…", as it stands in the consent records.',
    });
  }
  try {
    for (const part of ['performers', 'takes', 'finals']) await mkdir(path.join(root, part), { recursive: true });
  } catch (error) {
    throw asFileError(error, root);
  }
  createDatabase(path.join(root, DATABASE), title.trim());
  return root;
}

/**
 * The production to work in: the folder that was named, else the nearest one at or above `from`.
 *
 * @throws {CodedError} `production/not-found`
 */
export function findProduction(from: string, named?: string): string {
  const start = path.resolve(named ?? from);
  for (let folder = start; ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, DATABASE))) return folder;
    if (named !== undefined || folder === path.dirname(folder)) break;
  }
  const where = named === undefined ? `at or above ${start}` : `in ${start}`;
  throw new CodedError('production/not-found', `There is no production ${where}.`, {
    hint: 'Make one with `dorian init DIR --title "…"`, or name one with --production DIR.',
  });
}

/**
 * @param folder - As `findProduction` gives it.
 * @throws {CodedError} `production/newer-version`, `production/damaged`, `production/busy`
 */
export function openProduction(folder: string): Production {
  const catalogue = openCatalogue(path.join(folder, DATABASE));
  const performerFolder = (slug: string): string => performerFolderIn(folder, slug);
  return {
    folder,
    title: catalogue.title,
    catalogue,
    performerFolder,
    finals: () => filesUnder(path.join(folder, 'finals')),
    async removePerformerFolder(slug) {
      const target = performerFolder(slug);
      if (!existsSync(target)) return 0;
      // a link in place of the folder must not lead the deletion elsewhere
      const real = await realpath(target);
      const isInside = real === path.join(await realpath(folder), 'performers', slug);
      const files = isInside ? await filesUnder(target) : [];
      await rm(target, { recursive: isInside, force: true });
      return files.filter((file) => path.basename(file) !== 'lock').length;
    },
    close: () => catalogue.close(),
  };
}

/** Where a performer's files lie in a production's folder; may not be there yet. */
export function performerFolderIn(folder: string, slug: string): string {
  if (!/^[a-z0-9][a-z0-9-]*$/.test(slug)) throw new RangeError(`"${slug}" is no slug`);
  return path.join(folder, 'performers', slug);
}

/** Files in a folder and all folders within, relative to it; none where it is missing. */
export async function filesUnder(folder: string): Promise<string[]> {
  if (!existsSync(folder)) return [];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .toSorted();
}
