// HEIC stills, which sharp's own build cannot decode.

import { CodedError } from '../../core/index.ts';
import { printableName } from './files.ts';
import type { Image, ImageInfo } from './images.ts';

/** @throws {CodedError} `media/heic` */
export function readHeic(file: string, info: ImageInfo): Promise<Image> {
  throw new CodedError('media/heic', `${printableName(file)} is a HEIC picture of ${info.width} x ${info.height}`, {
    hint: 'Export it as JPEG or PNG (Photos and Preview on a Mac do, or `heif-convert in.heic out.jpg`), then give that file.',
  });
}
