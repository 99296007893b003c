// What a likeness is taught with, and how: pairs of one face at two ages, a performer's own photos, recipes.

export * from './change-recipe.ts';
export * from './pair-batch.ts';
export * from './pair-exam.ts';
export * from './pair-sampler.ts';
export * from './people.ts';
export * from './people-file.ts';
