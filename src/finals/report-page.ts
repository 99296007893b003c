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
:root { color-scheme: light dark; --edge: #8884; --soft: #888; --warn: #c60; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 1100px; margin: 2em auto; padding: 0 1em; }
h1 { font-size: 1.5em; margin-bottom: 0; } h2 { font-size: 1.15em; margin-top: 2em; border-bottom: 1px solid var(--edge); }
p.sub { color: var(--soft); margin-top: 0.2em; } p.warn { color: var(--warn); font-weight: 600; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: 0.3em 0.7em 0.3em 0; vertical-align: top; border-bottom: 1px solid var(--edge); }
th { color: var(--soft); font-weight: normal; } .run { margin: 1em 0; } .run b { margin-right: 0.6em; }
figure { display: inline-block; margin: 0.3em 0.8em 0.3em 0; } figure img { height: 160px; vertical-align: top; } figcaption { color: var(--soft); font-size: 0.85em; }
svg { width: 100%; height: auto; } code { font-size: 0.85em; word-break: break-all; } small { color: var(--soft); }
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
<h2>Through the clip</h2>${stripPart(report, thumbnails)}
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
    return `<div class="run">${runLine(report, run)}<br>${evenly(within, PICTURES_PER_RUN).map((one) => figureOf(report, one)).join('')}</div>`; // prettier-ignore
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
    `<figure><img src="${plate}" alt="plate"><img src="${comp}" alt="re-aged">` +
    `<figcaption>${escape(`${who}frame ${placeOf(report, frameIndex)}: plate | re-aged`)}</figcaption></figure>`
  );
}

function performersPart(performers: readonly PerformerReport[]): string {
  const rows = performers.map((one) => {
    const { figures, consent } = one;
    const limits = consent.limits.length > 0 ? `<br><small>${escape(consent.limits.join(' '))}</small>` : '';
    return `<tr><td>${escape(one.performer)}</td>
<td>${one.sourceAge.toFixed(1)}<br><small>${escape(one.because)}</small></td>
<td>${escape(lookText(one.look))}</td>
<td>${one.framesReAged} of ${one.framesSeen} seen</td>
<td>${signed(figures.apparentAgeChange, 1)} years<br><small>by an estimator that says about 0.7 of a true change</small></td>
<td>${number(figures.identityDistance, 2)}<br><small>0 is the plate; another person is above 0.62</small></td>
<td>${number(figures.flicker, 2)}<br><small>of the plate's own motion; 1 is the plate</small></td>
<td>${number(figures.shimmer, 2)}<br><small>of 255 per frame, added to motion</small></td>
<td>${consent.kind}, ${escape(consent.recordId)}${limits}</td></tr>`;
  });
  return `<table><tr><th>Performer</th><th>Age on the plate</th><th>Age asked for</th><th>Frames</th><th>Apparent age</th><th>Identity</th><th>Flicker</th><th>Shimmer</th><th>Consent</th></tr>${rows.join('')}</table>`;
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

function stripPart(report: RenderReport, thumbnails: readonly Thumbnail[]): string {
  return evenly(thumbnails, PICTURES_OF_CLIP)
    .map((one) => figureOf(report, one))
    .join('');
}

function evenly<T>(items: readonly T[], count: number): readonly T[] {
  if (items.length <= count) return items;
  return Array.from({ length: count }, (_, i) => items[Math.round((i * (items.length - 1)) / (count - 1))]);
}

function filesPart(report: RenderReport): string {
  const files = report.outputs.map(
    ({ kind, file, bytes }) =>
      `<tr><td>${kind}</td><td>${escape(file)}</td><td>${(bytes / 1e6).toFixed(1)} MB</td></tr>`,
  );
  const stages = Object.entries(report.stages).map(
    ([stage, { p50, p95 }]) => `<tr><td>${stage}</td><td>${p50.toFixed(1)} ms</td><td>${p95.toFixed(1)} ms</td></tr>`,
  );
  return `<table>${files.join('')}</table>
<table><tr><th>Stage, per frame (stages overlap)</th><th>median</th><th>95 of 100 below</th></tr>${stages.join('')}</table>
<p><small>Input sha256 <code>${report.clip.sha256}</code><br>Job <code>${report.key}</code><br>${escape(report.program)}</small></p>`;
}

function number(value: number | null, digits: number): string {
  return value === null ? 'not measured' : value.toFixed(digits);
}

function signed(value: number | null, digits: number): string {
  return value === null ? 'not measured' : `${value > 0 ? '+' : ''}${value.toFixed(digits)}`;
}
