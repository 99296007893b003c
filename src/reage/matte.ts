// The matte of one face over its crop: face, ears and neck in; hair, clothes, background and what is in front out. Soft
// window of the crop x (mesh oval, or person matte x skin colour around it).

import type { Affine, MeshLandmarks } from '../core/index.ts';
import { FACE_OVAL, SKIN_SAMPLES, RIGHT_BROW, LEFT_BROW, RIGHT_EYE, LEFT_EYE, INNER_MOUTH } from './polygons.ts';
import { fillOutline, fillPolygon, smoothstep, softenGrid } from './raster.ts';
import { GRID, SkinGrid } from './skin.ts';

const CELLS = GRID * GRID;
/** The window is 0 up to this share of the side and 1 from the next on: the crop's own edge never shows. */
const WINDOW_FROM = 0.02;
const WINDOW_TO = 0.1;

export interface MatteInput {
  readonly landmarks: MeshLandmarks;
  /** Plate pixels -> grid cells (the crop's side is GRID cells). */
  readonly plateToGrid: Affine;
  /** [3, size, size], RGB, display-referred 0..1. */
  readonly image: Float32Array;
  readonly size: number;
  /** [GRID, GRID], 0..1 person, or null where no person network is at hand: then ears and neck stay plate. */
  readonly person: Float32Array | null;
  /** 0 leaves hair out; above, hair inside the crop gets that share. */
  readonly hairStrength: number;
  /** Faces that stand in front of this one: their ovals are cut out. Plate pixels. */
  readonly inFront: readonly MeshLandmarks[];
}

export class FaceMatte {
  /** [GRID, GRID], 0..1. */
  readonly matte: Float32Array = new Float32Array(CELLS);
  private readonly skin = new SkinGrid();
  private readonly window = makeWindow();
  private readonly oval = new Float32Array(CELLS);
  private readonly around = new Float32Array(CELLS);
  private readonly samples = new Float32Array(CELLS);
  private readonly features = new Float32Array(CELLS);
  private readonly scratch = new Float32Array(CELLS);

  update(input: MatteInput): Float32Array {
    const { landmarks, plateToGrid, image, size, person, hairStrength } = input;
    this.drawOutlines(landmarks, plateToGrid);
    const likelihood = this.skin.update(image, size, this.samples);
    softenGrid(likelihood, GRID, 1, this.scratch);
    const browY = gridY(landmarks, [...RIGHT_BROW, ...LEFT_BROW], plateToGrid);
    const topY = plateToGrid[3] * landmarks[30] + plateToGrid[4] * landmarks[31] + plateToGrid[5];
    for (let i = 0; i < CELLS; i++) {
      const y = Math.floor(i / GRID) + 0.5;
      const skin = smoothstep(0.25, 0.85, likelihood[i]);
      // eyes, brows and mouth are no skin and yet face: the colour model is not asked there
      const inFace = Math.max(skin, this.features[i]);
      // from the brows up, hair may hang into the oval
      const hairline = smoothstep(browY, topY + (browY - topY) * 0.35, y);
      const oval = this.oval[i] * (1 - hairline * (1 - inFace));
      const p = person === null ? 0 : smoothstep(0.35, 0.9, person[i]);
      const skinAround = this.around[i] * p * skin;
      const hair =
        hairStrength > 0 ? hairStrength * p * (1 - this.oval[i]) * (1 - smoothstep(browY, browY + GRID * 0.15, y)) : 0;
      this.matte[i] = this.window[i] * Math.min(1, Math.max(oval, skinAround, hair));
    }
    for (const other of input.inFront) this.cutOut(other, plateToGrid);
    return this.matte;
  }

  private cutOut(other: MeshLandmarks, plateToGrid: Affine): void {
    this.oval.fill(0);
    fillOutline(other, FACE_OVAL, plateToGrid, GRID, this.oval);
    softenGrid(this.oval, GRID, 2, this.scratch);
    for (let i = 0; i < CELLS; i++) this.matte[i] *= 1 - Math.min(1, this.oval[i] * 1.5);
  }

  private drawOutlines(landmarks: MeshLandmarks, plateToGrid: Affine): void {
    const { oval, around, samples, features, scratch } = this;
    for (const grid of [oval, around, samples, features]) grid.fill(0);
    fillOutline(landmarks, FACE_OVAL, plateToGrid, GRID, oval);
    fillAround(landmarks, plateToGrid, around);
    softenGrid(oval, GRID, 1, scratch);
    softenGrid(around, GRID, 3, scratch);
    for (const outline of SKIN_SAMPLES) fillOutline(landmarks, outline, plateToGrid, GRID, samples);
    for (const outline of [RIGHT_EYE, LEFT_EYE, RIGHT_BROW, LEFT_BROW, INNER_MOUTH])
      fillOutline(landmarks, outline, plateToGrid, GRID, features);
    softenGrid(features, GRID, 3, scratch);
    for (let i = 0; i < CELLS; i++) features[i] = Math.min(1, features[i] * 2);
  }
}

function gridY(landmarks: MeshLandmarks, points: readonly number[], m: Affine): number {
  let sum = 0;
  for (const p of points) sum += m[3] * landmarks[p * 3] + m[4] * landmarks[p * 3 + 1] + m[5];
  return sum / points.length;
}

const aroundCorners = new Float32Array(16);

/** Where ears and neck can be: a band beside the face from the eyes to the jaw, and down from the jaw's corners. */
function fillAround(landmarks: MeshLandmarks, m: Affine, out: Float32Array): void {
  const at = (p: number): [number, number] => [
    m[0] * landmarks[p * 3] + m[1] * landmarks[p * 3 + 1] + m[2],
    m[3] * landmarks[p * 3] + m[4] * landmarks[p * 3 + 1] + m[5],
  ];
  const [leftTop, leftJaw, rightJaw, rightTop] = [at(127), at(172), at(397), at(356)];
  const width = rightTop[0] - leftTop[0];
  const ear = width * 0.22;
  const corners: readonly [number, number][] = [
    [leftTop[0] - ear, leftTop[1] - width * 0.05],
    [leftJaw[0] - ear, leftJaw[1]],
    [leftJaw[0] - width * 0.05, GRID],
    [rightJaw[0] + width * 0.05, GRID],
    [rightJaw[0] + ear, rightJaw[1]],
    [rightTop[0] + ear, rightTop[1] - width * 0.05],
  ];
  corners.forEach(([x, y], i) => {
    aroundCorners[2 * i] = x;
    aroundCorners[2 * i + 1] = y;
  });
  fillPolygon(aroundCorners, corners.length, GRID, out);
}

function ramp(v: number): number {
  return smoothstep(WINDOW_FROM, WINDOW_TO, Math.min(v, 1 - v));
}

function makeWindow(): Float32Array {
  const grid = new Float32Array(CELLS);
  for (let y = 0; y < GRID; y++) {
    for (let x = 0; x < GRID; x++) grid[y * GRID + x] = ramp((x + 0.5) / GRID) * ramp((y + 0.5) / GRID);
  }
  return grid;
}
