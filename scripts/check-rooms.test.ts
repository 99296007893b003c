import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkRooms } from './check-rooms.ts';
import type { Room } from './room-table.ts';
import { ROOMS } from './room-table.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'dorian-rooms-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** What is said about a project of these files, which keep to the table but for what the test adds. */
function breachesOf(
  files: Readonly<Record<string, string>>,
  rooms?: Readonly<Record<string, Room>>,
): readonly string[] {
  for (const [name, text] of Object.entries({ ...GOOD, ...files })) {
    const file = path.join(root, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `${text}\n`);
  }
  return checkRooms(root, rooms).breaches;
}

const GOOD = {
  'src/core/index.ts': "export * from './affine.ts';",
  'src/core/affine.ts': 'export const IDENTITY = 1;',
  'src/face/index.ts': "export * from './align.ts';",
  'src/face/align.ts':
    "import { z } from 'zod';\nimport { IDENTITY } from '../core/index.ts';\nexport const a = [z, IDENTITY];",
  'src/face/align.test.ts':
    "import { readFileSync } from 'node:fs';\nimport { a } from './align.ts';\nreadFileSync(a);",
  'src/trust/index.ts': 'export const trusted = {} as Consented<object>;',
  'src/adapters/node/files.ts': "import { readFile } from 'node:fs/promises';\nexport const read = readFile;",
  'src/cli/main.ts': "import { read } from '../adapters/node/files.ts';\nread(await import('../face/index.ts'));",
  'scripts/start.mjs': "import process from 'node:process';\nprocess.exit(0);",
};

/** Two files of a room, the first of which loads the second. */
function circle(back: string): readonly string[] {
  return breachesOf({ 'src/face/a.ts': "import { b } from './b.ts';\nexport const a = b;", 'src/face/b.ts': back });
}

describe('the room check', () => {
  it('has nothing to say of files that keep to the table', () => {
    expect(breachesOf({})).toEqual([]);
    expect(checkRooms(root).fileCount).toBe(Object.keys(GOOD).length);
  });

  it.each<[string, string, string, string]>([
    ['Node in a platform-free room', 'src/face/load.ts', "import { readFile } from 'node:fs';", 'imports node:fs'],
    ['a native package in one', 'src/face/load.ts', "import sharp from 'sharp';", 'imports sharp'],
    ['the same, loaded later', 'src/face/load.ts', "export const s = () => import('sharp');", 'imports sharp'],
    ['an import up the shelves', 'src/core/up.ts', "import { a } from '../face/index.ts';", 'core may not import face'],
    ['one for its types alone', 'src/core/up.ts', "import type { A } from '../face/index.ts';", 'may not import face'],
    [
      'one over several lines',
      'src/core/up.ts',
      "export {\n  a,\n  b,\n} from '../face/index.ts';",
      'may not import face',
    ],
    ['a room entered past its index', 'src/face/x.ts', "import { I } from '../core/affine.ts';", 'not by its index.ts'],
    ['the same in a test', 'src/face/x.test.ts', "import { I } from '../core/affine.ts';", 'not by its index.ts'],
    [
      'a room that the table does not know',
      'src/makeup/powder.ts',
      'export const shade = 3;',
      'makeup is not in the table',
    ],
    ['a script used by a room', 'src/face/x.ts', "import { s } from '../../scripts/start.mjs';", 'outside src'],
    ['consent by a cast', 'src/cli/x.ts', 'export const mine = {} as Consented<object>;', 'only trust makes Consented'],
    ['consent by two casts', 'src/cli/x.ts', 'export const m = 1 as unknown as Consented<object>;', 'only trust makes'],
    ['a catch-all file', 'src/face/utils.ts', 'export const clamp = 1;', 'not "utils.ts"'],
    ['a catch-all script', 'scripts/helpers.mjs', 'export const clamp = 1;', 'not "helpers.mjs"'],
    ['an import from outside the project', 'test/x.ts', "import { a } from '../../other/a.ts';", 'outside the project'],
    ['Node in an adapter of the browser', 'src/adapters/web/x.ts', "import 'node:fs';", 'imports node:fs'],
    ['the wrong half', 'src/adapters/web/x.ts', "import { read } from '../node/files.ts';", 'adapter of the browser'],
  ])('catches %s', (_what, file, text, sentence) => {
    const breaches = breachesOf({ [file]: text });
    expect(breaches).toEqual([expect.stringContaining(sentence)]);
    expect(breaches[0]).toContain(file);
  });

  it('catches what is read from beside the project', () => {
    const folder = ['shared', 'data'].join('/');
    expect(breachesOf({ 'test/x.ts': `export const file = '../${folder}/face.png';` })).toEqual([
      'test/x.ts: reads outside the project',
    ]);
  });

  it('catches imports that go in a circle, but not types or what is loaded later', () => {
    expect(circle("import type { A } from './a.ts';\nexport const b = 1;")).toEqual([]);
    expect(circle("export const b = () => import('./a.ts');")).toEqual([]);
    expect(circle("import { a } from './a.ts';\nexport const b = a;")).toEqual([
      'import cycle: src/face/a.ts -> src/face/b.ts -> src/face/a.ts',
    ]);
  });

  it('catches a circle through the index of the room itself', () => {
    const breaches = breachesOf({
      'src/core/affine.ts': "import { I } from './index.ts';\nexport const IDENTITY = I;",
    });
    expect(breaches).toEqual([expect.stringMatching(/^import cycle: .*index\.ts -> .*affine\.ts -> .*index\.ts$/)]);
  });

  it('catches a table that lets rooms import each other', () => {
    const rooms = { ...ROOMS, core: { ...ROOMS.core, mayImport: ['face'] } };
    expect(breachesOf({}, rooms)).toContain('the table has a cycle: core -> face -> core');
  });
});
