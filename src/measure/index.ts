// What the benches and reports compute: fidelity against a truth, steadiness and change without one.

export * from './aligned.ts';
export * from './face-reader.ts';
export * from './fidelity-run.ts';
export * from './fidelity.ts';
export * from './gaussian-blur.ts';
export * from './motion.ts';
export type * from './needs.ts';
export * from './picture.ts';
export * from './readings.ts';
export * from './regions.ts';
export * from './sums.ts';
export * from './without-truth.ts';
