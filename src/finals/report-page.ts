// The report as one page that opens anywhere: no script, no other file, nothing loaded from elsewhere.

import { timecodeAt, toNumber } from '../core/index.ts';
import type { Look } from '../reage/index.ts';
import type { AttentionRun } from './attention.ts';
import { REASON_TEXT } from './attention.ts';
import { courseOf, escape } from './report-course.ts';
import type { Thumbnail } from './render-chunk.ts';
import type { PerformerReport, RenderReport } from './report.ts';

/** So many runs are shown with pictures; the rest is listed. */
const PICTURED_RUNS = 24;
const PICTURES_PER_RUN = 4;
const PICTURES_OF_CLIP = 12;

const STYLE = `
:root { color-scheme: light dark; --edge: #8884; --soft: light-dark(#6b6b6b, #a0a0a0); --warn: light-dark(#a84b00, #ff9a4d); }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 1100px; margin: 0 auto; padding: 2em 1em 3em; }
h1 { font-size: 1.5em; line-height: 1.25; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 1.15em; margin: 2.2em 0 0.8em; padding-bottom: 0.2em; border-bottom: 1px solid var(--edge); }
h3 { font-size: 1em; margin: 1em 0 0.4em; }
p.sub { color: var(--soft); margin: 0.2em 0 1em; } p.warn { color: var(--warn); font-weight: 600; }
.facts { display: grid; grid-template-columns: repeat(4, 1fr); gap: 1em 2em; margin: 0 0 1.5em; }
@media (max-width: 800px) { .facts { grid-template-columns: 1fr 1fr; gap: 1em 1.5em; } }
dt, th { color: var(--soft); font-weight: normal; } dd { margin: 0; overflow-wrap: anywhere; }
dt { font-size: 0.85em; } dd b { font-weight: 600; font-size: 1.1em; } small { color: var(--soft); display: block; font-size: 0.85em; line-height: 1.4; }
table { border-collapse: collapse; margin-bottom: 1.2em; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 0.25em 2em 0.25em 0; border-bottom: 1px solid var(--edge); } td.n, th.n { text-align: right; white-space: nowrap; }
.run { margin: 1em 0; } .run b { margin-right: 0.6em; }
.strip { display: flex; flex-wrap: wrap; gap: 0.8em; margin-top: 0.5em; }
figure { margin: 0; } .pair { display: flex; } .pair img { width: 160px; height: 160px; object-fit: cover; }
figcaption { color: var(--soft); font-size: 0.85em; } .course { margin-bottom: 1.2em; } .ends { display: flex; justify-content: space-between; }
svg { width: 100%; height: 100px; display: block; } code { font-size: 0.95em; word-break: break-all; }
`;

export function reportPage(report: RenderReport, thumbnails: readonly Thumbnail[]): string {
  const { clip } = report;
  const rate = toNumber(clip.frameRate);
  const facts = [
    `${clip.width} x ${clip.height}`,
    `${rate.toFixed(3).replace(/\.?0+$/, '')} frames per second${clip.isVariableFrameRate ? ' on average (variable)' : ''}`,
    `${clip.codec} ${clip.pixelFormat}`,
    `frames ${report.from} to ${report.to - 1} of ${clip.frameCount}`,
  ];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escape(clip.name)}: re-aged</title><style>${STYLE}</style></head><body>
