// What the rest of Dorian may use of this room.

export type * from './needs.ts';
export { drawText, fillRectangle, greyCodes, textWidth } from './paint.ts';
