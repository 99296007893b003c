// FFmpeg inside the process (node-av): loaded once and silenced, and its return codes turned into errors that a person
// can act on. Loading takes 0.1 s and 100 MB of program, so nothing outside the video files imports it.

import * as lib from 'node-av/lib';
import { AV_LOG_QUIET, AVERROR_EOF } from 'node-av/constants';
import { CodedError } from '../../core/index.ts';
import { asFileError, diskFull, printableName } from './files.ts';

// FFmpeg prints to standard error by itself; what matters comes back as return codes
lib.Log.setLevel(AV_LOG_QUIET);

export * from 'node-av/lib';

const AGAIN = lib.FFmpegError.AVERROR(lib.PosixError.EAGAIN);
const DISK_FULL = lib.FFmpegError.AVERROR(lib.PosixError.ENOSPC);

/** The step has nothing to give until it is fed. */
export function isAgain(code: number): boolean {
  return code === AGAIN;
}

export function isEndOfFile(code: number): boolean {
  return code === AVERROR_EOF;
}

export function describeCode(code: number): string {
  return lib.FFmpegError.strerror(code);
}

/** @throws {CodedError} `media/unreadable` for a negative return code of a reading step. */
export function checkRead(code: number, file: string, step: string): void {
  if (code >= 0) return;
  throw unreadable(file, `${step}: ${describeCode(code)}`);
}

export function unreadable(file: string, reason: string): CodedError {
  return new CodedError('media/unreadable', `${printableName(file)} is no clip that can be read (${reason})`, {
    hint: "Copy it from the camera or the server again. A recording that was cut off before its end has no index: the camera maker's recovery tool can rebuild it.",
  });
}

/** @throws {CodedError} `file/disk-full`, `media/write-failed` for a negative return code of a writing step. */
export function checkWrite(code: number, file: string, step: string): void {
  if (code >= 0) return;
  if (code === DISK_FULL) throw diskFull(file, describeCode(code));
  throw writeFailed(file, `${step}: ${describeCode(code)}`);
}

export function writeFailed(file: string, reason: string, cause?: unknown): CodedError {
  return new CodedError('media/write-failed', `${printableName(file)} could not be written (${reason})`, {
    hint: 'Check the folder and the settings; what was finished before is kept, so the same command goes on from there.',
    cause,
  });
}

/** Coded errors as they are; the rest, which node-av throws for misuse and exhausted memory, as `media/write-failed`. */
export function asWriteError(error: unknown, file: string): unknown {
  if (error instanceof CodedError) return error;
  const known = asFileError(error, file);
  return known instanceof CodedError ? known : writeFailed(file, String(error), error);
}
