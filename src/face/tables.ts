// The file of tables that `npm run models` writes beside the networks.

import { z } from 'zod';
import type { FileSchema } from '../core/index.ts';
import type { FaceTables } from './needs.ts';

const indices = (count: number): z.ZodType<number[]> => z.array(z.int().min(0).max(477)).length(count);

/** `dorian/face-tables`, version 1. */
export const faceTablesFile: FileSchema<FaceTables> = {
  name: 'dorian/face-tables',
  version: 1,
  shape: z.object({
    lips: indices(80),
    leftEye: indices(71),
    rightEye: indices(71),
    leftIris: indices(5),
    rightIris: indices(5),
    canonical: z.object({
      vertices: z.array(z.number()).length(468 * 3),
      uv: z.array(z.number()).length(468 * 2),
      triangles: z.array(z.int().min(0).max(467)),
      basis: z.array(z.tuple([z.int().min(0).max(467), z.number()])).min(4),
    }),
  }),
};
