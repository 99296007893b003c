// The career at one look: crops along the ages, the table of what is covered, and what is missing. Worked out here as
// pictures, boxes and lines of text with their places; an adapter paints it.

import type { Performer } from './archive.ts';
import type { CareerPhoto } from './career.ts';
import type { Coverage, CoverageRow } from './coverage.ts';
import { LIGHT_NAMES, YAW_NAMES } from './coverage.ts';

/** Pixels, from the top-left corner of the sheet. */
export interface SheetBox {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** `#rrggbb`. */
  readonly color: string;
}

export interface SheetText {
  readonly text: string;
  readonly left: number;
  /** Foot of the letters. */
  readonly baseline: number;
  /** Height of the type. */
  readonly size: number;
  readonly color: string;
}

export interface SheetTile {
  /** Name of an aligned crop. */
  readonly crop: string;
  readonly left: number;
  readonly top: number;
  readonly side: number;
}

export interface Sheet {
  readonly width: number;
  readonly height: number;
  readonly background: string;
  readonly tiles: readonly SheetTile[];
  readonly boxes: readonly SheetBox[];
  readonly texts: readonly SheetText[];
}

export const SHEET_COLORS = {
  background: '#1b1d20',
  text: '#e8e6e1',
  dim: '#9a9a94',
  line: '#34373c',
  covered: '#3f8f6b',
  missing: '#7a3b34',
} as const;

const WIDTH = 1600;
const MARGIN = 32;
/** Width of the names of the rows. */
const NAMES = 168;
const CELL = 64;
const CELL_HEIGHT = 26;
const LINE = 24;

/** Builds the sheet; its height follows from the number of photos. */
export function careerSheet(
  performer: Performer,
  career: readonly CareerPhoto[],
  coverage: Coverage,
  notes: readonly string[],
): Sheet {
  const parts = { tiles: [] as SheetTile[], boxes: [] as SheetBox[], texts: [] as SheetText[] };
  const write = (text: string, left: number, baseline: number, size = 15, color: string = SHEET_COLORS.text): void => {
    parts.texts.push({ text, left, baseline, size, color });
  };
  write(performer.name, MARGIN, MARGIN + 24, 30);
  write(headline(performer, career), MARGIN, MARGIN + 52, 16, SHEET_COLORS.dim);
  let top = MARGIN + 76;
  const side = tileSide(coverage.rows);
  for (const row of coverage.rows) top = layRow(row, career, performer, { top, side }, parts, write);
  top = layTable(coverage.rows, top + 16, parts, write);
  for (const [title, lines] of [
    ['What would help most', coverage.advice.length > 0 ? coverage.advice : ['Nothing is missing.']],
    ['Not in use', notes],
  ] as const) {
    if (lines.length === 0) continue;
    top += LINE;
    write(title, MARGIN, top, 17);
    for (const line of lines) {
      top += LINE;
      write(line, MARGIN, top, 15, SHEET_COLORS.dim);
    }
    top += LINE / 2;
  }
  return { width: WIDTH, height: top + MARGIN, background: SHEET_COLORS.background, ...parts };
}

export function headline(performer: Performer, career: readonly CareerPhoto[]): string {
  const count = `born ${performer.born}, ${career.length} ${career.length === 1 ? 'photo' : 'photos'} in use`;
  if (career.length === 0) return count;
  const [first, last] = [career[0].ageAtPhoto, career[career.length - 1].ageAtPhoto];
  return `${count}, ages ${Math.floor(first)} to ${Math.floor(last)}`;
}

export function rowName(row: CoverageRow, born: string): string {
  const year = Number(born.slice(0, 4));
  return `${row.fromAge} to ${row.toAge - 1}  (${year + row.fromAge} to ${year + row.toAge - 1})`;
}

interface Parts {
  readonly tiles: SheetTile[];
  readonly boxes: SheetBox[];
  readonly texts: SheetText[];
}

type Write = (text: string, left: number, baseline: number, size?: number, color?: string) => void;

/** Of a tile; where a row has so many photos that they would be smaller, they take more lines. */
const MAX_TILE = 160;
const MIN_TILE = 44;
const TILE_GAP = 6;

