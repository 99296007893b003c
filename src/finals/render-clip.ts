// Renders one clip: read, track, smooth, cast, re-age, write, in chunks that survive a kill; then joins the chunks, puts the
// sound of the clip beside them and writes the report.

import type { Consented, Plate } from '../core/index.ts';
import { CodedError, isCodedError, timecodeAt } from '../core/index.ts';
import type { FaceTables, RawFrame, TrackerSnapshot } from '../face/index.ts';
import { LOOKAHEAD } from '../face/index.ts';
import type { ClipSums } from '../measure/index.ts';
import type { FramePath } from '../reage/index.ts';
import type { CastMember } from './cast-member.ts';
import type { CastingRule } from './casting.ts';
import { Casting } from './casting.ts';
import { ChunkMaker } from './chunk-maker.ts';
import { sightedFrames } from './clip-feed.ts';
import type { MeasuringNetworks } from './clip-measures.ts';
import { ClipMeasures } from './clip-measures.ts';
import { FrameMaker } from './frame-maker.ts';
import type { FrameRow } from './frame-row.ts';
import type { PictureStream, Thumbnails, Tracking, VideoFiles, VideoInfo, VideoReader, WorkFolder } from './needs.ts';
import type { ChunkSpan, OutputKind, Thumbnail } from './render-chunk.ts';
import { planChunks } from './render-chunk.ts';
import type { RenderPlan } from './render-job.ts';
import { RenderJob } from './render-job.ts';
import { reportPage } from './report-page.ts';
import type { ConsentNote, RenderReport, ReportOutput } from './report.ts';
import { makeReport } from './report.ts';
import type { SegmentSettings } from './segments.ts';
import { halfWidthOf } from './side-by-side.ts';
import { ThumbnailMaker } from './thumbnail-maker.ts';

export interface RenderOrder {
  readonly reader: VideoReader;
  /** For people: the name of the clip's file. */
  readonly clipName: string;
  /** Its `cast` are the members below. */
  readonly plan: RenderPlan;
  readonly cast: readonly Consented<CastMember>[];
  readonly consents: readonly ConsentNote[];
  readonly rule: CastingRule;
  /** What the files say about having been re-aged. */
  readonly reAged: string;
  /** For the report: what a person should know. */
  readonly notes: readonly string[];
  /** Where each output of the plan goes; the ending is the plan's. */
  readonly files: Readonly<Partial<Record<OutputKind, string>>>;
}

export interface RenderTools {
  readonly videos: VideoFiles;
  readonly work: WorkFolder;
  readonly tracking: Tracking;
  readonly tables: FaceTables;
  readonly path: FramePath;
  readonly measuring: MeasuringNetworks;
  readonly thumbnails: Thumbnails;
  /** SHA-256 of a plate's samples, hexadecimal. */
  readonly hash: (plate: Plate) => string;
  /** Bytes of a finished file, and its name without folders. */
  readonly describeFile: (file: string) => Promise<{ readonly name: string; readonly bytes: number }>;
  /** Puts the report beside the output; the last thing before the work folder is emptied. */
  readonly publish: (report: RenderReport, page: string) => Promise<void>;
  /** Called at the start and after every frame. @param resumed - Frames that were finished before this run. */
  readonly progress: (done: number, total: number, resumed: number) => void;
  readonly log: (message: string) => void;
  /** Aborted: chunks that are finished stay, the same order goes on from there. */
  readonly signal?: AbortSignal;
}

/** So many small pictures are held for the page. */
const MAX_THUMBNAILS = 400;

/** The clip ends here, after good frames: not a failure of the render. */
const CLIP_ENDS = new Set<string>(['media/truncated', 'media/undecodable', 'media/size-changed']);

/**
 * @returns The report that was published. `isPartial` where the clip was shorter than asked for.
 * @throws {CodedError} `finals/empty-range`, `finals/no-face`, `finals/performer-not-seen`, `finals/interrupted`; what the
 *   reader, the writer and the networks throw.
 */
export async function renderClip(order: RenderOrder, tools: RenderTools): Promise<RenderReport> {
  const { plan } = order;
  const spans = planChunks(plan.from, plan.to, plan.chunkFrames);
  if (spans.length === 0) {
    throw new CodedError('finals/empty-range', `frames ${plan.from} to ${plan.to} are none of ${order.clipName}`, {
      hint: `The clip has frames 0 to ${order.reader.info.frameCount - 1}; --to-frame names the one after the last.`,
    });
  }
  const job = await RenderJob.begin(tools.work, plan);
  if (job.beganAnew) tools.log('The work folder was of other settings or another program: the render begins anew.');
  const casting = new Casting(order.rule, LOOKAHEAD);
  const finished = await takeUp(job, spans, casting, tools);
  if (finished.rest.length > 0) await makeRest(order, tools, job, casting, finished);
  return publish(order, tools, job, spans);
}

