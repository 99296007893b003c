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

/**
 * Writes rows of parts, all of one length, with their labels burned in; `.mp4`, H.264. Ends with the shortest part. What
 * stands in several rows is decoded once.
 */
export async function writeComparison(
  file: string,
  rows: readonly (readonly ComparisonPart[])[],
  reAged: string,
  videos: VideoFiles,
): Promise<void> {
  const names = [...new Set(rows.flat().map((part) => part.file))];
  const readers = await Promise.all(names.map((name) => videos.open(name)));
  const streams = readers.map((reader) => reader.frames()[Symbol.asyncIterator]());
  try {
    const [{ info }] = readers;
    const like = hdPlate(new Float32Array(12), 2, 2);
    const writer = await videos.create(file, {
      picture: {
        ...info,
        width: PART * rows[0].length,
        height: PART * rows.length,
        layout: like.layout,
        depth: like.depth,
        color: like.color,
        colorCodes: { primaries: 1, transfer: 1, matrix: 1, range: 1, chromaLocation: 1 },
        reAged,
      },
      codec: 'h264',
    });
    try {
      const grid = new Grid(rows);
      for (;;) {
        const frames = await Promise.all(streams.map((stream) => stream.next()));
        if (frames.some(({ done }) => done)) break;
        const plates = new Map(names.map((name, i) => [name, frames[i].value.plate as Plate]));
        await writer.write(grid.draw(plates), frames[0].value.pts, frames[0].value.durationPts);
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
class Grid {
  private readonly rows: readonly (readonly ComparisonPart[])[];
  private readonly cropper = new PlateCropper();
  private readonly square = new Float32Array(PART * PART * 3);
  private readonly width: number;
  private readonly height: number;
  private readonly rgb: Float32Array;

  constructor(rows: readonly (readonly ComparisonPart[])[]) {
    this.rows = rows;
    this.width = PART * rows[0].length;
    this.height = PART * rows.length;
    this.rgb = new Float32Array(this.width * this.height * 3);
  }

  /** @param plates - By file. */
  draw(plates: ReadonlyMap<string, Plate>): Plate {
    const { rows, width, height } = this;
    rows.forEach((parts, row) =>
      parts.forEach(({ file }, column) => {
        const plate = plates.get(file);
        if (plate) this.put(plate, PART * column, PART * row);
      }),
    );
    const picture = hdPlate(this.rgb, width, height);
    rows.forEach((parts, row) =>
      parts.forEach(({ label }, column) => writeLabel(picture, label, PART * column, PART * row)),
    );
    return picture;
  }

  private put(plate: Plate, left: number, top: number): void {
    const { square, rgb, width } = this;
    const scale = plate.height / PART;
    const toPlate = [scale, 0, (plate.width - plate.height) / 2, 0, scale, 0] as const;
    this.cropper.crop(plate, toPlate, PART, square, { layout: 'nhwc', low: 0, high: 1, border: 'edge' });
    for (let y = 0; y < PART; y++)
      rgb.set(square.subarray(y * PART * 3, (y + 1) * PART * 3), ((top + y) * width + left) * 3);
  }
}
