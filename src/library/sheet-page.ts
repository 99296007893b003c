// The career sheet as one HTML page that holds all it shows and asks nothing of any network.

import type { Performer } from './archive.ts';
import type { CareerPhoto } from './career.ts';
import type { Coverage, CoverageRow } from './coverage.ts';
import { LIGHT_NAMES, YAW_NAMES } from './coverage.ts';
import { SHEET_COLORS, headline } from './sheet.ts';

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
${coverage.rows.map((row) => section(row, performer, inRow(career, row.fromAge, row.toAge), pictures)).join('\n')}
${career.some(isDoubted) ? '<p class="dim">? The date is doubted, or sources contradict each other; the picture says more when pointed at.</p>' : ''}
<h2>What is covered</h2>
<div class="wide">${table(performer, coverage)}</div>
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

function isDoubted({ judgement }: CareerPhoto): boolean {
  return judgement.flagged.length + judgement.contradictions.length > 0;
}

function section(
  row: CoverageRow,
  performer: Performer,
  photos: readonly CareerPhoto[],
  pictures: ReadonlyMap<string, string>,
): string {
  const count = photos.length === 0 ? 'no photos' : `${photos.length} ${photos.length === 1 ? 'photo' : 'photos'}`;
  const tiles = photos.map((one) => tile(one, pictures.get(one.crop) ?? '')).join('');
  return `<section><h3>${row.fromAge} to ${row.toAge - 1}<small>${yearsOf(row, performer)}</small><small>${count}</small></h3><div>${tiles}</div></section>`;
}

function yearsOf({ fromAge, toAge }: CoverageRow, { born }: Performer): string {
  const year = Number(born.slice(0, 4));
  return `${year + fromAge} to ${year + toAge - 1}`;
}

/** @param jpeg - Base64. */
function tile(one: CareerPhoto, jpeg: string): string {
  const { judgement, face, photo } = one;
  const said = judgement.said ? `, from ${judgement.ageSource}: ${judgement.said}` : '';
  const facts = `${photo.givenName}${said}; turned ${face.pose.yaw.toFixed(0)}°, light ${face.light.azimuth.toFixed(0)}°, ${face.eyeDistancePx.toFixed(0)} px between the eyes`;
  const title = escape([facts, ...judgement.contradictions, ...judgement.flagged].join('\n'));
  const age = `${one.ageAtPhoto.toFixed(1)}${isDoubted(one) ? ' ?' : ''}`;
  return `<figure title="${title}"><img alt="${escape(photo.givenName)}" src="data:image/jpeg;base64,${jpeg}"><figcaption>${age}</figcaption></figure>`;
}

function table(performer: Performer, { rows }: Coverage): string {
  const body = rows.map(
    (row) =>
      `<tr><th>${row.fromAge} to ${row.toAge - 1}<span> (${yearsOf(row, performer)})</span></th><td>${row.photos}</td>${row.yaw.map(cell).join('')}<td class="gap"></td>${row.light.map(cell).join('')}</tr>`,
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
body{margin:0 auto;padding:2rem;max-width:1336px;background:${background};color:${ink};font:15px/1.5 system-ui,sans-serif}
h1{margin:0;line-height:1.2}h2{margin:2.5rem 0 .5rem;font-size:1.1rem}
.dim,figcaption,small{color:${dim}}p{margin:.3rem 0 1rem}
section{display:flex;gap:1rem;padding:.8rem 0;border-top:1px solid ${line}}
h3{margin:0;width:8rem;flex:none;font-weight:500;font-size:1.15rem;line-height:1.3}
small{display:block;font-size:.85rem;font-weight:400;line-height:1.5}
section div{flex:1;display:grid;gap:8px;grid-template-columns:repeat(auto-fill,minmax(136px,1fr))}
figure{margin:0}figure img{width:100%;aspect-ratio:1;display:block;border-radius:3px;background:${line}}
figcaption{font-size:13px}
.wide{overflow-x:auto}
table{border-collapse:separate;border-spacing:2px;font-variant-numeric:tabular-nums}
th{font-weight:500;padding:0 .5rem;white-space:nowrap}
th:first-child{text-align:left;padding-left:0}thead th{font-weight:400;color:${dim}}
td{text-align:center;min-width:4.5rem}td.gap{min-width:1rem}
li{margin:.2rem 0}ul{padding-left:1.2rem}summary{cursor:pointer;margin-top:2rem}
.covered{background:color-mix(in srgb,${covered} calc(45% + var(--n)*11%),${background})}.missing{background:${missing}}
@media (max-width:700px){
body{padding:1rem}
section{flex-direction:column;gap:.5rem}
th span{display:none}td{min-width:3.2rem}
h3{width:auto;display:flex;align-items:baseline;gap:.8rem}
section div{grid-template-columns:repeat(auto-fill,minmax(84px,1fr))}
}
`;
