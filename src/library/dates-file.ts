// The dates file of the person at work: CSV with a column `file` and a column `takenOn` or `age` (or both). What it says
// comes before every other source.

import { CodedError } from '../core/index.ts';
import type { DateClaim } from './date-claim.ts';
import { readWrittenDate } from './date-claim.ts';

export interface DatesFile {
  /** The claim for a file, or null. @param segments - Folder names from the outermost down to the file. */
  claimFor(segments: readonly string[]): DateClaim | null;
  /** Entries that no file has asked for so far: most likely a spelling mistake. */
  unused(): string[];
}

/**
 * @param text - The whole file; comma, semicolon or tab between fields, fields may stand in double quotes.
 * @throws {CodedError} `library/bad-dates-file` with the number of the line.
 */
export function parseDatesFile(text: string, where: string): DatesFile {
  const rows = readRows(text.replace(/^\uFEFF/, ''));
  const header = (rows[0]?.cells ?? []).map((cell) => cell.trim().toLowerCase());
  const fileAt = header.indexOf('file');
  const takenAt = header.indexOf('takenon');
  const ageAt = header.indexOf('age');
  if (fileAt < 0 || (takenAt < 0 && ageAt < 0))
    throw bad(where, 1, 'the first line must name the columns: file, and takenOn or age');
  const byPath = new Map<string, DateClaim>();
  const asked = new Set<string>();
  for (const { cells, line } of rows.slice(1)) {
    const path = plainPath(cells[fileAt] ?? '');
    if (!path) continue;
    const claim = rowClaim(cells[takenAt]?.trim() ?? '', cells[ageAt]?.trim() ?? '');
    if (!claim) throw bad(where, line, 'give takenOn as 1984-03-14, 1984-03, 1984 or 1980s, or age in years');
    if (byPath.has(path)) throw bad(where, line, `${path} is named twice`);
    byPath.set(path, claim);
  }
  return {
    claimFor(segments) {
      // a row names the file with as many of its folders as are needed: `a.jpg`, `1984/a.jpg`
      for (let from = 0; from < segments.length; from++) {
        const path = plainPath(segments.slice(from).join('/'));
        const claim = byPath.get(path);
        if (!claim) continue;
        asked.add(path);
        return claim;
      }
      return null;
    },
    unused: () => [...byPath.keys()].filter((path) => !asked.has(path)),
  };
}

function rowClaim(takenOn: string, age: string): DateClaim | null {
  if (takenOn) {
    const found = readWrittenDate(takenOn);
    return found && { source: 'csv', said: takenOn, doubt: null, ...found };
  }
  const years = Number(age.replace(',', '.'));
  if (!age || !(years >= 0 && years <= 120)) return null;
  return { source: 'csv', said: `age ${age}`, precision: 'age', days: null, age: years, doubt: null };
}

function plainPath(path: string): string {
  return path
    .normalize('NFC')
    .trim()
    .replaceAll('\\', '/')
    .replace(/^\.?\/+/, '')
    .toLowerCase();
}

function bad(where: string, line: number, what: string): CodedError {
  return new CodedError('library/bad-dates-file', `${where}, line ${line}: ${what}`, {
    hint: 'Correct the line; the form is described in docs/library.md.',
  });
}

interface Row {
  readonly cells: string[];
  readonly line: number;
}

function readRows(text: string): Row[] {
  const firstLine = text.slice(0, (text.indexOf('\n') + 1 || text.length + 1) - 1);
  const separator = [',', ';', '\t'].toSorted((a, b) => firstLine.split(b).length - firstLine.split(a).length)[0];
  const rows: Row[] = [];
  let cells: string[] = [];
  let cell = '';
  let quoted = false;
  let line = 1;
  let startLine = 1;
  const endRow = (): void => {
    cells.push(cell);
    if (cells.some((one) => one.trim() !== '')) rows.push({ cells, line: startLine });
    cells = [];
    cell = '';
    startLine = line;
  };
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === '\n') line++;
    if (quoted) {
      if (c !== '"') cell += c;
      else if (text[i + 1] === '"') cell += text[++i];
      else quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === separator) {
      cells.push(cell);
      cell = '';
    } else if (c === '\n') endRow();
    else if (c !== '\r') cell += c;
  }
  endRow();
  return rows;
}