<h1>${escape(clip.name)}</h1><p class="sub">${escape(facts.join(' · '))}</p>
<p>${escape(report.reAged)}</p>
${report.isPartial ? '<p class="warn">Not everything that was asked for was rendered.</p>' : ''}
${report.notes.map((note) => `<p class="warn">${escape(note)}</p>`).join('\n')}
<h2>Frames to look at first</h2>${attentionPart(report, thumbnails)}
<h2>Who was re-aged</h2>${performersPart(report.performers)}
<h2>Course of the clip</h2>${courseOf(report)}
<h2>Through the clip</h2>${stripOf(report, thumbnails, PICTURES_OF_CLIP)}
<h2>Files and time</h2>${filesPart(report)}
</body></html>
`;
}

function placeOf(report: RenderReport, frameIndex: number): string {
  const timecode = report.clip.timecode && timecodeAt(report.clip.timecode, report.clip.frameRate, frameIndex);
  return timecode ? `${frameIndex} (${timecode})` : String(frameIndex);
}

function attentionPart(report: RenderReport, thumbnails: readonly Thumbnail[]): string {
  if (report.attention.length === 0) return '<p>Nothing stands out. Look at the clip in motion all the same.</p>';
  const shown = report.attention.slice(0, PICTURED_RUNS).map((run) => {
    const within = thumbnails.filter((one) => one.frameIndex >= run.from && one.frameIndex < run.to);
    return `<div class="run">${runLine(report, run)}${stripOf(report, within, PICTURES_PER_RUN)}</div>`;
  });
  const rest = report.attention.slice(PICTURED_RUNS).map((run) => `<div>${runLine(report, run)}</div>`);
  return [...shown, ...rest].join('\n');
}

function runLine(report: RenderReport, run: AttentionRun): string {
  const place =
    run.to - run.from === 1
      ? `Frame ${placeOf(report, run.from)}`
      : `Frames ${placeOf(report, run.from)} to ${placeOf(report, run.to - 1)}`;
  return `<b>${escape(place)}</b>${escape(run.reasons.map((reason) => REASON_TEXT[reason]).join('; '))}`;
}

function figureOf(report: RenderReport, { frameIndex, performer, plate, comp }: Thumbnail): string {
  const who = performer === null ? '' : `${performer}, `;
  return (
    `<figure><div class="pair"><img src="${plate}" alt="plate"><img src="${comp}" alt="re-aged"></div>` +
    `<figcaption>${escape(`${who}frame ${placeOf(report, frameIndex)}: plate | re-aged`)}</figcaption></figure>`
  );
}

function performersPart(performers: readonly PerformerReport[]): string {
  return performers
    .map((one) => {
      const { figures, consent } = one;
      return `<h3>${escape(one.performer)}</h3><dl class="facts">${[
        fact('Age on the plate', one.sourceAge.toFixed(1), one.because),
        fact('Age asked for', lookText(one.look), ''),
        fact('Frames', `${one.framesReAged} of ${one.framesSeen}`, 're-aged, of those in which the face is seen'),
        fact('Apparent age', years(figures.apparentAgeChange), 'by an estimator that says about 0.7 of a true change'),
        fact('Identity', number(figures.identityDistance, 2), '0 is the plate; another person is above 0.62'),
        fact('Flicker', number(figures.flicker, 2), "of the plate's own motion; 1 is the plate"),
        fact('Shimmer', number(figures.shimmer, 2), 'of 255 per frame, added to motion'),
        fact('Consent', consent.kind, [consent.recordId, ...consent.limits].join('. ')),
      ].join('')}</dl>`;
    })
    .join('\n');
}

function fact(name: string, value: string, meaning: string): string {
  return `<div><dt>${escape(name)}</dt><dd><b>${escape(value)}</b><small>${escape(meaning)}</small></dd></div>`;
}

function years(change: number | null): string {
  return change === null ? 'not measured' : `${change > 0 ? '+' : ''}${change.toFixed(1)} years`;
}

function lookText({ targetAge, blend, strengths, regionAges }: Look): string {
  return [
    curveText(targetAge),
    ...(blend.some(({ value }) => value !== 1) ? [`blend ${curveText(blend)}`] : []),
    ...(Object.keys(strengths).length > 0 ? [`strength: ${listText(strengths)}`] : []),
    ...(Object.keys(regionAges).length > 0 ? [`age of regions: ${listText(regionAges)}`] : []),
  ].join('; ');
}

function curveText(curve: Look['targetAge']): string {
  if (curve.length === 1) return String(curve[0].value);
  return curve.map(({ frameIndex, value }) => `${value} at ${frameIndex}`).join(', ');
}

function listText(values: object): string {
  return Object.entries(values)
    .map(([region, value]) => `${region} ${value}`)
    .join(', ');
}

function stripOf(report: RenderReport, thumbnails: readonly Thumbnail[], count: number): string {
  const figures = evenly(thumbnails, count).map((one) => figureOf(report, one));
  return `<div class="strip">${figures.join('')}</div>`;
}

function evenly<T>(items: readonly T[], count: number): readonly T[] {
  if (items.length <= count) return items;
  return Array.from({ length: count }, (_, i) => items[Math.round((i * (items.length - 1)) / (count - 1))]);
}

function filesPart(report: RenderReport): string {
  const files = report.outputs.map(
    ({ kind, file, bytes }) =>
      `<tr><td>${kind}</td><td>${escape(file)}</td><td class="n">${(bytes / 1e6).toFixed(1)} MB</td></tr>`,
  );
  const stages = Object.entries(report.stages).map(
    ([stage, { p50, p95 }]) =>
      `<tr><td>${stage}</td><td class="n">${p50.toFixed(1)}</td><td class="n">${p95.toFixed(1)}</td></tr>`,
  );
  return `<table>${files.join('')}</table>
<table><tr><th>ms per frame; stages overlap</th><th class="n">median</th><th class="n">95 % below</th></tr>${stages.join('')}</table>
<p><small>Input sha256 <code>${report.clip.sha256}</code><br>Job <code>${report.key}</code><br>${escape(report.program)}</small></p>`;
}

function number(value: number | null, digits: number): string {
  return value === null ? 'not measured' : value.toFixed(digits);
}
