// Footage as the library looks at it: every so-manieth frame of a video file.

import { isCodedError } from '../../core/index.ts';
import type { VideoFiles } from '../../finals/index.ts';
import type { Footage } from '../../library/index.ts';

/** @param videos - Handed in, so that the video library is loaded only when there is footage. */
export function footageFiles(videos: () => Promise<VideoFiles>): Footage {
  return {
    async open(file) {
      const reader = await (await videos()).open(file);
      const { info } = reader;
      return {
        frameCount: info.frameCount,
        framesPerSecond: info.frameRate.num / info.frameRate.den,
        creationTime: info.metadata.creation_time ?? null,
        reAged: info.reAged,
        async *frames(step) {
          try {
            for await (const frame of reader.frames()) {
              try {
                if (frame.index % step === 0) yield { frameIndex: frame.index, plate: frame.plate };
              } finally {
                frame.close();
              }
            }
          } catch (error) {
            // what was read before the break is good
            if (!isCodedError(error) || error.code !== 'media/truncated') throw error;
          }
        },
        close: () => reader.close(),
      };
    },
  };
}
