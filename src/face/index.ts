// Finds, follows and aligns faces on plates; who, how old and how well seen they are.

export * from './align.ts';
export * from './apparent-age.ts';
export * from './carry.ts';
export * from './carry-points.ts';
export * from './detect.ts';
export * from './expression.ts';
export * from './fade.ts';
export * from './float-text.ts';
export * from './hair-crop.ts';
export * from './identity.ts';
export * from './landmark-warp.ts';
export * from './light.ts';
export * from './mesh.ts';
export type * from './needs.ts';
export * from './person.ts';
export * from './pose.ts';
export * from './quality.ts';
export * from './region.ts';
export * from './relight.ts';
export * from './seen-points.ts';
export * from './usual-shape.ts';
export * from './smooth.ts';
export * from './still.ts';
export * from './tables.ts';
export * from './track.ts';
export type { TrackerSnapshot } from './track-state.ts';
