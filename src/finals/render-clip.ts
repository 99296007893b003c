// Renders one clip: read, track, smooth, cast, re-age, write, in chunks that survive a kill; then joins the chunks, puts the
// sound of the clip beside them and writes the report.

import { CodedError, isCodedError } from '../core/index.ts';
import type { RawFrame, TrackerSnapshot } from '../face/index.ts';
import { LOOKAHEAD } from '../face/index.ts';
import { Casting } from './casting.ts';
import { ChunkMaker } from './chunk-maker.ts';
import type { SightedFrame } from './clip-feed.ts';
import { sightedFrames } from './clip-feed.ts';
import { ClipMeasures } from './clip-measures.ts';
import { FrameMaker } from './frame-maker.ts';
import { matteDepth, segmentSettings } from './output-pictures.ts';
import { publishRender } from './publish-render.ts';
import type { ChunkSpan } from './render-chunk.ts';
import { planChunks } from './render-chunk.ts';
import { RenderJob } from './render-job.ts';
import type { RenderOrder, RenderTools } from './render-order.ts';
import type { RenderReport } from './report.ts';
import { checkSound } from './sound-check.ts';
import { ThumbnailMaker } from './thumbnail-maker.ts';

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
  await tools.tracking.begin();
  const casting = new Casting(order.rule, LOOKAHEAD);
  const finished = await takeUp(job, spans, casting, tools);
  if (finished.rest.length > 0) await makeRest(order, tools, job, casting, finished);
  return publishRender(order, tools, job, spans);
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
  finished: Finished,
): Promise<void> {
  const { plan } = order;
  const { frames } = finished;
  const total = plan.to - plan.from;
  let done = frames;
  tools.progress(done, total, frames);
  await checkSound(order, tools);
  const chunks = chunkMakerFor(order, tools, job, casting, finished);
  try {
    let endedEarly: string | null = null;
    try {
      for await (const sighted of feedFor(order, tools, casting, finished)) {
        if (tools.signal?.aborted) sighted.frame.close();
        tools.signal?.throwIfAborted();
        await chunks.add(sighted);
        tools.progress(++done, total, frames);
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

function chunkMakerFor(
  order: RenderOrder,
  tools: RenderTools,
  job: RenderJob,
  casting: Casting,
  { rest, originPts }: Finished,
): ChunkMaker {
  const { plan, reader, cast } = order;
  const measures = new ClipMeasures(tools.measuring);
  const starts = new Set(rest.map((span) => span.from));
  const maker = new FrameMaker({
    info: reader.info,
    cast,
    casting,
    reageing: tools.reageing,
    measures,
    thumbnails: new ThumbnailMaker(tools.thumbnails),
    outputs: plan.outputs,
    hash: tools.hash,
    matteDepth: matteDepth(plan),
    burnIn: plan.burnIn,
    isChunkStart: (frameIndex) => starts.has(frameIndex),
  });
  return new ChunkMaker({
    job,
    videos: tools.videos,
    segments: segmentSettings(order),
    maker,
    measures,
    atOnce: tools.reageing.atOnce,
    spans: rest,
    originPts,
  });
}

function feedFor(
  { reader, plan }: RenderOrder,
  { tracking, tables, signal }: RenderTools,
  casting: Casting,
  { rest, history }: Finished,
): AsyncIterable<SightedFrame> {
  const ends = new Set(rest.map((span) => span.to - 1));
  return sightedFrames({
    reader,
    tracking,
    tables,
    casting,
    from: rest[0].from,
    to: plan.to,
    history,
    wantsState: (frameIndex) => ends.has(frameIndex),
    signal,
  });
}

function interrupted(done: number, cause: unknown): CodedError {
  return new CodedError('finals/interrupted', `the render was interrupted after ${done} frames`, {
    hint: 'Run the same command again: it goes on where it stopped.',
    retry: true,
    cause,
  });
}
