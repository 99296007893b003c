// What a render says at its end: the file, the figures in words, what to look at.

import path from 'node:path';
import { REASON_TEXT } from '../../finals/index.ts';
import type { RenderReport } from '../../finals/index.ts';
import { PRIOR } from './likeness.ts';
import type { ClipOutcome } from './render-one.ts';

/** So many stretches to look at are printed; the report has all. */
const SHOWN_RUNS = 5;

export function sayOutcome(outcome: ClipOutcome): string {
  const name = path.basename(outcome.clip);
  if ('error' in outcome) {
    const { message, hint, code } = outcome.error;
    return `${name}: ${message}\n  ${hint}\n  (${code}, see docs/errors.md)\n`;
  }
  const { report, output, wasFinished } = outcome;
  const head = wasFinished ? `${name}: was rendered with these settings before, nothing to do` : `${name}: done`;
  const files = report.outputs.map(({ kind, file }) => `  ${kind.padEnd(8)}${path.join(path.dirname(output), file)}`);
  return [
    head,
    ...files,
    `  report  ${output}.report.html`,
    ...report.performers.map((performer) => `  ${sayPerformer(performer)}`),
    ...report.notes.map((note) => `  Note: ${note}`),
    ...sayAttention(report),
    '',
  ].join('\n');
}

function sayPerformer({
  performer,
  likeness,
  framesReAged,
  framesSeen,
  figures,
}: RenderReport['performers'][number]): string {
  const parts = [`${performer}: ${framesReAged} frames re-aged of ${framesSeen} in which the face is seen`];
  parts.push(likeness.name === PRIOR ? 'with the prior' : `with likeness ${likeness.name}`);
  if (figures.apparentAgeChange !== null) parts.push(`apparent age ${signed(figures.apparentAgeChange)} years`);
  if (figures.flicker !== null) parts.push(`flicker ${figures.flicker.toFixed(2)} of the plate's`);
  return parts.join(', ');
}

function sayAttention({ attention }: RenderReport): string[] {
  if (attention.length === 0) return [];
  const shown = attention.slice(0, SHOWN_RUNS).map(({ from, to, reasons }) => {
    const place = to - from === 1 ? `frame ${from}` : `frames ${from} to ${to - 1}`;
    return `    ${place}: ${reasons.map((reason) => REASON_TEXT[reason]).join('; ')}`;
  });
  const more = attention.length - shown.length;
  return ['  Look at these first:', ...shown, ...(more > 0 ? [`    and ${more} more in the report`] : [])];
}

function signed(value: number): string {
  return `${value > 0 ? '+' : ''}${value.toFixed(1)}`;
}