interface Finished {
  /** Chunks that have to be made. */
  readonly rest: readonly ChunkSpan[];
  readonly history: readonly RawFrame[];
  readonly originPts: number | null;
  readonly frames: number;
}

/** Reads the chunks that an earlier run finished and brings casting and tracker to where that run was. */
async function takeUp(
  job: RenderJob,
  spans: readonly ChunkSpan[],
  casting: Casting,
  { tracking, log }: RenderTools,
): Promise<Finished> {
  let history: RawFrame[] = [];
  let originPts: number | null = null;
  let frames = 0;
  let state: TrackerSnapshot | null = null;
  for (const [i, span] of spans.entries()) {
    const chunk = await job.readChunk(span);
    const isLast = i === spans.length - 1 || (chunk !== null && chunk.endedEarly !== null);
    if (!chunk || (!isLast && !chunk.trackerAfter)) {
      if (frames > 0) log(`Going on after ${frames} frames that are finished.`);
      if (state) await tracking.restore(state);
      return { rest: spans.slice(i), history, originPts, frames };
    }
    for (const tracks of chunk.tracks) casting.see(tracks);
    history = [...history, ...chunk.tracks].slice(-LOOKAHEAD);
    originPts ??= chunk.startPts;
    frames += chunk.tracks.length;
    state = chunk.trackerAfter;
    if (isLast) break;
  }
  return { rest: [], history, originPts, frames };
}

async function makeRest(
  order: RenderOrder,
  tools: RenderTools,
  job: RenderJob,
  casting: Casting,
  { rest, history, originPts, frames }: Finished,
): Promise<void> {
  const { plan, reader } = order;
  const measures = new ClipMeasures(tools.measuring);
  const maker = new FrameMaker({
    info: reader.info,
    cast: order.cast,
    casting,
    path: tools.path,
    measures,
    thumbnails: new ThumbnailMaker(tools.thumbnails),
    outputs: plan.outputs,
    hash: tools.hash,
    matteDepth: matteDepth(plan),
    burnIn: plan.burnIn,
  });
  const segments = segmentSettings(order);
  const chunks = new ChunkMaker({ job, videos: tools.videos, segments, maker, measures, spans: rest, originPts });
  const ends = new Set(rest.map((span) => span.to - 1));
  let done = frames;
  tools.progress(done, plan.to - plan.from, frames);
  try {
    const feed = sightedFrames({
      reader,
      tracking: tools.tracking,
      tables: tools.tables,
      casting,
      from: rest[0].from,
      to: plan.to,
      history,
      wantsState: (frameIndex) => ends.has(frameIndex),
      signal: tools.signal,
    });
    let endedEarly: string | null = null;
    try {
      for await (const sighted of feed) {
        if (tools.signal?.aborted) sighted.frame.close();
        tools.signal?.throwIfAborted();
        await chunks.add(sighted);
        tools.progress(++done, plan.to - plan.from, frames);
      }
    } catch (error) {
      if (!isCodedError(error) || !CLIP_ENDS.has(error.code) || done === 0) throw error;
      endedEarly = error.message;
    }
    await chunks.end(endedEarly);
  } catch (error) {
    await chunks.abort();
    if (tools.signal?.aborted) throw interrupted(done, error);
    throw error;
  }
}

function interrupted(done: number, cause: unknown): CodedError {
  return new CodedError('finals/interrupted', `the render was interrupted after ${done} frames`, {
    hint: 'Run the same command again: it goes on where it stopped.',
    retry: true,
    cause,
  });
}

function matteDepth({ codec }: RenderPlan): 8 | 10 {
  return codec === 'prores' ? 10 : 8;
}

function segmentSettings({ plan, reader, reAged }: RenderOrder): SegmentSettings {
  const comp = compStream(reader.info, plan, reAged);
  const streams: Record<OutputKind, PictureStream> = {
    comp,
    compare: { ...comp, width: 2 * halfWidthOf(comp) },
    matte: matteStream(comp, plan),
  };
  const pictures = Object.fromEntries(plan.outputs.map((output) => [output, streams[output]]));
  return { codec: plan.codec, quality: plan.quality, pictures };
}

/** The clip's own stream, with the timecode of the first frame that is rendered. */
function compStream(info: VideoInfo, plan: RenderPlan, reAged: string): PictureStream {
  const timecode = info.timecode && timecodeAt(info.timecode, info.frameRate, plan.from);
  return { ...info, timecode, reAged };
}

function matteStream(comp: PictureStream, plan: RenderPlan): PictureStream {
  const depth = matteDepth(plan);
  return {
    ...comp,
    layout: depth === 8 ? 'yuv420' : 'yuv422',
    depth,
    color: { matrix: 'bt709', transfer: 'bt709', primaries: 'bt709', range: 'limited' },
    colorCodes: { primaries: 1, transfer: 1, matrix: 1, range: 1, chromaLocation: 1 },
    hdrMetadata: [],
  };
}

