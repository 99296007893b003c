// The files of one chunk while they are written: one per output, under the work folder's names.

import type { Plate } from '../core/index.ts';
import type { PictureStream, VideoCodec, VideoFiles, VideoWriter } from './needs.ts';
import type { OutputKind } from './render-chunk.ts';

export interface SegmentSettings {
  readonly codec: VideoCodec;
  readonly quality: number | null;
  /** What each output is a picture of; an output without an entry is not made. */
  readonly pictures: Readonly<Partial<Record<OutputKind, PictureStream>>>;
}

export class Segments {
  private readonly writers: readonly (readonly [OutputKind, VideoWriter])[];

  private constructor(writers: readonly (readonly [OutputKind, VideoWriter])[]) {
    this.writers = writers;
  }

  static async begin(
    videos: VideoFiles,
    settings: SegmentSettings,
    pathOf: (output: OutputKind) => string,
  ): Promise<Segments> {
    const writers: (readonly [OutputKind, VideoWriter])[] = [];
    try {
      for (const [kind, picture] of Object.entries(settings.pictures) as [OutputKind, PictureStream][]) {
        const quality = settings.quality ?? undefined;
        writers.push([kind, await videos.create(pathOf(kind), { picture, codec: settings.codec, quality })]);
      }
    } catch (error) {
      await Promise.all(writers.map(([, writer]) => writer.abort()));
      throw error;
    }
    return new Segments(writers);
  }

  /** The plates may change when this resolves. */
  async write(pictures: Readonly<Partial<Record<OutputKind, Plate>>>, pts: number, durationPts: number): Promise<void> {
    await Promise.all(
      this.writers.map(([kind, writer]) => {
        const picture = pictures[kind];
        if (!picture) throw new RangeError(`no picture for ${kind}`);
        return writer.write(picture, pts, durationPts);
      }),
    );
  }

  async finish(): Promise<void> {
    await Promise.all(this.writers.map(([, writer]) => writer.finish()));
  }

  async abort(): Promise<void> {
    await Promise.all(this.writers.map(([, writer]) => writer.abort()));
  }
}
