// What an ingest says at its end: for a person as lines, for a machine as one object.

import path from 'node:path';
import type { FileOutcome, IngestReport, Judgement, Photo } from '../../library/index.ts';
import { printableName } from '../../adapters/node/files.ts';

interface NotUsed {
  readonly file: string;
  readonly code: string;
  readonly reason: string;
}

/** What is said of the dates of one photo that is not plain. */
interface DateNote {
  readonly file: string;
  readonly age: number | null;
  readonly notes: readonly string[];
}

export interface IngestSummary {
  readonly performer: string;
  readonly born: string;
  /** Of the files given this time. */
  readonly given: {
    readonly files: number;
    readonly newlyRead: number;
    readonly used: number;
    readonly duplicates: number;
    readonly setAside: number;
    /** Neither pictures nor footage. */
    readonly ignored: number;
  };
  /** Of everything that is held of the performer. */
  readonly library: {
    readonly used: number;
    readonly duplicates: number;
    readonly setAside: number;
    readonly youngest: number | null;
    readonly oldest: number | null;
    /** Judgements that this ingest changed. */
    readonly changed: number;
  };
  readonly notUsed: readonly NotUsed[];
  readonly copies: readonly { readonly file: string; readonly of: string }[];
  readonly contradictions: readonly DateNote[];
  readonly flagged: readonly DateNote[];
  readonly unusedDates: readonly string[];
  /** More than half as many photos show one other person. */
  readonly isDoubtful: boolean;
  readonly exitCode: 0 | 1 | 2;
}

export function summarise(
  report: IngestReport,
  photos: readonly Photo[],
  unusedDates: readonly string[],
): IngestSummary {
  const judged = new Map(report.judgements.map((one) => [one.photo, one]));
  const names = new Map(photos.map((photo) => [photo.sha256, printableName(photo.givenName)]));
  const nameOf = (photo: string): string => names.get(photo) ?? photo;
  const counted = report.outcomes.map((outcome) => outcomeOf(outcome, judged));
  const count = (state: string): number => counted.filter((one) => one.state === state).length;
  const ofLibrary = (state: string): Judgement[] => report.judgements.filter((one) => one.state === state);
  const ages = ofLibrary('used').flatMap((one) => one.ageAtPhoto ?? []);
  const givenPhotos = new Set(report.outcomes.flatMap((one) => one.photos));
  const given = report.judgements.filter((one) => givenPhotos.has(one.photo));
  const good = count('used') + count('duplicate');
  return {
    performer: report.performer.name,
    born: report.performer.born,
    given: {
      files: counted.length,
      newlyRead: report.newlyRead,
      used: count('used'),
      duplicates: count('duplicate'),
      setAside: count('set-aside'),
      ignored: report.ignored,
    },
    library: {
      used: ofLibrary('used').length,
      duplicates: ofLibrary('duplicate').length,
      setAside: ofLibrary('set-aside').length,
      youngest: ages.length > 0 ? Math.min(...ages) : null,
      oldest: ages.length > 0 ? Math.max(...ages) : null,
      changed: report.changed,
    },
    notUsed: counted.flatMap(({ notUsed }) => notUsed ?? []),
    copies: given.flatMap(({ photo, duplicateOf }) =>
      duplicateOf ? [{ file: nameOf(photo), of: nameOf(duplicateOf) }] : [],
    ),
    contradictions: dateNotes(given, nameOf, (one) => one.contradictions),
    flagged: dateNotes(given, nameOf, (one) => one.flagged),
    unusedDates,
    isDoubtful: report.runnerUpPhotos * 2 > ofLibrary('used').length,
    exitCode: good === counted.length ? 0 : good > 0 ? 2 : 1,
  };
}

