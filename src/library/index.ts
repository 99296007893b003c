// The career library: photos and footage of one performer, dated, told from other people, de-duplicated, and found again.

export type * from './archive.ts';
export * from './career.ts';
export * from './coverage.ts';
export * from './date-photo.ts';
export * from './date-tags.ts';
export * from './dates-file.ts';
export * from './enrolled.ts';
export * from './faceset-crop.ts';
export * from './file-viewing.ts';
export * from './find.ts';
export * from './identity.ts';
export * from './ingest.ts';
export type * from './needs.ts';
export * from './observe.ts';
export * from './performer.ts';
export type { SetAsideCode } from './settle.ts';
export * from './sheet-page.ts';
export * from './sheet.ts';
