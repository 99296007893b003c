// What a likeness is taught by: how many entries of each kind a batch holds, and how much each thing that is wrong counts.
// Data, so that ingredients can be left out and weighed against each other; kept with the likeness that it made.

import { z } from 'zod';
import type { FileSchema } from '../core/index.ts';
import { CodedError } from '../core/index.ts';
import { OWN_PHOTOS } from './change-recipe.ts';

/** Kinds of entries, in the order in which they lie in a batch. */
export const ENTRY_KINDS = ['pairs', 'still', 'back', 'carried'] as const;
export type EntryKind = (typeof ENTRY_KINDS)[number];

export interface LikenessRecipe {
  /** Side of the crops, pixels. */
  readonly sizePx: number;
  /** Own photos that go in with each entry: 0, or one near the target age. */
  readonly ownPhotos: number;
  /** What they are: `mean` as at run time, of all photos near the age; `photos`, the single ones that fit best. */
  readonly own: 'mean' | 'photos';
  /**
   * What is taught: `second`, the second look alone, which lays what own photos show on what the prior has made; or `all`.
   * What the prior does without own photos it has learned from many people, and one career makes it worse.
   */
  readonly taught: 'second' | 'all';
  /** The photos are first laid on one another more exactly than the tracker did: `alignCareer`. */
  readonly aligned: boolean;
  /** Synthetic people that pairs are drawn out of, at most. */
  readonly people: number;
  /** Entries of a batch; 0 leaves the ingredient out. Where all are even, a step runs in two lanes, which is faster. */
  readonly entries: {
    /** Pairs of synthetic people, so that nothing of the prior is forgotten. */
    readonly pairs: number;
    /** A photo at its own age: nothing may change. */
    readonly still: number;
    /** A photo that the prior has aged: it must come back. */
    readonly back: number;
    /** A photo whose target is another one, of another age, carried onto it. */
    readonly carried: number;
  };
  /**
   * How much each loss counts; every one is a mean over the entries of its kind, however many. In brackets its usual size
   * at the beginning: the product is what an ingredient pulls with.
   */
  readonly weights: {
    /** (0.3) */
    readonly pairs: number;
    /** (0.006) */
    readonly still: number;
    /** (0.045) */
    readonly back: number;
    /** Of carried targets: light and large shapes, seen at a quarter of the size (0.055). */
    readonly coarse: number;
    /** Lines and folds, each patch laid where it fits best (0.005). */
    readonly shifted: number;
    /** How much fine structure there is in each cell, wherever in it (0.003). */
    readonly energy: number;
    /** A patch critic that has seen the performer's skin at each age (1); 0 leaves it out. */
    readonly critic: number;
  };
  /** Highest learning rate. */
  readonly rate: number;
  /** Batches of held-out photos that say when to stop. */
  readonly examBatches: number;
}

export const DEFAULT_RECIPE: LikenessRecipe = {
  sizePx: 256,
  ownPhotos: OWN_PHOTOS,
  own: 'mean',
  taught: 'second',
  aligned: true,
  people: 126,
  entries: { pairs: 4, still: 2, back: 2, carried: 2 },
  weights: { pairs: 1, still: 1, back: 1, coarse: 0.5, shifted: 5, energy: 5, critic: 0 },
  rate: 5e-4,
  examBatches: 4,
};

const count = z.int().min(0).max(64);
const weight = z.number().min(0).max(1000);

/** An ingredient that came later has a default that leaves it out: an older likeness was made without it. */
export const recipeShape: z.ZodType<LikenessRecipe> = z.strictObject({
  sizePx: z.int().min(32).max(1024).multipleOf(32),
  // a likeness that looks at two is of an older Dorian; it can be read, and no new one is made so
  ownPhotos: z.int().min(0).max(2),
  own: z.enum(['mean', 'photos']),
  taught: z.enum(['second', 'all']).default('all'),
  aligned: z.boolean().default(false),
  people: z.int().min(1),
  entries: z
    .strictObject({ pairs: count, still: count, back: count, carried: count })
    .refine(({ still, back, carried }) => still + back + carried > 0, 'leave at least one entry of the performer in'),
  weights: z.strictObject({
    pairs: weight,
    still: weight,
    back: weight,
    coarse: weight,
    shifted: weight,
    energy: weight,
    critic: weight,
  }),
  rate: z.number().gt(0).max(0.1),
  examBatches: z.int().min(1).max(64),
});

/** A file that changes some of the recipe: what it leaves out stays. `dorian/likeness-recipe`, version 1. */
export const LIKENESS_RECIPE: FileSchema<Readonly<Record<string, unknown>>> = {
  name: 'dorian/likeness-recipe',
  version: 1,
  shape: z.looseObject({}).transform(({ schema: _schema, version: _version, ...rest }) => rest),
};

/**
 * The default recipe with changes laid over it, one level deep.
 *
 * @throws {CodedError} `likeness/bad-recipe`
 */
export function recipeWith(changes: Readonly<Record<string, unknown>>): LikenessRecipe {
  const inner = (name: 'entries' | 'weights'): object => ({ ...DEFAULT_RECIPE[name], ...(changes[name] as object) });
  const result = recipeShape.safeParse({
    ...DEFAULT_RECIPE,
    ...changes,
    entries: inner('entries'),
    weights: inner('weights'),
  });
  if (!result.success) {
    const [issue] = result.error.issues;
    throw badRecipe(`${issue.path.join('.')}: ${issue.message}`, result.error);
  }
  const { ownPhotos, taught } = result.data;
  if (ownPhotos > OWN_PHOTOS) throw badRecipe(`ownPhotos: give 0 or ${OWN_PHOTOS}`);
  if (ownPhotos === 0 && taught === 'second') throw badRecipe('taught: without own photos there is only "all"');
  return result.data;
}

function badRecipe(what: string, cause?: unknown): CodedError {
  return new CodedError('likeness/bad-recipe', `the recipe cannot be used: ${what}`, {
    hint: 'Correct the named ingredient; docs/training.md lists them all.',
    cause,
  });
}

/** Where each kind lies in a batch: entries [from, to). */
export function sectionsOf(entries: LikenessRecipe['entries']): Readonly<Record<EntryKind, readonly [number, number]>> {
  let at = 0;
  const places = ENTRY_KINDS.map((kind) => [kind, [at, (at += entries[kind])]] as const);
  return Object.fromEntries(places) as unknown as Record<EntryKind, readonly [number, number]>;
}

/** Entries of a batch. */
export function batchSizeOf(entries: LikenessRecipe['entries']): number {
  return ENTRY_KINDS.reduce((sum, kind) => sum + entries[kind], 0);
}
