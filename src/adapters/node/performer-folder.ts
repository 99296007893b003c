// A synthetic performer's folder, as measure wants it: clips at several ages with masks and exact landmarks. Frames come
// from lossless video (clips/<clip>/age<A>.mkv) or from PNG files (clips/<clip>/age<A>/NNN.png).

import { createHash } from 'node:crypto';
import { access, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { IsoDay, Plate, Point } from '../../core/index.ts';
import { CodedError, copyPlate, packedRgb } from '../../core/index.ts';
import type { VideoFiles } from '../../finals/index.ts';
import type { TruthClip } from '../../measure/index.ts';
import { readRawSamples } from './raw-samples.ts';

/** `manifest.json` of a synthetic performer: what is needed of it here. */
const manifestShape = z.object({
  actor: z.string().min(1),
  /** Says that nobody's consent is needed. */
  synthetic: z.literal(true),
  birth_year: z.int().optional(),
  clips: z
    .array(
      z.object({
        clip: z.string().regex(/^[\w-]+$/),
        frames: z.int().min(1),
        source_age: z.number(),
        ages: z.array(z.number()).min(2),
      }),
    )
    .min(1),
});

const landmarksShape = z.object({ landmarks: z.array(z.tuple([z.number(), z.number()])).length(68) });

export interface PerformerFolder {
  readonly folder: string;
  readonly performer: string;
  /** First of January of the year of birth; null where the manifest does not say. */
  readonly born: IsoDay | null;
  /** Of manifest.json: what a declaration of consent is bound to. */
  readonly manifestSha256: string;
  readonly clips: readonly TruthClip[];
}

/**
 * @throws {CodedError} `measure/not-a-performer-folder` when there is no readable manifest of the expected kind;
 *   `measure/not-synthetic` when the manifest does not say that the performer is synthetic.
 */
export async function openPerformerFolder(folder: string, videos: VideoFiles): Promise<PerformerFolder> {
  const text = await readFile(path.join(folder, 'manifest.json'), 'utf8').catch((cause: unknown) => {
    throw notAPerformer(folder, 'manifest.json cannot be read', cause);
  });
  const manifest = readManifest(folder, text);
  return {
    folder,
    performer: manifest.actor,
    born: manifest.birth_year === undefined ? null : `${manifest.birth_year}-01-01`,
    manifestSha256: createHash('sha256').update(text).digest('hex'),
    clips: manifest.clips.map(
      (clip) =>
        new FolderClip(path.join(folder, 'clips', clip.clip), videos, {
          performer: manifest.actor,
          clip: clip.clip,
          sourceAge: clip.source_age,
          ages: clip.ages,
          frameCount: clip.frames,
        }),
    ),
  };
}

function readManifest(folder: string, text: string): z.infer<typeof manifestShape> {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (cause) {
    throw notAPerformer(folder, 'manifest.json is not JSON', cause);
  }
  if ((raw as { synthetic?: unknown } | null)?.synthetic !== true) {
    throw new CodedError('measure/not-synthetic', `${folder}: the manifest does not say "synthetic": true`, {
      hint: 'Measure with a synthetic performer only; a real performer is rendered with `dorian render`, under consent.',
    });
  }
  const result = manifestShape.safeParse(raw);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw notAPerformer(folder, `manifest.json: ${issue.path.join('.')}: ${issue.message}`, result.error);
}

function notAPerformer(folder: string, what: string, cause?: unknown): CodedError {
  return new CodedError('measure/not-a-performer-folder', `${folder} is no performer's folder: ${what}`, {
    hint: 'Give a folder laid out as assets/performer: manifest.json, clips/<clip>/age<A>, mask<A>, lm<A>.',
    cause,
  });
}

class FolderClip implements TruthClip {
  readonly performer: string;
  readonly clip: string;
  readonly sourceAge: number;
  readonly ages: readonly number[];
  readonly frameCount: number;
  private readonly folder: string;
  private readonly videos: VideoFiles;
  /** Decoded once, kept: a clip of 48 frames of 512 px is 38 MB an age. */
  private readonly decoded = new Map<number, Promise<readonly Plate[]>>();

  constructor(
    folder: string,
    videos: VideoFiles,
    facts: Pick<TruthClip, 'performer' | 'clip' | 'sourceAge' | 'ages' | 'frameCount'>,
  ) {
    this.folder = folder;
    this.videos = videos;
    this.performer = facts.performer;
    this.clip = facts.clip;
    this.sourceAge = facts.sourceAge;
    this.ages = facts.ages;
    this.frameCount = facts.frameCount;
  }

  async plate(age: number, frameIndex: number): Promise<Plate> {
    let plates = this.decoded.get(age);
    if (!plates) {
      plates = this.readAll(age);
      this.decoded.set(age, plates);
    }
    const plate = (await plates)[frameIndex];
    if (!plate) throw notAPerformer(this.folder, `the clip at ${age} has no frame ${frameIndex}`);
    return plate;
  }

  materials(age: number, frameIndex: number): Promise<Uint8Array> {
    const file = path.join(this.folder, `mask${age}`, `${frameName(frameIndex)}.png`);
    return readRawSamples(file, 1, unreadable(file)).then(({ samples }) => samples);
  }

  async landmarks68(age: number, frameIndex: number): Promise<readonly Point[]> {
    const file = path.join(this.folder, `lm${age}`, `${frameName(frameIndex)}.json`);
    const text = await readFile(file, 'utf8').catch((cause: unknown) => {
      throw notAPerformer(file, 'landmarks cannot be read', cause);
    });
    const result = landmarksShape.safeParse(JSON.parse(text));
    if (!result.success) throw notAPerformer(file, 'these are not 68 landmarks', result.error);
    return result.data.landmarks;
  }

  private async readAll(age: number): Promise<Plate[]> {
    const video = path.join(this.folder, `age${age}.mkv`);
    if (await isThere(video)) return this.readVideo(video);
    const plates: Plate[] = [];
    for (let i = 0; i < this.frameCount; i++) {
      const file = path.join(this.folder, `age${age}`, `${frameName(i)}.png`);
      const { samples, width, height } = await readRawSamples(file, 3, unreadable(file));
      plates.push(packedRgb(samples, width, height, 3, 8));
    }
    return plates;
  }

  private async readVideo(file: string): Promise<Plate[]> {
    const reader = await this.videos.open(file);
    const plates: Plate[] = [];
    try {
      for await (const frame of reader.frames()) {
        plates.push(copyPlate(frame.plate));
        frame.close();
      }
    } finally {
      await reader.close();
    }
    return plates;
  }
}

function unreadable(file: string): (what: string, cause?: unknown) => CodedError {
  return (what, cause) => notAPerformer(file, what, cause);
}

function frameName(frameIndex: number): string {
  return String(frameIndex).padStart(3, '0');
}

async function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
