// Draws the batches of a likeness: pairs of synthetic people first, then entries of the performer's photos, as the recipe
// wants them. A batch depends on the seed and its number alone.

import type { CareerCrop } from './career-crops.ts';
import type { CareerBatch } from './career-sampler.ts';
import { CareerSampler } from './career-sampler.ts';
import type { LikenessRecipe } from './likeness-recipe.ts';
import type { PairBatch } from './pair-batch.ts';
import { PairSampler } from './pair-sampler.ts';
import type { Person } from './people.ts';

/** Synthetic pairs count like a sharp photo in full colour. */
export type LikenessBatch = CareerBatch & Pick<LikenessRecipe, 'entries'>;

/** Owns its buffers; not re-entrant. */
export class LikenessSampler {
  private readonly entries: LikenessRecipe['entries'];
  private readonly pairs: PairSampler | null;
  private readonly career: CareerSampler;

  /**
   * @param people - May be empty where the recipe wants no pairs.
   * @param subjects - @param archive - As `CareerSampler`.
   */
  constructor(
    people: readonly Person[],
    subjects: readonly CareerCrop[],
    archive: readonly CareerCrop[],
    recipe: LikenessRecipe,
  ) {
    const { entries, sizePx, ownPhotos, own } = recipe;
    this.entries = entries;
    const shape = { sizePx, ownPhotos, zoom: 1 };
    this.pairs = entries.pairs > 0 ? new PairSampler(people, { ...shape, count: entries.pairs }) : null;
    this.career = new CareerSampler(subjects, archive, { ...shape, ...entries, own });
  }

  /** The batch of that number in the training of that seed. Belongs to the caller. */
  batch(seed: number, index: number): LikenessBatch {
    const { entries } = this;
    const career = this.career.batch(seed, index);
    if (!this.pairs) return { ...career, entries };
    const pairs = this.pairs.batch(seed, index);
    const { count } = pairs;
    return {
      ...joined(pairs, career),
      entries,
      isCarried: joinedBytes(new Uint8Array(count), career.isCarried),
      weight: joinedFloats(new Float32Array(count).fill(1), career.weight),
      colorTrust: joinedFloats(new Float32Array(count).fill(1), career.colorTrust),
    };
  }
}

function joined(a: PairBatch, b: PairBatch): PairBatch {
  const both = (name: keyof PairBatch & ('source' | 'target' | 'person' | 'hair' | 'own')): Float32Array =>
    joinedFloats(a[name], b[name]);
  return {
    sizePx: a.sizePx,
    ownPhotos: a.ownPhotos,
    count: a.count + b.count,
    source: both('source'),
    target: both('target'),
    person: both('person'),
    hair: both('hair'),
    own: both('own'),
    ownValid: joinedFloats(a.ownValid, b.ownValid),
    ownAge: joinedFloats(a.ownAge, b.ownAge),
    sourceAge: joinedFloats(a.sourceAge, b.sourceAge),
    targetAge: joinedFloats(a.targetAge, b.targetAge),
  };
}

function joinedFloats(a: Float32Array, b: Float32Array): Float32Array {
  const both = new Float32Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

function joinedBytes(a: Uint8Array, b: Uint8Array): Uint8Array {
  return Uint8Array.from([...a, ...b]);
}
