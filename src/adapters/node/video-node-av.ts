// `VideoFiles` met by FFmpeg inside the process (node-av). Loaded only when a clip is touched: see video-files.ts.

import type { VideoFiles, VideoReader, VideoWriter } from '../../finals/index.ts';
import { asWriteError } from './ffmpeg-library.ts';
import { clipPixelLimit } from './pixel-limit.ts';
import { joinSegments } from './video-join.ts';
import { probeClip } from './video-probe.ts';
import { ClipReader } from './video-read.ts';
import { ClipWriter } from './video-write.ts';

export const nodeAvVideoFiles: VideoFiles = {
  async open(file, options = {}): Promise<VideoReader> {
    const maxPixels = options.maxPixels ?? clipPixelLimit();
    return new ClipReader(await probeClip(file, maxPixels), maxPixels);
  },

  async create(file, settings): Promise<VideoWriter> {
    const writer = new ClipWriter(file, settings);
    try {
      await writer.open();
    } catch (error) {
      await writer.abort();
      throw asWriteError(error, file);
    }
    return writer;
  },

  join: joinSegments,
};
