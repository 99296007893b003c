// The course of a clip as a drawing: how strongly each performer is re-aged and how far the head is turned, over time, with
// cuts and the frames that need an eye.

import type { RenderReport } from './report.ts';

const WIDTH = 1000;
const HEIGHT = 90;
/** Long clips are drawn by so many columns; each shows the weakest frame in it. */
const COLUMNS = 500;

export function courseOf(report: RenderReport): string {
  return report.performers.map(({ performer }) => courseOfPerformer(report, performer)).join('\n');
}

function courseOfPerformer(report: RenderReport, performer: string): string {
  const { frames } = report;
  const x = (i: number): string => ((i / Math.max(1, frames.length)) * WIDTH).toFixed(1);
  const faces = frames.map((row) => row.faces.find((face) => face.performer === performer));
  const step = Math.max(1, Math.ceil(frames.length / COLUMNS));
  const bars: string[] = [];
  // a line for each stretch in which the face is seen
  const turns: string[][] = [[]];
  for (let i = 0; i < frames.length; i += step) {
    const column = faces.slice(i, i + step);
    const weakest = Math.min(...column.map((face) => face?.strength ?? 0));
    const height = (weakest * HEIGHT).toFixed(1);
    bars.push(`<rect x="${x(i)}" y="${(HEIGHT - Number(height)).toFixed(1)}" width="${x(step)}" height="${height}"/>`);
    const yaw = column[0]?.yaw;
    if (yaw !== undefined) turns[turns.length - 1].push(`${x(i)},${((HEIGHT / 2) * (1 - yaw / 90)).toFixed(1)}`);
    else if (turns[turns.length - 1].length > 0) turns.push([]);
  }
  const cuts = frames
    .map((row, i) => (row.isCut && i > 0 ? `<path d="M${x(i)} 0V${HEIGHT}" stroke="#08f"/>` : ''))
    .join('');
  const runs = report.attention
    .map(
      ({ from, to }) =>
        `<rect x="${x(from - report.from)}" y="${HEIGHT + 2}" width="${x(to - from)}" height="6" fill="#c60"/>`,
    )
    .join('');
  const lines = turns
    .map((points) => `<polyline vector-effect="non-scaling-stroke" points="${points.join(' ')}"/>`)
    .join('');
  return `<figure class="course"><svg viewBox="0 0 ${WIDTH} ${HEIGHT + 10}" preserveAspectRatio="none" role="img" aria-label="strength over time">
<g fill="#8886">${bars.join('')}</g><g fill="none" stroke="#2a9d4a" stroke-width="1.5">${lines}</g>${cuts}${runs}</svg>
<figcaption><div class="ends"><span>frame ${report.from}</span><span>${report.to - 1}</span></div>${escape(performer)}: grey how strongly re-aged, green how far the head is turned (middle is frontal), blue cuts, orange frames to look at</figcaption></figure>`;
}

/** Text for HTML. */
export function escape(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
