// A picture's own samples, without colour management: renders that are compared number by number, and masks of numbers.

import sharp from 'sharp';
import type { CodedError } from '../../core/index.ts';

export interface RawSamples {
  /** 8 bit, packed. */
  readonly samples: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/**
 * @param channels - 1: the first channel alone; 3: RGB, without alpha.
 * @param refuse - Makes the error of what cannot be read.
 * @throws {CodedError} what `refuse` makes
 */
export async function readRawSamples(
  file: string,
  channels: 1 | 3,
  refuse: (what: string, cause?: unknown) => CodedError,
): Promise<RawSamples> {
  const image = sharp(file);
  const picture = channels === 1 ? image.extractChannel(0).toColourspace('b-w') : image.removeAlpha();
  const { data, info } = await picture
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
    .catch((cause: unknown) => {
      throw refuse('the picture cannot be read', cause);
    });
  if (info.channels !== channels) throw refuse(`it has ${info.channels} channels, not ${channels}`);
  const samples = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { samples, width: info.width, height: info.height };
}
