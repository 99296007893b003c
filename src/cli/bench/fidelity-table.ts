// The fidelity report as text.

import type { FidelityReport, ReportRow } from './fidelity-report.ts';

const COLUMNS = [
  'gapPixel',
  'gapDetail',
  'energy',
  'gapIdentity',
  'gapAge',
  'gapShape',
  'gapHair',
  'flicker',
  'shimmer',
  'outside',
  'meanChange',
] as const;

/** The report as text: one table for each clip and target age. */
export function fidelityTable({ rows, truthShimmer, frames }: FidelityReport): string {
  const lines: string[] = [];
  const width = 1 + Math.max(...rows.map((row) => label(row).length));
  let title = '';
  for (const row of rows) {
    const heading = `${row.performer}, clip ${row.clip}, ${frames} frames, re-aged to ${row.targetAge}`;
    if (heading !== title) {
      if (title) lines.push('');
      const truth = truthShimmer.find(({ targetAge }) => targetAge === row.targetAge)?.shimmer ?? null;
      lines.push(truth === null ? heading : `${heading} (shimmer of the truth itself: ${truth.toFixed(2)})`);
      lines.push(`  ${''.padEnd(width)}${COLUMNS.map((name) => name.padStart(columnWidth(name))).join('')}`);
      title = heading;
    }
    const cells = COLUMNS.map((name) => cell(name, row[name]).padStart(columnWidth(name)));
    lines.push(`  ${label(row).padEnd(width)}${cells.join('')}`);
  }
  return `${lines.join('\n')}\n`;
}

/** A likeness with its version, the photos that it was taught with, and the tier. */
function label({ likeness, version, photos, tier }: ReportRow): string {
  if (likeness === 'none' || likeness === 'ceiling') return likeness;
  const name = version === null ? likeness : `${likeness} (${version}, ${photos} photos)`;
  return `${name}, ${tier}`;
}

function columnWidth(name: string): number {
  return Math.max(name.length, 6) + 2;
}

function cell(name: (typeof COLUMNS)[number], value: number | null): string {
  if (value === null) return '-';
  return value.toFixed(name === 'meanChange' || name === 'outside' ? 4 : name === 'shimmer' ? 2 : 3);
}