function outcomeOf(
  { path: file, photos, refusal }: FileOutcome,
  judged: ReadonlyMap<string, Judgement>,
): { readonly state: Judgement['state']; readonly notUsed: NotUsed | null } {
  const name = printableName(path.basename(file));
  if (refusal) return { state: 'set-aside', notUsed: { file: name, code: refusal.code, reason: refusal.message } };
  const all = photos.flatMap((photo) => judged.get(photo) ?? []);
  // of footage one frame in use is enough
  const best = all.find((one) => one.state === 'used') ?? all.find((one) => one.state === 'duplicate') ?? all[0];
  if (!best || best.state !== 'set-aside') return { state: best?.state ?? 'set-aside', notUsed: null };
  return { state: 'set-aside', notUsed: { file: name, code: best.code ?? '', reason: best.reason } };
}

function dateNotes(
  judgements: readonly Judgement[],
  nameOf: (photo: string) => string,
  notesOf: (judgement: Judgement) => readonly string[],
): DateNote[] {
  return judgements.flatMap((one) => {
    const notes = notesOf(one);
    return notes.length > 0 ? [{ file: nameOf(one.photo), age: one.ageAtPhoto, notes }] : [];
  });
}

/** So many names are listed to a person; `--json` has all. */
const SHOWN = 8;

export function sayIngest(summary: IngestSummary): string {
  const { given, library } = summary;
  const lines = [
    `${summary.performer}: ${library.used} photos in use${library.youngest === null ? '' : `, ages ${years(library.youngest)} to ${years(library.oldest)}`}.`,
    `Of ${given.files} files given: ${given.used} used, ${given.duplicates} copies of others, ${given.setAside} set aside${given.ignored > 0 ? `; ${given.ignored} more were no pictures or footage` : ''}.`,
  ];
  for (const [code, group] of grouped(summary.notUsed)) {
    const isShared = group.length > 1 && group.every((one) => one.reason === group[0].reason);
    const reason = isShared ? `: ${group[0].reason}` : '';
    lines.push('', `Set aside, ${code} (${group.length})${reason}`);
    lines.push(...shown(group, (one) => (reason ? `  ${one.file}` : `  ${one.file}: ${one.reason}`)));
  }
  if (summary.contradictions.length > 0) {
    lines.push(
      '',
      `Dates that contradict each other (${summary.contradictions.length}); a dates file (--dates) settles them:`,
    );
    lines.push(...shown(summary.contradictions, sayNote));
  }
  const contradicted = new Set(summary.contradictions.map((note) => note.file));
  const doubted = summary.flagged.filter((note) => !contradicted.has(note.file));
  if (doubted.length > 0) {
    lines.push('', `Dates that were not believed (${doubted.length}):`);
    lines.push(...shown(doubted, sayNote));
  }
  if (summary.unusedDates.length > 0) {
    lines.push('', `Rows of the dates file that name no file here (${summary.unusedDates.length}):`);
    lines.push(...shown(summary.unusedDates, (file) => `  ${printableName(file)}`));
  }
  if (summary.isDoubtful) {
    lines.push(
      '',
      'Another person is on nearly as many photos. Look at `dorian library`; if the wrong one was chosen,',
    );
    lines.push('name a photo on which the performer is alone: --portrait FILE');
  }
  return `${lines.join('\n')}\n`;
}

function sayNote({ file, age, notes }: DateNote): string {
  return `  ${file}${age === null ? '' : ` (taken as ${years(age)})`}: ${notes.join('; ')}`;
}

function years(age: number | null): string {
  return age === null ? '?' : String(Math.round(age * 10) / 10);
}

function shown<T>(items: readonly T[], say: (item: T) => string): string[] {
  const lines = items.slice(0, SHOWN).map(say);
  return items.length > SHOWN ? [...lines, `  and ${items.length - SHOWN} more (--json lists all)`] : lines;
}

function grouped(notUsed: readonly NotUsed[]): Map<string, NotUsed[]> {
  const groups = new Map<string, NotUsed[]>();
  for (const one of notUsed) groups.set(one.code, [...(groups.get(one.code) ?? []), one]);
  return groups;
}
