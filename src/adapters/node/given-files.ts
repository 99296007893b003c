// The files that a person gave to an ingest: folders walked without following links, each file recognised by its first
// bytes. Opens nothing that could block (pipes, devices) and reads nothing hidden.

import { lstat, open, opendir, stat } from 'node:fs/promises';
import path from 'node:path';
import { CodedError } from '../../core/index.ts';
import type { FoundFile } from '../../library/index.ts';
import { printableName } from './files.ts';

const PICTURE_NAME = /\.(?:jpe?g|png|tiff?|webp|avif|hei[cf]|bmp|gif|psd|dng|cr[23w]|nef|arw|raf|orf|rw2)$/i;
const FOOTAGE_NAME = /\.(?:mov|mp4|m4v|mxf|avi|mkv|webm|mts|m2ts|ts|mpe?g|wmv|3gp|vob)$/i;
/** What operating systems leave in folders. */
const LEFT_BY_SYSTEMS = /^(?:__MACOSX|Thumbs\.db|desktop\.ini|@eaDir|\$RECYCLE\.BIN)$/i;

/** Enough for every signature below: MPEG transport streams show their second sync byte at 188. */
const HEAD_BYTES = 376;

/**
 * @param paths - As given; folders are walked to the bottom. A link that was given itself is followed, one that was found
 *   is followed to a file but not to a folder.
 * @returns In order of path, so that an ingest goes the same way each time.
 * @throws {CodedError} `file/not-found`
 */
export async function findGivenFiles(paths: readonly string[]): Promise<FoundFile[]> {
  const found = new Map<string, FoundFile>();
  for (const given of paths) {
    const absolute = path.resolve(given);
    const info = await stat(absolute).catch((cause: unknown) => {
      throw new CodedError('file/not-found', `There is no ${printableName(absolute)}.`, {
        hint: 'Check the path.',
        cause,
      });
    });
    const home = info.isDirectory() ? absolute : path.dirname(absolute);
    const files = info.isDirectory() ? walk(absolute) : [absolute];
    for await (const file of files) {
      const segments = [path.basename(home), ...path.relative(home, file).split(path.sep)];
      const one = await recognise(file, segments);
      if (one && !found.has(file)) found.set(file, one);
    }
  }
  return [...found.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

async function* walk(folder: string): AsyncGenerator<string> {
  const names: string[] = [];
  for await (const entry of await opendir(folder)) names.push(entry.name);
  for (const name of names.toSorted()) {
    if (name.startsWith('.') || LEFT_BY_SYSTEMS.test(name)) continue;
    const file = path.join(folder, name);
    const info = await lstat(file).catch(() => null);
    if (info?.isDirectory()) yield* walk(file);
    else if (info?.isFile() || info?.isSymbolicLink()) yield file;
  }
}

/** null for what is no regular file, and for a link to nowhere or to a folder. */
async function recognise(file: string, segments: readonly string[]): Promise<FoundFile | null> {
  const info = await stat(file).catch(() => null);
  if (!info?.isFile()) return null;
  const name = segments.at(-1) ?? '';
  const known = PICTURE_NAME.test(name) || FOOTAGE_NAME.test(name);
  const kind = kindOf(await readHead(file)) ?? (known ? 'unreadable' : 'other');
  return { path: file, segments, bytes: info.size, modifiedMs: info.mtimeMs, kind };
}

/** Empty where the file may not be read; then whoever opens it says so. */
async function readHead(file: string): Promise<Uint8Array> {
  try {
    const handle = await open(file, 'r');
    try {
      const { bytesRead, buffer } = await handle.read(new Uint8Array(HEAD_BYTES), 0, HEAD_BYTES, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch {
    return new Uint8Array(0);
  }
}

const STILL_BRANDS = /^(?:avif|avis|heic|heix|hevc|heim|heis|mif1|msf1)$/;

function kindOf(head: Uint8Array): 'picture' | 'footage' | null {
  const text = (from: number, to: number): string => String.fromCharCode(...head.subarray(from, to));
  if (head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff) return 'picture'; // JPEG
  if (text(0, 8) === '\x89PNG\r\n\x1a\n') return 'picture';
  if (text(0, 4) === 'II*\0' || text(0, 4) === 'MM\0*' || text(0, 4) === 'II+\0' || text(0, 4) === 'MM\0+')
    return 'picture'; // TIFF
  if (text(0, 4) === 'RIFF') return text(8, 12) === 'WEBP' ? 'picture' : text(8, 12) === 'AVI ' ? 'footage' : null;
  if (text(4, 8) === 'ftyp') return STILL_BRANDS.test(text(8, 12)) ? 'picture' : 'footage';
  if (/^(?:moov|mdat|wide|free|skip)$/.test(text(4, 8))) return 'footage'; // QuickTime without ftyp
  if (text(0, 4) === '\x1a\x45\xdf\xa3') return 'footage'; // Matroska, WebM
  if (text(0, 4) === '\x06\x0e\x2b\x34') return 'footage'; // MXF
  if (text(0, 4) === '\0\0\x01\xba' || text(0, 4) === '\0\0\x01\xb3') return 'footage'; // MPEG
  if (head[0] === 0x47 && head[188] === 0x47) return 'footage'; // MPEG transport stream
  return null;
}
