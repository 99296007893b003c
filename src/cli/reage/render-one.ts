// One clip of a render: opened, hashed, cast, admitted by consent, rendered, reported.

import { readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { CodedError } from '../../core/index.ts';
import { formatFile } from '../../core/index.ts';
import type { OutputKind, RenderPlan, RenderReport, VideoFiles, VideoReader } from '../../finals/index.ts';
import { JOB_NAME, RENDER_REPORT, creationDay, planKey, renderClip } from '../../finals/index.ts';
import { sha256OfFile, writeFileAtomic } from '../../adapters/node/files.ts';
import { hashPlate } from '../../adapters/node/plate-hash.ts';
import { jpegThumbnails } from '../../adapters/node/thumbnails.ts';
import { loadVideoFiles } from '../../adapters/node/video-files.ts';
import { clearWorkFolder, holdWorkFolder } from '../../adapters/node/work-folder.ts';
import { Progress } from '../progress.ts';
import type { RenderOptions, RenderSession } from '../render.ts';
import type { WantedCast } from './cast.ts';
import { castFor } from './cast.ts';
import { reAgedNote } from './note.ts';
import { codecFor, filesFor, finishedBefore, outputName, reportFile } from './output.ts';

export type ClipOutcome =
  | { readonly clip: string; readonly error: CodedError }
  | {
      readonly clip: string;
      readonly output: string;
      readonly report: RenderReport;
      /** An earlier run had made all of it. */
      readonly wasFinished: boolean;
    };

export interface ClipRequest {
  readonly clip: string;
  /** The file, or the folder of files. */
  readonly output: string;
  readonly isFolder: boolean;
  readonly label: string;
}

/** @throws {CodedError} whatever stands in the way of this clip */
export async function renderOne(session: RenderSession, request: ClipRequest): Promise<ClipOutcome> {
  const videos = await loadVideoFiles();
  const reader = await videos.open(request.clip);
  try {
    return await renderOpened(session, request, videos, reader);
  } finally {
    await reader.close();
  }
}

async function renderOpened(
  session: RenderSession,
  request: ClipRequest,
  videos: VideoFiles,
  reader: VideoReader,
): Promise<ClipOutcome> {
  const { options, toolbox, gate } = session;
  const { info } = reader;
  const { clip } = request;
  const clipName = path.basename(clip);
  const output = request.isFolder ? path.join(request.output, outputName(clip, options.codec, info)) : request.output;
  const facts = { ...info, name: clipName, date: creationDay(info.metadata) };
  const wanted = castFor(options, session.keyframes, session.production, facts);
  const inputSha256 = await sha256OfFile(clip);
  const plan = planFor(session, { reader, clipName, output, inputSha256 }, wanted);
  const key = await planKey(plan);
  const isOurs = async (): Promise<boolean> => (await isBegun(output, key)) && (await isReAged(videos, output));
  const finished = await finishedBefore(clip, output, key, Boolean(options.overwrite), isOurs);
  if (finished) {
    await clearWorkFolder(workFolderOf(output));
    return { clip, output, report: finished, wasFinished: true };
  }
  const subject = { inputName: clipName, inputSha256, declarationFile: `${output}.consent.json` };
  const cast = [];
  const consents = [];
  for (const member of wanted.members) {
    const { member: admitted, note } = await gate.admit(member, subject, toolbox);
    cast.push(admitted);
    consents.push(note);
  }
  const notes = [...wanted.notes, ...(info.reAged ? [`The clip says that it was re-aged before: ${info.reAged}`] : [])];
  if (!options.json) for (const note of notes) process.stderr.write(`${note}\n`);
  const work = await holdWorkFolder(workFolderOf(output));
  let progress: Progress | null = null;
  try {
    const report = await renderClip(
      {
        reader,
        clipName,
        plan,
        cast,
        consents,
        rule: wanted.rule,
        reAged: reAgedNote(toolbox.program.version, cast),
        notes,
        files: filesFor(output, plan.outputs),
      },
      {
        videos,
        work,
        tracking: toolbox.tracking,
        reageing: toolbox.reageing,
        tables: toolbox.tables,
        measuring: toolbox.measuring,
        thumbnails: jpegThumbnails,
        hash: hashPlate,
        describeFile: async (file) => ({ name: path.basename(file), bytes: (await stat(file)).size }),
        publish: (made, page) => publish(output, made, page),
        progress(done, total, resumed) {
          progress ??= new Progress(request.label, total - resumed, Boolean(options.json));
          progress.update(done - resumed);
        },
        log: (message) => {
          if (!options.json) process.stderr.write(`${message}\n`);
        },
        signal: session.signal,
      },
    );
    (progress as Progress | null)?.finish();
    return { clip, output, report, wasFinished: false };
  } finally {
    await work.release();
  }
}

function workFolderOf(output: string): string {
  return `${output}.dorian-work`;
}

/** Whether this very render was begun there and has not been tidied up. */
async function isBegun(output: string, key: string): Promise<boolean> {
  const job = await readFile(path.join(workFolderOf(output), JOB_NAME), 'utf8').catch(() => '');
  return job.includes(key);
}

/** Whether the clip says of itself that Dorian re-aged it. */
async function isReAged(videos: VideoFiles, clip: string): Promise<boolean> {
  const reader = await videos.open(clip).catch(() => null);
  if (!reader) return false;
  await reader.close();
  return reader.info.reAged !== null;
}

interface PlanFacts {
  readonly reader: VideoReader;
  readonly clipName: string;
  readonly output: string;
  readonly inputSha256: string;
}

function planFor({ options, toolbox }: RenderSession, facts: PlanFacts, wanted: WantedCast): RenderPlan {
  const { info } = facts.reader;
  return {
    inputSha256: facts.inputSha256,
    from: options.fromFrame,
    to: Math.min(options.toFrame ?? info.frameCount, info.frameCount),
    cast: wanted.members.map(({ performer, sourceAge, look }) => ({
      performer,
      sourceAge: sourceAge.years,
      because: sourceAge.because,
      look,
      likeness: toolbox.likenessOf(performer),
    })),
    casting: wanted.rule.kind,
    rosterSha256: wanted.rosterSha256,
    outputs: outputsOf(options),
    extension: path.extname(facts.output).slice(1).toLowerCase(),
    codec: codecFor(facts.output, options.codec, info),
    quality: options.quality ?? null,
    burnIn: options.burnIn ? path.parse(facts.clipName).name : null,
    chunkFrames: options.chunkFrames,
    program: toolbox.program.text,
  };
}

function outputsOf({ compare, matte }: RenderOptions): OutputKind[] {
  return ['comp', ...(compare ? (['compare'] as const) : []), ...(matte ? (['matte'] as const) : [])];
}

/** The page first: where the JSON stands, everything does. */
async function publish(output: string, report: RenderReport, page: string): Promise<void> {
  await rm(reportFile(output), { force: true });
  await writeFileAtomic(`${output}.report.html`, page);
  await writeFileAtomic(reportFile(output), formatFile(RENDER_REPORT, report));
}
