// Versions of one clip side by side in a video that every player shows.

import type { Plate } from '../../core/index.ts';
import { PlateCropper } from '../../core/index.ts';
import type { VideoFiles } from '../../finals/index.ts';
import { hdPlate } from '../hd-plate.ts';
import { writeLabel } from './contact-sheet.ts';

export interface ComparisonPart {
  readonly label: string;
  /** A video with square pictures; all parts have as many frames. */
  readonly file: string;
}

/** Side of one part, pixels. */
const PART = 512;

/** Writes the parts, left to right, with their labels burned in; `.mp4`, H.264. Ends with the shortest part. */
export async function writeComparison(
  file: string,
  parts: readonly ComparisonPart[],
  reAged: string,
  videos: VideoFiles,
): Promise<void> {
  const readers = await Promise.all(parts.map((part) => videos.open(part.file)));
  const streams = readers.map((reader) => reader.frames()[Symbol.asyncIterator]());
  try {
    const [{ info }] = readers;
    const like = hdPlate(new Float32Array(12), 2, 2);
    const writer = await videos.create(file, {
      picture: {
        ...info,
        width: PART * parts.length,
        height: PART,
        layout: like.layout,
        depth: like.depth,
        color: like.color,
        colorCodes: { primaries: 1, transfer: 1, matrix: 1, range: 1, chromaLocation: 1 },
        reAged,
      },
      codec: 'h264',
    });
    try {
      const strip = new Strip(parts);
      for (;;) {
        const frames = await Promise.all(streams.map((stream) => stream.next()));
        if (frames.some(({ done }) => done)) break;
        const plates = frames.map(({ value }) => value.plate as Plate);
        await writer.write(strip.draw(plates), frames[0].value.pts, frames[0].value.durationPts);
        for (const { value } of frames) value.close();
      }
      await writer.finish();
    } catch (error) {
      await writer.abort();
      throw error;
    }
  } finally {
    await Promise.all(streams.map((stream) => stream.return?.()));
    await Promise.all(readers.map((reader) => reader.close()));
  }
}

/** Owns the buffers of drawing. */
class Strip {
  private readonly parts: readonly ComparisonPart[];
  private readonly cropper = new PlateCropper();
  private readonly square = new Float32Array(PART * PART * 3);
  private readonly rgb: Float32Array;

  constructor(parts: readonly ComparisonPart[]) {
    this.parts = parts;
    this.rgb = new Float32Array(PART * parts.length * PART * 3);
  }

  draw(plates: readonly Plate[]): Plate {
    const width = PART * plates.length;
    plates.forEach((plate, part) => {
      const scale = plate.height / PART;
      const toPlate = [scale, 0, (plate.width - plate.height) / 2, 0, scale, 0] as const;
      this.cropper.crop(plate, toPlate, PART, this.square, { layout: 'nhwc', low: 0, high: 1, border: 'edge' });
      for (let y = 0; y < PART; y++) {
        const row = this.square.subarray(y * PART * 3, (y + 1) * PART * 3);
        this.rgb.set(row, (y * width + part * PART) * 3);
      }
    });
    const picture = hdPlate(this.rgb, width, PART);
    this.parts.forEach(({ label }, part) => writeLabel(picture, label, part * PART, 0));
    return picture;
  }
}