/** The fullest row fills one line where it can. */
function tileSide(rows: readonly CoverageRow[]): number {
  const fullest = Math.max(1, ...rows.map((row) => row.photos));
  return Math.max(MIN_TILE, Math.min(MAX_TILE, Math.floor((WIDTH - MARGIN * 2 - NAMES) / fullest) - TILE_GAP));
}

/** The crops of one stretch of ages, as many lines as they need. @returns the top of what comes next. */
function layRow(
  row: CoverageRow,
  career: readonly CareerPhoto[],
  performer: Performer,
  { top, side }: { readonly top: number; readonly side: number },
  { tiles, boxes }: Parts,
  write: Write,
): number {
  const labelled = side >= 56;
  const pitch = side + TILE_GAP;
  const lineHeight = pitch + (labelled ? 16 : 0);
  const perLine = Math.floor((WIDTH - MARGIN * 2 - NAMES) / pitch);
  const inRow = career.filter((one) => one.ageAtPhoto >= row.fromAge && one.ageAtPhoto < row.toAge);
  const lines = Math.max(1, Math.ceil(inRow.length / perLine));
  boxes.push({ left: MARGIN, top: top - 6, width: WIDTH - MARGIN * 2, height: 1, color: SHEET_COLORS.line });
  const year = Number(performer.born.slice(0, 4));
  write(`${row.fromAge} to ${row.toAge - 1}`, MARGIN, top + 20, 20);
  write(`${year + row.fromAge} to ${year + row.toAge - 1}`, MARGIN, top + 42, 14, SHEET_COLORS.dim);
  write(
    inRow.length === 0 ? 'no photos' : `${inRow.length} ${inRow.length === 1 ? 'photo' : 'photos'}`,
    MARGIN,
    top + 62,
    14,
    SHEET_COLORS.dim,
  );
  inRow.forEach(({ crop, ageAtPhoto }, i) => {
    const left = MARGIN + NAMES + (i % perLine) * pitch;
    const tileTop = top + Math.floor(i / perLine) * lineHeight;
    tiles.push({ crop, left, top: tileTop, side });
    if (labelled) write(ageAtPhoto.toFixed(1), left + 2, tileTop + side + 13, 12, SHEET_COLORS.dim);
  });
  return top + Math.max(lines * lineHeight, 70) + 12;
}

/** Age against turn and light: each cell says how many photos, and by its colour whether that is none. */
function layTable(rows: readonly CoverageRow[], top: number, { boxes }: Parts, write: Write): number {
  const columns = [...YAW_NAMES, null, ...LIGHT_NAMES];
  const leftOf = (column: number): number => MARGIN + NAMES + column * (CELL + 16);
  write('Looks to the', MARGIN + NAMES, top + 14, 14, SHEET_COLORS.dim);
  write('Light', leftOf(YAW_NAMES.length + 1), top + 14, 14, SHEET_COLORS.dim);
  columns.forEach((name, column) => write(name ?? '', leftOf(column), top + 34, 13));
  let y = top + 42;
  for (const row of rows) {
    write(`${row.fromAge} to ${row.toAge - 1}`, MARGIN, y + 18, 15);
    [...row.yaw, null, ...row.light].forEach((count, column) => {
      if (count === null) return;
      const color = count > 0 ? shade(SHEET_COLORS.covered, count) : SHEET_COLORS.missing;
      boxes.push({ left: leftOf(column), top: y, width: CELL + 12, height: CELL_HEIGHT - 4, color });
      write(String(count), leftOf(column) + 6, y + 16, 13);
    });
    y += CELL_HEIGHT;
  }
  return y;
}

/** Fuller from one photo to five. */
function shade(color: string, count: number): string {
  const part = 0.45 + 0.55 * Math.min(1, count / 5);
  const channel = (at: number): string =>
    Math.round(Number.parseInt(color.slice(at, at + 2), 16) * part)
      .toString(16)
      .padStart(2, '0');
  return `#${channel(1)}${channel(3)}${channel(5)}`;
}
