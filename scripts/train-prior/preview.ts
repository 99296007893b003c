// The preview sheet of a prior in training: people kept aside, a row each: plate, made, truth, own photos.

import path from 'node:path';
import sharp from 'sharp';
import { makeWhole } from '../../src/adapters/node/files.ts';
import type { ExaminedPair } from '../../src/likeness/index.ts';
import { planesOf } from '../../src/likeness/index.ts';

/** Collects rows and writes them as one PNG. */
export class PreviewSheet {
  private readonly rows: Uint8Array[] = [];
  private readonly most: number;
  private width = 0;
  private side = 0;

  constructor(most: number) {
    this.most = most;
  }

  /** Takes the first few pairs; the rest is let go. */
  add({ batch, k, made }: ExaminedPair): void {
    if (this.rows.length >= this.most) return;
    const { sizePx, ownPhotos } = batch;
    const cells = [planesOf(batch.source, sizePx, 3, k), made, planesOf(batch.target, sizePx, 3, k)];
    for (let n = 0; n < ownPhotos; n++) cells.push(planesOf(batch.own, sizePx, 3, k * ownPhotos + n));
    this.addCells(cells, sizePx);
  }

  /** A row of pictures, [3, side, side] each, while there is room. */
  addCells(cells: readonly Float32Array[], side: number): void {
    if (this.rows.length >= this.most) return;
    this.side = side;
    this.width = side * cells.length;
    const row = new Uint8Array(this.width * side * 3);
    cells.forEach((planes, column) => drawPlanes(planes, side, row, this.width, column * side));
    this.rows.push(row);
  }

  async write(file: string): Promise<void> {
    const height = this.side * this.rows.length;
    const raw = { width: this.width, height, channels: 3 as const };
    await makeWhole(file, async (temporary) => {
      await sharp(Buffer.concat(this.rows), { raw }).png().toFile(temporary);
    });
  }
}

function drawPlanes(planes: Float32Array, side: number, row: Uint8Array, width: number, left: number): void {
  const plane = side * side;
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++)
      for (let c = 0; c < 3; c++) {
        const value = planes[c * plane + y * side + x];
        row[(y * width + left + x) * 3 + c] = Math.round(255 * Math.min(1, Math.max(0, value)));
      }
}

/** Where a training of this folder keeps its files. */
export function trainingFiles(
  folder: string,
): Readonly<Record<'checkpoint' | 'network' | 'secondLook' | 'preview' | 'log', string>> {
  return {
    checkpoint: path.join(folder, 'checkpoint.bin'),
    network: path.join(folder, 'prior.onnx'),
    secondLook: path.join(folder, 'second-look.onnx'),
    preview: path.join(folder, 'preview.png'),
    log: path.join(folder, 'log.csv'),
  };
}
