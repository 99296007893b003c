// What the rest of Dorian may use of this room.

export type * from './needs.ts';
