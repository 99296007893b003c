// What each output of a render is a picture of: the clip's own stream, two of them side by side, or a grey matte.

import { timecodeAt } from '../core/index.ts';
import type { PictureStream, VideoInfo } from './needs.ts';
import type { OutputKind } from './render-chunk.ts';
import type { RenderPlan } from './render-job.ts';
import type { RenderOrder } from './render-order.ts';
import type { SegmentSettings } from './segments.ts';
import { halfWidthOf } from './side-by-side.ts';

/** Bits of the matte's samples. */
export function matteDepth({ codec }: RenderPlan): 8 | 10 {
  return codec === 'prores' ? 10 : 8;
}

export function segmentSettings({ plan, reader, reAged }: RenderOrder): SegmentSettings {
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
