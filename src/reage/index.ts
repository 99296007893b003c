// The one path of a frame: what live, stills, clips and the farm all call.

export * from './frame-path.ts';
export * from './look.ts';
export type * from './needs.ts';
export * from './apply-input.ts';
export { ChangeApplier } from './apply.ts';
export * from './carried-predictor.ts';
export type { ApplyResult } from './apply.ts';
export * from './hair-predict.ts';
export * from './predict.ts';
