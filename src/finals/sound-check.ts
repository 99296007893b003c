// Asks before the first frame, not at the end of a long render, whether the clip's sound fits into the file that is asked for.

import { CodedError, isCodedError, makePlate } from '../core/index.ts';
import { segmentSettings } from './output-pictures.ts';
import { soundOf } from './publish-render.ts';
import type { RenderOrder, RenderTools } from './render-order.ts';

/** Only MP4 is choosy. */
const CHOOSY = 'mp4';
const PICTURE = `sound-check-picture.${CHOOSY}`;
const JOINED = `sound-check.${CHOOSY}`;

/**
 * Joins one black frame and the first second of the clip's sound, as the render will be joined.
 *
 * @throws {CodedError} `finals/sound-does-not-fit`; what the writer throws
 */
export async function checkSound(order: RenderOrder, { videos, work }: RenderTools): Promise<void> {
  const { info } = order.reader;
  const { codec, pictures } = segmentSettings(order);
  const { num, den } = info.timeBase;
  const sound = soundOf(info, 0, Math.ceil(den / num));
  const picture = pictures.comp;
  if (order.plan.extension !== CHOOSY || !picture || !sound) return;
  try {
    const writer = await videos.create(work.pathOf(PICTURE), { picture, codec });
    const { width, height, layout, depth, color } = picture;
    await writer.write(makePlate(width, height, layout, depth, color), 0, 1);
    await writer.finish();
    await videos
      .join(work.pathOf(JOINED), { segments: [work.pathOf(PICTURE)], picture, sound })
      .catch((cause: unknown) => {
        throw isCodedError(cause) && cause.code === 'file/disk-full' ? cause : unfit(order.clipName, cause);
      });
  } finally {
    await work.remove([PICTURE, JOINED]);
  }
}

function unfit(clipName: string, cause: unknown): CodedError {
  return new CodedError('finals/sound-does-not-fit', `the sound of ${clipName} cannot be put into .mp4`, {
    hint: 'Let the output end in .mov: sound is copied bit for bit and never encoded again.',
    cause,
  });
}