/** Joins, reports, empties the work folder. */
async function publish(
  order: RenderOrder,
  tools: RenderTools,
  job: RenderJob,
  spans: readonly ChunkSpan[],
): Promise<RenderReport> {
  const { plan, reader } = order;
  const made = await gather(job, spans);
  if (!made.rows.some((row) => row.faces.some((face) => face.performer !== null))) {
    await job.clear();
    throw nobodyFound(order, made.rows);
  }
  const outputs = await joinOutputs(order, tools, job, made);
  const asked = plan.to - plan.from;
  const notes = [...order.notes];
  if (made.endedEarly !== null) notes.push(`Rendered ${made.rows.length} of ${asked} frames: ${made.endedEarly}.`);
  const { declaredFrameCount, frameCount } = reader.info;
  const isCutShort = declaredFrameCount > frameCount && plan.to === frameCount;
  if (isCutShort) {
    notes.push(
      `The clip is cut short: ${frameCount} of the ${declaredFrameCount} frames that it promises can be read.`,
    );
  }
  const report = makeReport({
    key: job.key,
    plan,
    clipName: order.clipName,
    info: reader.info,
    reAged: order.reAged,
    outputs,
    consents: order.consents,
    notes,
    isPartial: made.endedEarly !== null || isCutShort,
    rows: made.rows,
    sums: made.sums,
  });
  await tools.publish(report, reportPage(report, made.thumbnails));
  await job.clear();
  return report;
}

interface Gathered {
  /** How many of the planned chunks there are: fewer where the clip ended early. */
  readonly chunks: number;
  readonly rows: readonly FrameRow[];
  readonly sums: ReadonlyMap<string, readonly ClipSums[]>;
  readonly thumbnails: readonly Thumbnail[];
  readonly startPts: number;
  readonly endPts: number;
  readonly endedEarly: string | null;
}

async function gather(job: RenderJob, spans: readonly ChunkSpan[]): Promise<Gathered> {
  const rows: FrameRow[] = [];
  const sums = new Map<string, ClipSums[]>();
  const thumbnails: Thumbnail[] = [];
  let startPts = 0;
  let endPts = 0;
  for (const [i, span] of spans.entries()) {
    const chunk = await job.readChunk(span);
    if (!chunk) throw new Error(`chunk ${span.index} was finished and is gone`);
    if (i === 0) startPts = chunk.startPts;
    endPts = chunk.endPts;
    rows.push(...chunk.rows);
    for (const [performer, piece] of Object.entries(chunk.sums)) {
      sums.set(performer, [...(sums.get(performer) ?? []), piece]);
    }
    thumbnails.push(...chunk.thumbnails.slice(0, MAX_THUMBNAILS - thumbnails.length));
    if (chunk.endedEarly !== null) {
      return { chunks: i + 1, rows, sums, thumbnails, startPts, endPts, endedEarly: chunk.endedEarly };
    }
  }
  return { chunks: spans.length, rows, sums, thumbnails, startPts, endPts, endedEarly: null };
}

async function joinOutputs(
  order: RenderOrder,
  tools: RenderTools,
  job: RenderJob,
  made: Gathered,
): Promise<ReportOutput[]> {
  const { plan, reader, files } = order;
  const { pictures } = segmentSettings(order);
  const outputs: ReportOutput[] = [];
  for (const kind of plan.outputs) {
    const file = files[kind];
    const picture = pictures[kind];
    if (!file || !picture) throw new RangeError(`no file is named for ${kind}`);
    const hasSound = kind !== 'matte' && reader.info.soundStreams > 0;
    const { startPts, endPts } = made;
    await tools.videos.join(file, {
      segments: Array.from({ length: made.chunks }, (_, index) => job.segmentPath(index, kind)),
      picture,
      ...(hasSound ? { sound: { file: reader.info.file, startPts, endPts, timeBase: reader.info.timeBase } } : {}),
    });
    const { name, bytes } = await tools.describeFile(file);
    outputs.push({ kind, file: name, bytes });
  }
  return outputs;
}

function nobodyFound({ clipName, plan }: RenderOrder, rows: readonly FrameRow[]): CodedError {
  if (!rows.some((row) => row.faces.length > 0)) {
    return new CodedError('finals/no-face', `no face was found in ${rows.length} frames of ${clipName}`, {
      hint: 'Nothing was written. Faces smaller than about 40 pixels are not found; give a clip with the face in it.',
    });
  }
  const names = plan.cast.map(({ performer }) => performer).join(', ');
  return new CodedError(
    'finals/performer-not-seen',
    `there are faces in ${clipName}, but none is taken to be ${names}`,
    {
      hint: 'Nothing was written. Check the name, add photos near this age to the library, or use --from-age without a library.',
    },
  );
}
