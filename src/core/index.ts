// Values and pure mathematics that every room shares: geometry, frames, colour, landmarks, age, errors, file schemas.

export * from './affine.ts';
export * from './age.ts';
export * from './color.ts';
export type * from './consented.ts';
export * from './errors.ts';
export * from './frame.ts';
export * from './grid-sample.ts';
export * from './halve-planes.ts';
export * from './landmarks.ts';
export * from './pyramid.ts';
export * from './sample.ts';
export * from './schema.ts';
export * from './tensor.ts';
export * from './time.ts';
