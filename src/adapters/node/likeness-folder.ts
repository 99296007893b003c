// The folder of one likeness while it is taught, as likeness wants it.

import { createHash } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { formatFile, packedRgb } from '../../core/index.ts';
import { drawText, fillRectangle, greyCodes, textWidth } from '../../finals/index.ts';
import type { LikenessFolder, PreviewCell } from '../../likeness/index.ts';
import { LIKENESS } from '../../likeness/index.ts';
import { writeCareerMean } from './career-mean-file.ts';
import { checkpointFile } from './checkpoint-file.ts';
import { asFileError, makeWhole, writeFileAtomic } from './files.ts';
import { LIKENESS_FILES } from './likeness-files.ts';

/** Between two pictures of the preview, and side of one dot of a letter, pixels. */
const GAP = 4;
const DOT = 2;

/** @param folder - As `addLikeness` makes it. */
export function likenessFolder(folder: string): LikenessFolder {
  const place = (name: keyof typeof LIKENESS_FILES): string => path.join(folder, LIKENESS_FILES[name]);
  return {
    checkpoint: checkpointFile(place('checkpoint')),
    writeRecord: (record) => writeFileAtomic(place('record'), formatFile(LIKENESS, record)),
    async writeNetwork(bytes) {
      await writeFileAtomic(place('network'), bytes);
      return createHash('sha256').update(bytes).digest('hex');
    },
    async writeMean(mean) {
      await writeCareerMean(place('mean'), mean);
    },
    writePreview: (rows, sizePx) => writePreview(place('preview'), rows, sizePx),
    beginLog: (columns, afterStep) => beginLog(place('log'), columns, afterStep),
    log(cells) {
      try {
        appendFileSync(place('log'), `${cells.join(',')}\n`);
      } catch (error) {
        throw asFileError(error, place('log'));
      }
    },
  };
}

async function beginLog(file: string, columns: readonly string[], afterStep: number): Promise<void> {
  const head = columns.join(',');
  const before = afterStep === 0 ? '' : await readFile(file, 'utf8').catch(() => '');
  // a killed process may leave half a line, and steps that are done again
  const kept = before.split('\n').filter((line) => {
    const cells = line.split(',');
    return cells.length === columns.length && Number(cells[0]) <= afterStep;
  });
  await writeFileAtomic(file, `${[head, ...kept].join('\n')}\n`);
}

async function writePreview(file: string, rows: readonly (readonly PreviewCell[])[], sizePx: number): Promise<void> {
  const columns = Math.max(...rows.map((row) => row.length));
  const width = columns * (sizePx + GAP) - GAP;
  const height = rows.length * (sizePx + GAP) - GAP;
  const samples = new Uint8Array(width * height * 3).fill(20);
  const sheet = packedRgb(samples, width, height, 3, 8);
  rows.forEach((cells, row) =>
    cells.forEach(({ label, planes }, column) => {
      const [left, top] = [column * (sizePx + GAP), row * (sizePx + GAP)];
      layPlanes(planes, sizePx, samples, width, left, top);
      const box = { left, top, width: textWidth(label, DOT) + 6 * DOT, height: 13 * DOT };
      fillRectangle(sheet, box, greyCodes(sheet, 0), 0.7);
      drawText(sheet, label, left + 3 * DOT, top + 3 * DOT, DOT, greyCodes(sheet, 1));
    }),
  );
  await makeWhole(file, async (temporary) => {
    await sharp(samples, { raw: { width, height, channels: 3 } })
      .png()
      .toFile(temporary);
  });
}

function layPlanes(
  planes: Float32Array,
  side: number,
  samples: Uint8Array,
  width: number,
  left: number,
  top: number,
): void {
  const plane = side * side;
  for (let i = 0; i < plane; i++) {
    const at = ((top + Math.floor(i / side)) * width + left + (i % side)) * 3;
    for (let c = 0; c < 3; c++) samples[at + c] = Math.round(255 * Math.min(1, Math.max(0, planes[c * plane + i])));
  }
}
