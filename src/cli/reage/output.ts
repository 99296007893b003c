// Where a render goes, which codec its name asks for, and whether what stands there already may be replaced.

import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { CodedError, isCodedError, parseFile } from '../../core/index.ts';
import type { OutputKind, RenderReport, VideoCodec, VideoInfo } from '../../finals/index.ts';
import { RENDER_REPORT } from '../../finals/index.ts';
import { notFound, printableName } from '../../adapters/node/files.ts';
import { readReAgedNote } from '../../adapters/node/images.ts';

const CONTAINERS: Readonly<Record<string, readonly VideoCodec[]>> = {
  '.mp4': ['h264'],
  '.mov': ['h264', 'prores'],
  '.mkv': ['ffv1', 'h264'],
};

/**
 * The codec that was asked for, else the one that the name and the clip suggest.
 *
 * @throws {CodedError} `finals/output-kind`
 */
export function codecFor(output: string, wanted: VideoCodec | undefined, info: VideoInfo): VideoCodec {
  const extension = path.extname(output).toLowerCase();
  const possible = CONTAINERS[extension] ?? [];
  const suggested = extension === '.mov' && info.codec === 'prores' ? 'prores' : possible[0];
  const codec = wanted ?? suggested;
  if (codec !== undefined && possible.includes(codec)) return codec;
  throw new CodedError('finals/output-kind', `${printableName(output)} cannot hold ${wanted ?? 'a clip'}`, {
    hint: 'Let the name end in .mp4 (h264), .mov (h264 or prores) or .mkv (ffv1 or h264).',
  });
}

/** Name of an output in a folder of outputs: the clip's own, with the ending of its codec. */
export function outputName(clip: string, wanted: VideoCodec | undefined, info: VideoInfo): string {
  const codec = wanted ?? (info.codec === 'prores' ? 'prores' : 'h264');
  const extension = codec === 'prores' ? '.mov' : codec === 'ffv1' ? '.mkv' : '.mp4';
  return `${path.parse(clip).name}${extension}`;
}

export function filesFor(output: string, kinds: readonly OutputKind[]): Partial<Record<OutputKind, string>> {
  const { dir, name, ext } = path.parse(output);
  return Object.fromEntries(
    kinds.map((kind) => [kind, kind === 'comp' ? output : path.join(dir, `${name}.${kind}${ext}`)]),
  );
}

export function reportFile(output: string): string {
  return `${output}.report.json`;
}

/**
 * @param isOurs - Whether the output was left by this very render; asked where it has no report.
 * @returns The report of a render with this key that stands there whole: nothing is left to do. Else null.
 * @throws {CodedError} `finals/output-is-input`, `finals/output-exists` for a file that Dorian did not make
 */
export async function finishedBefore(
  input: string,
  output: string,
  key: string,
  mayOverwrite: boolean,
  isOurs: () => Promise<boolean>,
): Promise<RenderReport | null> {
  if ((await sizeOf(output)) === null) return null;
  await refuseInput(input, output);
  const report = await readReport(output);
  // a render that was killed between its clip and its report left a clip of ours without one
  if (!report && !mayOverwrite && !(await isOurs())) throw isTaken(output);
  if (report?.key !== key) return null;
  for (const { file, bytes } of report.outputs) {
    if ((await sizeOf(path.join(path.dirname(output), file))) !== bytes) return null;
  }
  return report;
}

/**
 * @throws {CodedError} `finals/output-is-input`, `finals/output-exists` for a picture that Dorian did not make
 */
export async function mayWriteStill(input: string, output: string, mayOverwrite: boolean): Promise<void> {
  if ((await sizeOf(output)) === null) return;
  await refuseInput(input, output);
  const note = await readReAgedNote(output).catch(() => null);
  if (note === null && !mayOverwrite) throw isTaken(output);
}

async function refuseInput(input: string, output: string): Promise<void> {
  if ((await realpath(output)) !== (await realpath(input))) return;
  throw new CodedError('finals/output-is-input', 'the output is the very file that was given', {
    hint: 'Give another name with -o; what was given is never changed.',
  });
}

function isTaken(output: string): CodedError {
  return new CodedError('finals/output-exists', `${printableName(output)} is there already, and not made by Dorian`, {
    hint: 'Give another name with -o, or --overwrite to replace it.',
  });
}

async function readReport(output: string): Promise<RenderReport | null> {
  const text = await readFile(reportFile(output), 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    return parseFile(RENDER_REPORT, text, reportFile(output));
  } catch (error) {
    if (isCodedError(error)) return null;
    throw error;
  }
}

async function sizeOf(file: string): Promise<number | null> {
  return stat(file).then(
    (found) => found.size,
    () => null,
  );
}

const CLIP_ENDINGS = new Set(['.mov', '.mp4', '.m4v', '.mkv', '.mxf', '.avi', '.webm', '.mts', '.m2ts', '.mpg']);

/**
 * The clips that a path stands for: itself, or the files of a folder that are named like clips.
 *
 * @throws {CodedError} `file/not-found`, `finals/no-clips`
 */
export async function clipsAt(
  given: string,
): Promise<{ readonly isFolder: boolean; readonly clips: readonly string[] }> {
  const found = await stat(given).catch((cause: unknown) => {
    throw notFound(given, cause);
  });
  if (!found.isDirectory()) return { isFolder: false, clips: [given] };
  const entries = await readdir(given, { withFileTypes: true });
  const clips = entries
    .filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.'))
    .filter((entry) => CLIP_ENDINGS.has(path.extname(entry.name).toLowerCase()))
    .map((entry) => path.join(given, entry.name))
    .toSorted();
  if (clips.length > 0) return { isFolder: true, clips };
  throw new CodedError(
    'finals/no-clips',
    `there is no clip among the ${entries.length} entries of ${printableName(given)}`,
    {
      hint: `Clips are known by their ending: ${[...CLIP_ENDINGS].join(' ')}. Folders within are not looked into.`,
    },
  );
}
