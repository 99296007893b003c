// Small pictures for reports, as JPEG in a data URL.

import sharp from 'sharp';
import type { Plate } from '../../core/index.ts';
import type { Thumbnails } from '../../finals/index.ts';

const QUALITY = 85;

export const jpegThumbnails: Thumbnails = {
  async encode({ planes, width, height }: Plate): Promise<string> {
    const samples = new Uint8Array(width * height * 3);
    planes.forEach((plane, k) => {
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          samples[(y * width + x) * 3 + k] = plane.samples[y * plane.stride + x * plane.step];
        }
      }
    });
    const raw = { width, height, channels: 3 as const };
    const jpeg = await sharp(samples, { raw }).jpeg({ quality: QUALITY, chromaSubsampling: '4:4:4' }).toBuffer();
    return `data:image/jpeg;base64,${jpeg.toString('base64')}`;
  },
};
