// The import table is the law: rooms import down the shelves, sideways only where the table says so, and enter each other
// through index.ts. Also: no catch-all file names, no `as Consented<` outside trust, nothing that reads outside the
// project. Exits 1 with one line per breach.

import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

/** Room -> rooms that it may import. A room is created when its first file is written. */
const TABLE: Readonly<Record<string, readonly string[]>> = {
  core: [],
  onnx: ['core'],
  face: ['core', 'onnx'],
  measure: ['core', 'face'],
  trust: ['core'],
  library: ['core', 'face', 'trust'],
  reage: ['core', 'face'],
  finals: ['core', 'face', 'measure', 'reage', 'trust'],
  adapters: ['core', 'onnx', 'face', 'measure', 'trust', 'library', 'reage', 'finals'],
  cli: ['core', 'onnx', 'face', 'measure', 'trust', 'library', 'reage', 'finals', 'adapters'],
};

/** Rooms whose files never meet Node or the DOM. */
const PURE = new Set(['core', 'onnx', 'face', 'measure', 'trust', 'library', 'reage', 'finals']);

const CATCH_ALL = /^(utils?|misc|types|helpers?|common|shared)\.ts$/;
const IMPORT = /(?:from|import)\s*\(?\s*'([^']+)'/g;

const root = path.resolve(import.meta.dirname, '..');
const breaches: string[] = [];

function roomOf(file: string): string | null {
  const [top, room] = path.relative(root, file).split(path.sep);
  return top === 'src' ? room : null;
}

function checkImport(file: string, room: string, wanted: string): void {
  const where = path.relative(root, file);
  const isTest = file.endsWith('.test.ts');
  if (!wanted.startsWith('.')) {
    if (PURE.has(room) && !isTest && wanted.startsWith('node:'))
      breaches.push(`${where}: a platform-free room imports ${wanted}`);
    return;
  }
  const target = path.resolve(path.dirname(file), wanted);
  const targetRoom = roomOf(target);
  if (targetRoom === null) {
    if (!isTest) breaches.push(`${where}: imports ${wanted}, outside src`);
    return;
  }
  if (targetRoom === room) return;
  if (!isTest && !TABLE[room].includes(targetRoom)) breaches.push(`${where}: ${room} may not import ${targetRoom}`);
  if (targetRoom !== 'adapters' && path.basename(target) !== 'index.ts')
    breaches.push(`${where}: enters ${targetRoom} by ${path.basename(target)}, not by its index.ts`);
}

function checkTable(): void {
  const visit = (room: string, trail: readonly string[]): void => {
    if (trail.includes(room)) breaches.push(`the table has a cycle: ${[...trail, room].join(' -> ')}`);
    else for (const next of TABLE[room]) visit(next, [...trail, room]);
  };
  for (const room of Object.keys(TABLE)) visit(room, []);
}

checkTable();
const files = globSync('{src,scripts,test,bench}/**/*.{ts,tsx,mjs}', { cwd: root }).map((file) =>
  path.join(root, file),
);
for (const file of files) {
  const where = path.relative(root, file);
  const text = readFileSync(file, 'utf8');
  if (CATCH_ALL.test(path.basename(file)))
    breaches.push(`${where}: a file is named after what it holds, not "${path.basename(file)}"`);
  if (/\bshared\/(data|notes|prototypes)/.test(text) && file !== import.meta.filename)
    breaches.push(`${where}: reads outside the project`);
  const room = roomOf(file);
  if (room === null) continue;
  if (!(room in TABLE)) breaches.push(`${where}: the room ${room} is not in the table`);
  else for (const [, wanted] of text.matchAll(IMPORT)) checkImport(file, room, wanted);
  if (room !== 'trust' && /\bas (unknown as )?Consented</.test(text))
    breaches.push(`${where}: only trust makes Consented<…>`);
}
for (const breach of breaches) process.stderr.write(`${breach}\n`);
if (breaches.length === 0) process.stdout.write(`${files.length} files keep to the table\n`);
process.exit(breaches.length === 0 ? 0 : 1);
