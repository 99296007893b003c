// The prior on a truth clip, on the path that a render takes: offline tracking over the whole clip, then the one frame
// path, on the decoded plates, before any encoder.

import type { Consented, Plate, TrackedFace } from '../../core/index.ts';
import { copyPlate, eyeDistance } from '../../core/index.ts';
import type { FaceNetworks, FaceTables, RawFrame } from '../../face/index.ts';
import { FaceTracker, smoothTracks } from '../../face/index.ts';
import type { Contender, TruthClip } from '../../measure/index.ts';
import type { Predictor } from '../../reage/index.ts';
import { FramePath, lookAt, plainLook } from '../../reage/index.ts';

export interface ContenderTools {
  readonly networks: FaceNetworks;
  readonly tables: FaceTables;
  readonly predictor: Predictor;
}

/** Tracks the clip once, then re-ages frames as they are asked for, with the look that `--age` alone gives. */
export async function priorContender(clip: Consented<TruthClip>, tools: ContenderTools): Promise<Contender> {
  const frames = await trackClip(clip, tools);
  const path = new FramePath({ person: tools.networks.person ?? null });
  let matte = new Float32Array(0);
  return {
    likeness: 'prior',
    tier: 'final',
    photos: 0,
    async reage(plate, frameIndex, targetAge) {
      const out = copyPlate(plate);
      if (matte.length !== out.width * out.height) matte = new Float32Array(out.width * out.height);
      matte.fill(0);
      const face = largestFace(frames[frameIndex]);
      if (face) {
        const look = lookAt(plainLook(targetAge), frameIndex);
        const order = { face, sourceAge: clip.sourceAge, look, predictor: tools.predictor };
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
