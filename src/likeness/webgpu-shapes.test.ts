// onnxruntime-node 1.30 on WebGPU gets some convolutions wrong (model/convolution.ts): none of the face's networks may have one.

import { expect, it } from 'vitest';
import type { TrainingProgram } from '../model/index.ts';
import { OWN_PHOTOS, pairTraining } from './change-recipe.ts';
import { likenessTraining } from './likeness-program.ts';
import { recipeWith } from './likeness-recipe.ts';

const isWrong = (from: number, to: number): boolean => from % 3 === 0 && from % 4 !== 0 && from !== 3 && to % 4 === 0;

/** Kernels above 1 x 1 that are wrong, forward or derived by the picture. */
function wrongIn({ groups }: TrainingProgram): string[] {
  return groups
    .flatMap(({ places }) => places)
    .filter(({ shape }) => shape.length === 4 && shape[2] > 1)
    .filter(({ shape: [to, from] }) => isWrong(from, to) || isWrong(to, from))
    .map(({ name, shape }) => `${name} [${shape}]`);
}

it('no network is of the shapes that WebGPU gets wrong', () => {
  const recipe = recipeWith({ sizePx: 32, taught: 'all', entries: { pairs: 0, still: 1, back: 0, carried: 1 } });
  expect(wrongIn(pairTraining({ count: 1, sizePx: 32, ownPhotos: OWN_PHOTOS }))).toEqual([]);
  expect(wrongIn(likenessTraining(recipe, new Map()))).toEqual([]);
  // and it would be seen
  expect(isWrong(27, 24)).toBe(true);
});
