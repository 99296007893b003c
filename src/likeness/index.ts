// What a likeness is taught with, and how: pairs of one face at two ages, a performer's own photos, recipes.

export * from './align-career.ts';
export * from './career-crops.ts';
export * from './career-events.ts';
export * from './career-mean.ts';
export * from './career-mean-file.ts';
export * from './career-mean-maker.ts';
export * from './career-sampler.ts';
export * from './choose-photos.ts';
export * from './color-trust.ts';
export * from './pair-batch.ts';
export * from './pair-sampler.ts';
export * from './people.ts';
export * from './people-file.ts';
export * from './change-recipe.ts';
export * from './pair-exam.ts';
export * from './pair-flow.ts';
export * from './hair-exam.ts';
export * from './hair-recipe.ts';
export * from './hair-sampler.ts';
export * from './likeness-preview.ts';
export * from './likeness-recipe.ts';
export * from './likeness-record.ts';
export * from './likeness-program.ts';
export * from './likeness-sampler.ts';
export * from './train-likeness.ts';
export * from './usable-career.ts';
export type * from './needs.ts';
