// Finds, follows and aligns faces on plates; who, how old and how well seen they are.

export * from './align.ts';
export * from './detect.ts';
export * from './mesh.ts';
export type * from './needs.ts';
export * from './pose.ts';
export * from './region.ts';
export * from './tables.ts';
