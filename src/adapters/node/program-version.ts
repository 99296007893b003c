// What made a picture: the version of Dorian and a hash of its code and of the networks it runs, so that work that was begun
// by another program is not gone on with.

import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { sha256OfFile } from './files.ts';

export interface Program {
  readonly version: string;
  /** `dorian 0.1.0 (code 0123456789ab)` */
  readonly text: string;
}

/**
 * @param projectFolder - Holds package.json and src.
 * @param networks - Files of the networks that take part.
 */
export async function describeProgram(projectFolder: string, networks: readonly string[]): Promise<Program> {
  const { version } = JSON.parse(await readFile(path.join(projectFolder, 'package.json'), 'utf8')) as {
    version: string;
  };
  const hash = createHash('sha256');
  const source = path.join(projectFolder, 'src');
  const files = (await readdir(source, { recursive: true }))
    .filter((name) => /\.[jt]s$/.test(name) && !/\.test\.[jt]s$/.test(name))
    .toSorted();
  for (const name of files) hash.update(`${name}\0`).update(await readFile(path.join(source, name)));
  for (const file of networks) hash.update(await sha256OfFile(file));
  return { version, text: `dorian ${version} (code ${hash.digest('hex').slice(0, 12)})` };
}
