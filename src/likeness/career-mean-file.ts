// The file that describes a career mean, `career-mean.json`: where the face lies, and what is known at which age. Beside it
// lies one PNG a knot. With it a likeness is rendered without the photos that it was made of.

import { z } from 'zod';
import type { FileSchema } from '../core/index.ts';
import { CARRY_POINTS } from '../face/index.ts';

export interface CareerMeanFile {
  /** The mesh points that `points` are places of: `CARRY_POINTS` of the Dorian that made the mean. */
  readonly mesh: readonly number[];
  /** Side of the pictures. */
  readonly sizePx: number;
  /** As `CareerMean.points`, hundredths of a pixel. */
  readonly points: readonly number[];
  /** Youngest first. */
  readonly knots: readonly {
    /** Years. */
    readonly age: number;
    /** Name of the PNG. */
    readonly picture: string;
    readonly pictureSha256: string;
    /** As `MeanKnot.photos`. */
    readonly photos: number;
  }[];
}

/** `dorian/career-mean`, version 1. */
export const careerMeanFile: FileSchema<CareerMeanFile> = {
  name: 'dorian/career-mean',
  version: 1,
  shape: z.object({
    mesh: z.array(z.int().min(0).max(477)).length(CARRY_POINTS.length),
    sizePx: z.int().min(32).max(4096),
    points: z.array(z.int()).length(2 * CARRY_POINTS.length),
    knots: z
      .array(
        z.object({
          age: z.number().min(0).max(120),
          picture: z.string().regex(/^age-\d+(?:\.\d+)?\.png$/),
          pictureSha256: z.string().regex(/^[0-9a-f]{64}$/),
          photos: z.number().min(0),
        }),
      )
      .min(1),
  }),
};
