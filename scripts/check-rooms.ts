// The import table is the law: rooms import down the shelves, sideways only where the table says so, and enter each other
// through index.ts. Also: no platform in the platform-free rooms, no import cycles, no catch-all file names, no
// `as Consented<` outside trust, nothing that reads outside the project. Exits 1 with one line per breach.

import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { findCycles, importsOf } from './imports.ts';
import type { Room } from './room-table.ts';
import { ROOMS } from './room-table.ts';

/** Packages that run anywhere, so that a platform-free room may import them. */
const FREE_PACKAGES = new Set(['zod']);
const CATCH_ALL = /^(?:utils?|misc|types|helpers?|common|shared)\.\w+$/;
const OUTSIDE = /\bshared\/(?:data|notes|prototypes)/;
const CONSENT_CAST = /\bas (?:unknown as )?Consented</;

type Rooms = Readonly<Record<string, Room>>;

export interface RoomReport {
  readonly fileCount: number;
  /** One sentence each; empty where everything keeps to the table. */
  readonly breaches: readonly string[];
}

/** @param root - Folder that holds src, scripts, test and bench. */
export function checkRooms(root: string, rooms: Rooms = ROOMS): RoomReport {
  const files = globSync('{src,scripts,test,bench}/**/*.{ts,tsx,mjs}', { cwd: root }).map((file) =>
    path.join(root, file),
  );
  const breaches = tableCycles(rooms);
  const loads = new Map<string, string[]>();
  for (const file of files) {
    const text = readFileSync(file, 'utf8');
    const place = placeOf(root, file);
    breaches.push(...textBreaches(place, text).map((what) => `${place.name}: ${what}`));
    if (place.room !== null && !(place.room in rooms)) {
      breaches.push(`${place.name}: the room ${place.room} is not in the table`);
      continue;
    }
    const inside = importsOf(text).map((one) => ({ ...one, target: targetOf(file, one.wanted) }));
    for (const { wanted, target } of inside) {
      const what = importBreach(rooms, place, wanted, target === null ? null : placeOf(root, target));
      if (what !== null) breaches.push(`${place.name}: ${what}`);
    }
    const loaded = inside.flatMap(({ target, loadsAtOnce }) => (target !== null && loadsAtOnce ? [target] : []));
    loads.set(file, loaded);
  }
  const cycles = findCycles(loads).map((cycle) => cycle.map((file) => placeOf(root, file).name).join(' -> '));
  return { fileCount: files.length, breaches: [...breaches, ...cycles.map((cycle) => `import cycle: ${cycle}`)] };
}

interface Place {
  /** Path from the root, with slashes. */
  readonly name: string;
  /** Folder under src, or null outside src. */
  readonly room: string | null;
  readonly baseName: string;
  readonly isTest: boolean;
}

function placeOf(root: string, file: string): Place {
  const parts = path.relative(root, file).split(path.sep);
  return {
    name: parts.join('/'),
    room: parts[0] === 'src' ? parts[1] : null,
    baseName: path.basename(file),
    isTest: /\.test\.tsx?$/.test(file),
  };
}

function targetOf(file: string, wanted: string): string | null {
  return wanted.startsWith('.') ? path.resolve(path.dirname(file), wanted) : null;
}

function textBreaches({ baseName, room }: Place, text: string): string[] {
  const found: string[] = [];
  if (CATCH_ALL.test(baseName)) found.push(`a file is named after what it holds, not "${baseName}"`);
  if (OUTSIDE.test(text)) found.push('reads outside the project');
  if (room !== null && room !== 'trust' && CONSENT_CAST.test(text)) found.push('only trust makes Consented<…>');
  return found;
}

/** @param to - null where a package or a part of Node is imported. */
function importBreach(rooms: Rooms, from: Place, wanted: string, to: Place | null): string | null {
  if (to === null) return packageBreach(rooms, from, wanted);
  if (to.name.startsWith('../')) return `imports ${wanted}, outside the project`;
  if (from.room === null) return null;
  if (to.room === null) return from.isTest ? null : `imports ${wanted}, outside src`;
  if (from.name.startsWith('src/adapters/web/') && to.name.startsWith('src/adapters/node/'))
    return `an adapter of the browser imports ${wanted}`;
  if (to.room === from.room) return null;
  if (!from.isTest && !rooms[from.room].mayImport.includes(to.room)) return `${from.room} may not import ${to.room}`;
  if (to.room !== 'adapters' && to.baseName !== 'index.ts')
    return `enters ${to.room} by ${to.baseName}, not by its index.ts`;
  return null;
}

function packageBreach(rooms: Rooms, from: Place, wanted: string): string | null {
  if (from.room === null || from.isTest) return null;
  if (from.name.startsWith('src/adapters/web/') && wanted.startsWith('node:'))
    return `an adapter of the browser imports ${wanted}`;
  if (rooms[from.room].runsIn !== 'anywhere' || FREE_PACKAGES.has(wanted)) return null;
  return `a platform-free room imports ${wanted}`;
}

function tableCycles(rooms: Rooms): string[] {
  const graph = new Map(Object.entries(rooms).map(([name, { mayImport }]) => [name, [...mayImport]]));
  return findCycles(graph).map((cycle) => `the table has a cycle: ${cycle.join(' -> ')}`);
}

if (import.meta.main) {
  const { fileCount, breaches } = checkRooms(path.resolve(import.meta.dirname, '..'));
  for (const breach of breaches) process.stderr.write(`${breach}\n`);
  if (breaches.length === 0) process.stdout.write(`${fileCount} files keep to the table\n`);
  process.exitCode = breaches.length === 0 ? 0 : 1;
}
