// What was read off a face, and how far one face is from another: shape, identity, apparent age.

import type { MeshLandmarks } from '../core/index.ts';
import { eyeDistance } from '../core/index.ts';
import { identityDistance } from '../face/index.ts';
import { gapClosed } from './sums.ts';

/** What the tracker and the measuring networks read off one face on one picture. */
export interface FaceReading {
  /** Pixels of the picture, 478 * 3. */
  readonly landmarks: MeshLandmarks;
  /** Length 128; compared by L2 distance. null where the descriptor is not installed. */
  readonly descriptor: Float32Array | null;
  /** Years, by estimator: a relative meter, never truth. null where the estimator is not installed. */
  readonly apparentAge: number | null;
}

/** Mean distance between landmarks of the same number, in the plane, in eye distances of `a`. */
export function shapeDistance(a: MeshLandmarks, b: MeshLandmarks): number {
  if (a.length !== b.length) throw new RangeError(`landmarks have ${a.length} and ${b.length} numbers`);
  let sum = 0;
  for (let i = 0; i < a.length; i += 3) sum += Math.hypot(a[i] - b[i], a[i + 1] - b[i + 1]);
  return sum / (a.length / 3) / eyeDistance(a);
}

/** @returns null for an empty list. */
export function mean(values: readonly number[]): number | null {
  return values.length ? values.reduce((sum, value) => sum + value, 0) / values.length : null;
}

/** Gaps of identity, apparent age and shape over a clip. Frames in which a face was not found are left out. */
export class ReadingMeasure {
  private readonly identity: number[] = [];
  private readonly ages: { plate: number; truth: number; output: number }[] = [];
  private shapeNear = 0;
  private shapeFar = 0;

  add(plate: FaceReading | null, truth: FaceReading | null, output: FaceReading | null): void {
    if (plate === null || truth === null || output === null) return;
    this.shapeNear += shapeDistance(truth.landmarks, output.landmarks);
    this.shapeFar += shapeDistance(truth.landmarks, plate.landmarks);
    if (plate.descriptor && truth.descriptor && output.descriptor) {
      const closed = gapClosed(
        identityDistance(output.descriptor, truth.descriptor),
        identityDistance(plate.descriptor, truth.descriptor),
      );
      if (closed !== null) this.identity.push(closed);
    }
    if (plate.apparentAge !== null && truth.apparentAge !== null && output.apparentAge !== null)
      this.ages.push({ plate: plate.apparentAge, truth: truth.apparentAge, output: output.apparentAge });
  }

  /** Mean over frames of 1 - d(O,G) / d(S,G). */
  gapIdentity(): number | null {
    return mean(this.identity);
  }

  /** 1 - |a(O) - a(G)| / |a(S) - a(G)|, a = mean apparent age over the clip. */
  gapAge(): number | null {
    const plate = mean(this.ages.map((age) => age.plate));
    const truth = mean(this.ages.map((age) => age.truth));
    const output = mean(this.ages.map((age) => age.output));
    if (plate === null || truth === null || output === null) return null;
    return gapClosed(Math.abs(output - truth), Math.abs(plate - truth));
  }

  /** 1 - distance of landmarks to the truth's / the plate's distance to them, in eye distances. */
  gapShape(): number | null {
    return gapClosed(this.shapeNear, this.shapeFar);
  }
}
