// The end of a render: the chunks become the output files, with the sound of the clip; the report is written; the work
// folder is emptied.

import { CodedError } from '../core/index.ts';
import type { ClipSums } from '../measure/index.ts';
import type { FrameRow } from './frame-row.ts';
import type { SoundSource, VideoInfo } from './needs.ts';
import { segmentSettings } from './output-pictures.ts';
import type { ChunkSpan, Thumbnail } from './render-chunk.ts';
import type { RenderJob } from './render-job.ts';
import type { RenderOrder, RenderTools } from './render-order.ts';
import { reportPage } from './report-page.ts';
import type { RenderReport, ReportOutput } from './report.ts';
import { makeReport } from './report.ts';

/** So many small pictures are held for the page. */
const MAX_THUMBNAILS = 400;

/**
 * @param spans - All planned chunks; each has its record.
 * @throws {CodedError} `finals/no-face`, `finals/performer-not-seen`, what joining throws
 */
export async function publishRender(
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
  for (const { performer } of plan.cast) {
    if (!made.rows.some((row) => row.faces.some((face) => face.performer === performer)))
      notes.push(`${performer} was not found in the clip.`);
  }
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
    // to the clip's own end all of its sound is kept, also what lasts longer than the picture
    const isWhole = plan.to === reader.info.frameCount && made.endedEarly === null;
    const sound = soundOf(reader.info, made.startPts, isWhole ? undefined : made.endPts);
    await tools.videos.join(file, {
      segments: Array.from({ length: made.chunks }, (_, index) => job.segmentPath(index, kind)),
      picture,
      ...(kind === 'matte' || !sound ? {} : { sound }),
    });
    const { name, bytes } = await tools.describeFile(file);
    outputs.push({ kind, file: name, bytes });
  }
  return outputs;
}

/** @param endPts - undefined: to the end of the clip's sound. */
export function soundOf(info: VideoInfo, startPts: number, endPts: number | undefined): SoundSource | null {
  return info.soundStreams > 0 ? { file: info.file, startPts, endPts, timeBase: info.timeBase } : null;
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
