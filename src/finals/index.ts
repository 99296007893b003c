// What the rest of Dorian may use of this room.

export * from './attention.ts';
export * from './casting.ts';
export type { MeasuringNetworks } from './clip-measures.ts';
export * from './frame-row.ts';
export * from './keyframes.ts';
export * from './look-request.ts';
export type * from './needs.ts';
export * from './path-reageing.ts';
export * from './plate-tracker.ts';
export * from './render-chunk.ts';
export * from './render-clip.ts';
export * from './render-job.ts';
export type * from './render-order.ts';
export * from './render-still.ts';
export * from './report.ts';
export * from './side-by-side.ts';
export * from './source-age.ts';
export { drawText, fillRectangle, greyCodes, textWidth } from './paint.ts';
