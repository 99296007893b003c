// Files as everything in Dorian writes and names them: whole or not at all, and never under a name that a shell, a web
// page or another system reads as something else.

import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { CodedError } from '../../core/index.ts';

/** What a name that is not whole yet ends in; git ignores it and `dorian doctor` may sweep it away. */
export const TEMPORARY_SUFFIX = '.tmp';

/**
 * A name beside `file` on the same disk, so that a rename is atomic. It does not hold the file's own name, which may be
 * as long as the file system allows.
 */
export function temporaryName(file: string): string {
  const tag = randomBytes(6).toString('hex');
  return path.join(path.dirname(file), `.dorian-${tag}${TEMPORARY_SUFFIX}`);
}

/**
 * Writes a file whole or not at all: temporary name, flush to the disk, rename. Missing folders are made.
 *
 * @throws {CodedError} `file/disk-full`, `file/not-writable`
 */
export async function writeFileAtomic(file: string, content: string | Uint8Array): Promise<void> {
  await makeWhole(file, async (temporary) => {
    const handle = await open(temporary, 'wx');
    try {
      await handle.writeFile(content);
    } finally {
      await handle.close();
    }
  });
}

/**
 * Lets `write` fill a temporary file, then flushes it to the disk and gives it its name. When `write` throws, nothing
 * is left behind and an older file of the name stays as it was.
 *
 * @throws {CodedError} `file/disk-full`, `file/not-writable`; whatever else `write` throws
 */
export async function makeWhole(file: string, write: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = temporaryName(file);
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await write(temporary);
    await publish(temporary, file);
  } catch (error) {
    // the first error is the one to report; a temporary that was never made cannot be removed
    await rm(temporary, { force: true }).catch(() => undefined);
    throw asFileError(error, file);
  }
}

/** The second half of `makeWhole`, for writers that live longer than one call. */
export async function publish(temporary: string, file: string): Promise<void> {
  const handle = await open(temporary, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
}

const UNWRITABLE = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EISDIR', 'EEXIST', 'ENAMETOOLONG']);

/** Turns a system error of writing `file` into one that a person can act on; others come back as they are. */
export function asFileError(error: unknown, file: string): unknown {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(file, error);
  if (code !== undefined && UNWRITABLE.has(code)) {
    return new CodedError('file/not-writable', `${printableName(file)} cannot be written (${code})`, {
      hint: 'Choose another folder, or change who may write to this one.',
      cause: error,
    });
  }
  return error;
}

export function diskFull(file: string, cause: unknown): CodedError {
  return new CodedError('file/disk-full', `the disk is full: ${printableName(file)} could not be written`, {
    hint: 'Make room or choose another disk, then run the same command again; what was finished is kept.',
    retry: true,
    cause,
  });
}

/**
 * SHA-256 of a file's bytes, in hex; the file is streamed, not held.
 *
 * @throws {CodedError} `file/not-found`
 */
export async function sha256OfFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  } catch (cause) {
    throw notFound(file, cause);
  }
  return hash.digest('hex');
}

export function notFound(file: string, cause: unknown): CodedError {
  return new CodedError('file/not-found', `there is no readable file ${printableName(file)}`, {
    hint: 'Check the path and the right to read it.',
    cause,
  });
}

/** A file name for messages: control and direction signs, which can rewrite a terminal's line, are shown as a box. */
export function printableName(file: string): string {
  return file.replace(/[\p{Cc}\p{Cf}]/gu, '\u25a1');
}

/** Names that Windows keeps for devices. */
const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d)$/i;
/** File systems allow 255 bytes; the rest is for suffixes. */
const MAX_NAME_BYTES = 120;

/**
 * A file name made of what a person typed or of another file's name: letters and digits of any script, `.`, `_` and
 * `-`; no folders, no leading dot, no device names. Two different texts may give one name: add a hash where that matters.
 */
export function safeFileName(text: string): string {
  let name = text
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N}._-]+/gu, '-')
    .replace(/\.{2,}/g, '.')
    .replace(/-{2,}/g, '-')
    .replace(/^[.-]+|[.-]+$/g, '');
  while (new TextEncoder().encode(name).length > MAX_NAME_BYTES) name = [...name].slice(0, -1).join('');
  if (name === '') return 'unnamed';
  return RESERVED.test(name.split('.')[0]) ? `_${name}` : name;
}
