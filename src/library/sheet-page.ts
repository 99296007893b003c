// The career sheet as one HTML page that holds all it shows and asks nothing of any network.

import type { Performer } from './archive.ts';
import type { CareerPhoto } from './career.ts';
import type { Coverage } from './coverage.ts';
import { LIGHT_NAMES, YAW_NAMES } from './coverage.ts';
import { SHEET_COLORS, headline, rowName } from './sheet.ts';

/** A photo that is not in use, for the list at the end. */
export interface NotInUse {
  readonly name: string;
  readonly reason: string;
}

/**
 * @param pictures - Crop name -> the bytes of a small JPEG in base64.
 * @returns A complete page.
 */
export function careerPage(
  performer: Performer,
  career: readonly CareerPhoto[],
  coverage: Coverage,
  notInUse: readonly NotInUse[],
  pictures: ReadonlyMap<string, string>,
): string {
  const advice = coverage.advice.length > 0 ? coverage.advice : ['Nothing is missing.'];
  const rest = notInUse.map(({ name, reason }) => `<li><b>${escape(name)}</b> ${escape(reason)}</li>`).join('\n');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>${escape(performer.name)}: career library</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escape(performer.name)}</h1>
<p class="dim">${escape(headline(performer, career))}</p>
${coverage.rows.map((row) => section(rowName(row, performer.born), inRow(career, row.fromAge, row.toAge), pictures)).join('\n')}
<h2>What is covered</h2>
${table(performer, coverage)}
<h2>What would help most</h2>
<ul>${advice.map((line) => `<li>${escape(line)}</li>`).join('\n')}</ul>
${notInUse.length > 0 ? `<details><summary>Not in use (${notInUse.length})</summary><ul>${rest}</ul></details>` : ''}
</body>
</html>
`;
}

function inRow(career: readonly CareerPhoto[], from: number, to: number): CareerPhoto[] {
  return career.filter((one) => one.ageAtPhoto >= from && one.ageAtPhoto < to);
}

function section(name: string, photos: readonly CareerPhoto[], pictures: ReadonlyMap<string, string>): string {
  const tiles = photos.map((one) => {
    const { judgement, face, photo } = one;
    const said = judgement.said ? `, from ${judgement.ageSource}: ${judgement.said}` : '';
    const facts = `${photo.givenName}${said}; turned ${face.pose.yaw.toFixed(0)}°, light ${face.light.azimuth.toFixed(0)}°, ${face.eyeDistancePx.toFixed(0)} px between the eyes`;
    const notes = judgement.flagged.length + judgement.contradictions.length > 0 ? ' class="doubt"' : '';
    return `<figure${notes} title="${escape([facts, ...judgement.contradictions, ...judgement.flagged].join('\n'))}"><img alt="${escape(photo.givenName)}" src="data:image/jpeg;base64,${pictures.get(one.crop) ?? ''}"><figcaption>${one.ageAtPhoto.toFixed(1)}</figcaption></figure>`;
  });
  const body = tiles.length > 0 ? tiles.join('') : '<p class="dim">no photos</p>';
  return `<section><h3>${escape(name)}</h3><div>${body}</div></section>`;
}

function table(performer: Performer, { rows }: Coverage): string {
  const body = rows.map(
    (row) =>
      `<tr><th>${escape(rowName(row, performer.born))}</th><td>${row.photos}</td>${row.yaw.map(cell).join('')}<td></td>${row.light.map(cell).join('')}</tr>`,
  );
  const heads = [...YAW_NAMES, '', ...LIGHT_NAMES].map((name) => `<th>${name}</th>`).join('');
  return `<table><thead><tr><th></th><th></th><th colspan="${YAW_NAMES.length}">looks to the</th><th></th><th colspan="${LIGHT_NAMES.length}">light</th></tr><tr><th>age</th><th>photos</th>${heads}</tr></thead><tbody>${body.join('\n')}</tbody></table>`;
}

function cell(count: number): string {
  return `<td class="${count > 0 ? 'covered' : 'missing'}" style="--n:${Math.min(5, count)}">${count}</td>`;
}

/** Names of files are whatever anyone called them. */
function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

const { background, text: ink, dim, line, covered, missing } = SHEET_COLORS;
const STYLE = `
body{margin:2rem;background:${background};color:${ink};font:15px/1.5 system-ui,sans-serif}
h1{margin:0}h2{margin:2rem 0 .5rem;font-size:1.1rem}h3{margin:0;width:9.5rem;flex:none;font-weight:500}
.dim,figcaption{color:${dim}}
section{display:flex;gap:1rem;padding:.6rem 0;border-top:1px solid ${line}}
section div{display:flex;flex-wrap:wrap;gap:6px}
figure{margin:0;width:96px}figure img{width:96px;height:96px;display:block}
figcaption{font-size:12px}.doubt figcaption::after{content:" ?"}
table{border-collapse:separate;border-spacing:2px}th{font-weight:500;text-align:left;padding:0 .5rem}
td{text-align:center;min-width:3.5rem}
.covered{background:color-mix(in srgb,${covered} calc(45% + var(--n)*11%),${background})}.missing{background:${missing}}
`;
