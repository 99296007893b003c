// Prior and likeness on a truth clip, on the path that a render takes: offline tracking over the whole clip, then the one frame
// path, on the decoded plates, before any encoder.

import type { Consented, Plate, TrackedFace } from '../../core/index.ts';
import { copyPlate, eyeDistance } from '../../core/index.ts';
import type { FaceNetworks, FaceTables, RawFrame } from '../../face/index.ts';
import { FaceTracker, smoothTracks } from '../../face/index.ts';
import type { Contender, TruthClip } from '../../measure/index.ts';
import type { Predictor, Tier } from '../../reage/index.ts';
import { FramePath, lookAt, plainLook } from '../../reage/index.ts';

export interface ContenderTools {
  readonly networks: FaceNetworks;
  readonly tables: FaceTables;
}

/** Who takes part, in the order of the rows. */
export interface Entrant {
  readonly likeness: Contender['likeness'];
  /** Photos of the performer that it was taught with. */
  readonly photos: number;
  readonly predictor: Predictor;
}

/**
 * Tracks the clip once, then re-ages frames as they are asked for, with the look that `--age` alone gives.
 *
 * @param tiers - Each entrant runs in all of them, one after the other.
 */
export async function contendersOn(
  clip: Consented<TruthClip>,
  tools: ContenderTools,
  entrants: readonly Entrant[],
  tiers: readonly Tier[] = ['final'],
): Promise<Contender[]> {
  const frames = await trackClip(clip, tools);
  return entrants.flatMap((entrant) => tiers.map((tier) => contender(clip, frames, tools, entrant, tier)));
}

function contender(
  clip: TruthClip,
  frames: readonly TrackedFace[][],
  { networks }: ContenderTools,
  { likeness, photos, predictor }: Entrant,
  tier: Tier,
): Contender {
  const path = new FramePath({ person: networks.person ?? null, tier });
  let matte = new Float32Array(0);
  return {
    likeness,
    tier,
    photos,
    async reage(plate, frameIndex, targetAge) {
      const out = copyPlate(plate);
      if (matte.length !== out.width * out.height) matte = new Float32Array(out.width * out.height);
      matte.fill(0);
      const face = largestFace(frames[frameIndex]);
      if (face) {
        const look = lookAt(plainLook(targetAge), frameIndex);
        const order = { face, sourceAge: clip.sourceAge, look, predictor };
        await path.reage(out, [order], { faces: frames[frameIndex], matteOut: matte });
      }
      return { plate: out, matte };
    },
  };
}

async function trackClip(clip: TruthClip, { networks, tables }: ContenderTools): Promise<TrackedFace[][]> {
  const tracker = new FaceTracker(networks, tables, { mode: 'offline' });
  const raw: RawFrame[] = [];
  for (let i = 0; i < clip.frameCount; i++) {
    const plate: Plate = await clip.plate(clip.sourceAge, i);
    raw.push({ faces: await tracker.track(plate), isCut: tracker.wasCut });
  }
  return smoothTracks(raw, tables);
}

function largestFace(faces: readonly TrackedFace[]): TrackedFace | null {
  return faces.reduce<TrackedFace | null>(
    (best, face) => (best && eyeDistance(best.landmarks) >= eyeDistance(face.landmarks) ? best : face),
    null,
  );
}
