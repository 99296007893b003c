// The documents say what the code does: error codes, commands, npm scripts, the table of rooms and links are held to it.

import { execFile } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ROOMS } from '../../scripts/room-table.ts';
import { parseFile } from '../../src/core/index.ts';
import { KEYFRAMES } from '../../src/finals/index.ts';
import { DEFAULT_STRENGTHS } from '../../src/reage/index.ts';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const DOCUMENTS = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', ...globSync('docs/**/*.md', { cwd: root })];

/** `name` of every match. */
function namesIn(text: string, form: RegExp): string[] {
  return [...text.matchAll(form)].map((match) => match.groups?.name ?? '');
}

function sorted(names: Iterable<string>): string[] {
  return [...new Set(names)].toSorted();
}

describe('docs/errors.md', () => {
  const page = read('docs/errors.md');
  const sources = globSync('src/**/*.{ts,tsx}', { cwd: root })
    .filter((file) => !/\.test\.tsx?$/.test(file))
    .map(read)
    .join('\n');
  const documented = namesIn(page, /^### (?<name>\S+)$/gm);

  it('has a paragraph for every code that the source can give, and no other', () => {
    const areas = new Set(namesIn(page, /^## (?<name>\S+)$/gm));
    const thrown = namesIn(sources, /new CodedError\(\s*'(?<name>[^']+)'/g);
    // codes held in tables or chosen by a condition: literals under a heading of the page that are no folders
    const held = namesIn(sources, /'(?<name>[a-z]+\/[a-z0-9]+(?:-[a-z0-9]+)*)'/g).filter(
      (code) => areas.has(code.split('/')[0]) && !existsSync(path.join(root, code)),
    );
    expect(sorted([...thrown, ...held])).toEqual(sorted(documented));
  });

  it('can be held to the source: no code is put together from parts', () => {
    expect(sources).not.toMatch(/new CodedError\(\s*`/);
  });

  it('has each code once, under the heading of its room, with something to say', () => {
    const entries = page
      .split(/^## /m)
      .slice(1)
      .flatMap((section) => {
        const [room, ...codes] = section.split(/^### /m);
        return codes.map((entry) => ({ room: room.trim(), code: entry.split('\n', 1)[0], said: entry.split('\n')[1] }));
      });
    expect(entries.map(({ code }) => code)).toEqual([...new Set(documented)]);
    expect(entries.filter(({ room, code }) => !code.startsWith(`${room}/`))).toEqual([]);
    expect(entries.filter(({ said }) => said.length < 40)).toEqual([]);
  });
});

/** The text of `dorian … --help`. */
async function help(...command: string[]): Promise<string> {
  const main = path.join(root, 'src/cli/main.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [main, ...command, '--help'], { cwd: root });
  return stdout;
}

function commandsIn(text: string): string[] {
  const list = text.split(/^Commands:$/m)[1] ?? '';
  return namesIn(list, /^ {2}(?<name>[a-z]+)/gm).filter((name) => name !== 'help');
}

describe('README.md', () => {
  const page = read('README.md');
  const used = [
    ...page.matchAll(/\bdorian -- (?<command>[a-z]+(?: (?:new|list|revoke|fidelity|speed)\b)?)(?<rest>.*)/g),
  ];

  it('names every command of dorian --help, and no other', async () => {
    const known = commandsIn(await help());
    const named = [...namesIn(page, /^\| `(?<name>[a-z]+)[^`]*` \|/gm), ...used.map((m) => m[1].split(' ')[0])];
    expect(sorted(named)).toEqual(sorted(known));
  });

  it('uses only options that its commands have', async () => {
    const commands = sorted(used.map((match) => match[1].trim()));
    const texts = new Map(
      await Promise.all(commands.map(async (name) => [name, await help(...name.split(' '))] as const)),
    );
    const unknown = used.flatMap(({ groups }) => {
      const name = (groups?.command ?? '').trim();
      return namesIn(groups?.rest.split('#')[0] ?? '', /(?<=\s)(?<name>--?[a-z][a-z-]*)/g)
        .filter((option) => !new RegExp(`(?<![\\w-])${option}(?![\\w-])`).test(texts.get(name) ?? ''))
        .map((option) => `${name} ${option}`);
    });
    expect(unknown).toEqual([]);
  });
});

it('npm scripts that the documents name exist', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const named = DOCUMENTS.map(read).flatMap((text) => [
    ...namesIn(text, /`npm run (?:-s )?(?<name>[a-z][a-z-]*)/g),
    ...namesIn(text, /`npm (?<name>start|test)\b/g),
  ]);
  expect(named.length).toBeGreaterThan(3);
  for (const name of named) expect(Object.keys(scripts)).toContain(name);
});

it('links and page names lead to files', () => {
  const missing: string[] = [];
  for (const document of DOCUMENTS)
    for (const link of namesIn(read(document), /\]\((?<name>[^)#:\s]+)(?:#[^)]*)?\)/g))
      if (!existsSync(path.join(root, path.dirname(document), link))) missing.push(`${document}: ${link}`);
  for (const file of globSync('{src,scripts,bench}/**/*.{ts,mjs}', { cwd: root }))
    for (const page of namesIn(read(file), /\b(?<name>docs\/[\w/-]+\.md)/g))
      if (!existsSync(path.join(root, page))) missing.push(`${file}: ${page}`);
  expect(missing).toEqual([]);
});

describe('docs of files', () => {
  it('keyframes.md shows a file that can be read, and every region with its strength', () => {
    const page = read('docs/keyframes.md');
    const example = /^```json\n([^`]+)```$/m.exec(page)?.[1] ?? '';
    expect(Object.keys(parseFile(KEYFRAMES, example, 'the example').performers)).toEqual(['Mara Lind']);
    const rows = [...page.matchAll(/^\| (?<regions>(?:`[a-z-]+` ?)+) \| (?<strength>[01])/gm)];
    const shown = rows.flatMap(({ groups }) =>
      namesIn(groups?.regions ?? '', /`(?<name>[a-z-]+)`/g).map((name) => [name, Number(groups?.strength)]),
    );
    expect(Object.fromEntries(shown)).toEqual(DEFAULT_STRENGTHS);
  });

  it('consent.md names every field of a record', () => {
    const page = read('docs/consent.md');
    const sample = JSON.parse(read('test/golden/files/consent-record.1.json')) as object;
    const named = new Set(namesIn(page, /`(?<name>[A-Za-z0-9]+)`/g));
    expect(Object.keys(sample).filter((field) => !['schema', 'version'].includes(field) && !named.has(field))).toEqual(
      [],
    );
  });
});

describe('the table of rooms', () => {
  it('is the same in ARCHITECTURE.md as in scripts/room-table.ts', () => {
    const rows = [...read('ARCHITECTURE.md').matchAll(/^\| `(\w+)` \|[^|]+\| ([^|]+) \| ([^|]+) \|$/gm)];
    const shown = rows.map(([, name, runsIn, mayImport]) => [name, { runsIn, mayImport: wordsOf(mayImport) }]);
    expect(Object.fromEntries(shown)).toEqual(ROOMS);
  });

  it('says which rooms are compiled without a platform', () => {
    const { include } = JSON.parse(read('tsconfig.pure.json')) as { include: string[] };
    const free = Object.keys(ROOMS).filter((name) => ROOMS[name].runsIn === 'anywhere');
    expect(sorted(include)).toEqual(sorted(['pure-globals.d.ts', ...free.map((name) => `src/${name}`)]));
  });
});

function wordsOf(cell: string): string[] {
  return cell === '–' ? [] : cell.split(' ');
}
