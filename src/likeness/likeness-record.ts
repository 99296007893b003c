// The file that describes a likeness, `likeness.json`: whose it is, on whose word, what it was taught with and how, how far
// the training has come and how good it is on photos that it has not seen.

import { z } from 'zod';
import type { FileSchema } from '../core/index.ts';
import type { IdentityMarks } from './held-out-identity.ts';
import type { LikenessRecipe } from './likeness-recipe.ts';
import { recipeShape } from './likeness-recipe.ts';

/** What a training begins with: the shipped network, or nothing. */
export type LikenessBeginning = 'prior' | 'scratch';

/** How wrong the averaged weights were on held-out photos. */
export interface LikenessMark {
  readonly step: number;
  readonly minutes: number;
  /** The recipe's own loss, without the pairs. */
  readonly loss: number;
  /** Its ingredients by name, unweighted. */
  readonly parts: Readonly<Record<string, number>>;
}

export interface LikenessRecord {
  /** `v001`, `v002` … of one performer. */
  readonly name: string;
  readonly performer: string;
  readonly state: 'training' | 'finished';
  /** ISO moments. */
  readonly begunAt: string;
  readonly finishedAt: string | null;
  /** Of the consent record under which it was taught. */
  readonly consentId: string;
  readonly from: LikenessBeginning;
  /** Of the network that it began with and that aged photos for it. */
  readonly priorSha256: string;
  readonly seed: number;
  readonly recipe: LikenessRecipe;
  /** Where the training ends, whichever comes first; null: not limited. */
  readonly asked: { readonly steps: number | null; readonly minutes: number | null };
  /** Youngest first. `crop` is the aligned crop's name in the faceset. */
  readonly photos: readonly {
    readonly sha256: string;
    readonly crop: string;
    readonly age: number;
    readonly isHeldOut: boolean;
  }[];
  /** Of the last checkpoint. */
  readonly step: number;
  readonly minutes: number;
  /** One a checkpoint; empty where no photo could be held out. */
  readonly marks: readonly LikenessMark[];
  /** What `network.onnx` holds; null before the first checkpoint. */
  readonly network: {
    readonly sha256: string;
    /** The step whose averaged weights they are: the best on held-out photos, else the last. */
    readonly step: number;
    /** Its mark; null where no photo could be held out. */
    readonly loss: number | null;
  } | null;
  /** Of the finished network and of the prior; null where too little was held out, or nobody has looked. */
  readonly identity: IdentityMarks | null;
}

const whole = z.int().min(0);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** `dorian/likeness`, version 1. */
export const LIKENESS: FileSchema<LikenessRecord> = {
  name: 'dorian/likeness',
  version: 1,
  shape: z.object({
    name: z.string().regex(/^v\d{3,}$/),
    performer: z.string().min(1),
    state: z.enum(['training', 'finished']),
    begunAt: z.string(),
    finishedAt: z.string().nullable(),
    consentId: z.string().min(1),
    from: z.enum(['prior', 'scratch']),
    priorSha256: sha256,
    seed: whole,
    recipe: recipeShape,
    asked: z.object({ steps: whole.nullable(), minutes: z.number().min(0).nullable() }),
    photos: z.array(z.object({ sha256, crop: z.string(), age: z.number().min(0).max(120), isHeldOut: z.boolean() })),
    step: whole,
    minutes: z.number().min(0),
    marks: z.array(
      z.object({
        step: whole,
        minutes: z.number().min(0),
        loss: z.number(),
        parts: z.record(z.string(), z.number()),
      }),
    ),
    network: z.object({ sha256, step: whole, loss: z.number().nullable() }).nullable(),
    identity: z.object({ prior: z.number(), likeness: z.number(), pairs: whole }).nullable().default(null),
  }),
};
