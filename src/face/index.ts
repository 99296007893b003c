// Finds, follows and aligns faces on plates; who, how old and how well seen they are.

export * from './align.ts';
export type * from './needs.ts';
