// The matte of one face over its crop: face, ears and neck in; hair, clothes, background and what is in front out. A
// prior from the mesh (inside the face surely, around it perhaps) meets the colour of this performer's skin in this
// frame; the result follows the picture's edges and is closed off by the soft window of the crop.

import type { Affine, MeshLandmarks } from '../core/index.ts';
import { OCCLUSION_SIDE } from '../core/index.ts';
import { CHANGE_CHANNELS } from './apply-input.ts';
import { GuidedFilter } from './guided.ts';
import {
  FACE_OVAL,
  INNER_MOUTH,
  LEFT_BROW,
  LEFT_EYE,
  NOSE,
  OUTER_LIPS,
  RIGHT_BROW,
  RIGHT_EYE,
  SKIN_SAMPLES,
} from './polygons.ts';
import { fillOutline, fillPolygon, hangTogether, smoothstep, softenGrid } from './raster.ts';
import { GRID, SkinGrid } from './skin.ts';

const CELLS = GRID * GRID;
/** Mesh point. */
const NOSE_TIP = 4;
/** The window is 0 up to this share of the side and 1 from the next on: the crop's own edge never shows. */
const WINDOW_FROM = 0.02;
const WINDOW_TO = 0.1;

/**
 * Relative change of a colour up to which a change outside the face is believed; ageing skin mostly stays below. What is
 * larger is held down beside the face, where outlines move with age; on neck, shoulders and fringe it is struck out.
 */
const TRUSTED_CHANGE = 0.32;
const TRUSTED_FAR_OUT = 0.28;
/** Of the face's oval softened over 10 cells: far out, near. */
const NEAR_FROM = 0.1;
const NEAR_TO = 0.35;

/** Log-odds given to skin below the brows before colour is looked at: skin in shade or glare is commoner than anything
 * else there; above, it would let a fringe in. */
const SKIN_FIRST = 1;

/** Share of hair-coloured cells around a cell, 5 x 5 and softened: up to which it may be a brow, from which it is hair. */
const THIN_AS_BROW = 0.4;
const THICK_AS_HAIR = 0.8;

export interface MatteInput {
  readonly landmarks: MeshLandmarks;
  /** Plate pixels -> grid cells (the crop's side is GRID cells). */
  readonly plateToGrid: Affine;
  /** [3, size, size], RGB, display-referred 0..1. */
  readonly image: Float32Array;
  readonly size: number;
  /** [GRID, GRID], 0..1 person, or null where no person network is at hand: then ears and neck stay plate. */
  readonly person: Float32Array | null;
  /** Faces that stand in front of this one: their ovals are cut out. Plate pixels. */
  readonly inFront: readonly MeshLandmarks[];
  /** [OCCLUSION_SIDE, OCCLUSION_SIDE], 0..255, as `TrackedFace.occlusion`. */
  readonly occlusion: Uint8Array | null;
}

function makeGrid(): Float32Array {
  return new Float32Array(CELLS);
}

export class FaceMatte {
  /** [GRID, GRID], 0..1. */
  readonly matte: Float32Array = makeGrid();
  private readonly skin = new SkinGrid();
  private readonly guided = new GuidedFilter(GRID);
  private readonly window = makeWindow();
  private readonly oval = makeGrid();
  private readonly deep = makeGrid();
  /** Face whatever its colour: inside the oval, and above the brows well inside. */
  private readonly surely = makeGrid();
  private readonly wide = makeGrid();
  private readonly around = makeGrid();
  /** The larger of the two: 0 where no part of this face can be. */
  private readonly reach = makeGrid();
  private readonly samples = makeGrid();
  /** Eyes, brows, open mouth: face that has not the colour of skin. */
  private readonly features = makeGrid();
  /** Features, nose and lips: face even at a silhouette. */
  private readonly middle = makeGrid();
  private readonly hairSeeds = makeGrid();
  private readonly clothesSeeds = makeGrid();
  private readonly backgroundSeeds = makeGrid();
  private readonly hanging = makeGrid();
  private readonly magnitude = makeGrid();
  private readonly scratch = makeGrid();
  /** Row of the brows. */
  private browY = 0;

  update(input: MatteInput): Float32Array {
    const { landmarks, plateToGrid, image, size, person } = input;
    const browY = gridY(landmarks, [...RIGHT_BROW, ...LEFT_BROW], plateToGrid);
    this.browY = browY;
    const chinY = gridY(landmarks, [152], plateToGrid);
    this.drawOutlines(landmarks, plateToGrid);
    this.seed(person, browY, chinY);
    const others = [this.hairSeeds, this.clothesSeeds, this.backgroundSeeds];
    this.skin.update(image, size, this.samples, others, browY, this.reach);
    this.decide(person, browY, chinY);
    this.cutForeign();
    this.cutHair(gridY(landmarks, [NOSE_TIP], plateToGrid));
    softenGrid(this.matte, GRID, 1, this.scratch);
    this.guided.filter(this.matte, this.skin.light, 3, 0.01);
    this.close();
    for (const other of input.inFront) this.cutOut(other, plateToGrid);
    if (input.occlusion) this.cutHidden(input.occlusion);
    return this.matte;
  }

  /**
   * Takes the matte down where, outside the face and along the hairline, the predicted change is too large to be skin that
   * ages: the prior learned from renders that young necks are thinner and paints background there, dark lines along neck
   * and shoulders.
   *
   * @param change - [size, size, CHANGE_CHANNELS], as `ApplyInput.change`.
   * @param image - [3, size, size], the crop that it was predicted from.
   */
  distrust(change: Float32Array, image: Float32Array, size: number): void {
    const { matte, surely, wide, magnitude, scratch } = this;
    const k = size / GRID;
    for (let y = 0, i = 0; y < GRID; y++) {
      for (let x = 0; x < GRID; x++, i++) {
        magnitude[i] = 0;
        if (matte[i] === 0 || surely[i] === 1) continue;
        const relative = relativeChange(change, image, size, x * k, y * k);
        const near = y < this.browY ? 0 : smoothstep(NEAR_FROM, NEAR_TO, wide[i]);
        const held = relative > TRUSTED_CHANGE ? 1 - (TRUSTED_CHANGE / relative) ** 2 : 0;
        const struckOut = smoothstep(TRUSTED_FAR_OUT, 2 * TRUSTED_FAR_OUT, relative);
        magnitude[i] = 2 * near * held + 3 * (1 - near) * struckOut;
      }
    }
    softenGrid(magnitude, GRID, 2, scratch);
    for (let i = 0; i < CELLS; i++) matte[i] *= 1 - (1 - surely[i]) * Math.min(1, magnitude[i]);
  }

  /** Where hair, clothes and background are sure to be: person well outside the face above and below it; no person. */
  private seed(person: Float32Array | null, browY: number, chinY: number): void {
    const { wide, around, hairSeeds, clothesSeeds, backgroundSeeds } = this;
    for (let i = 0, y = 0; y < GRID; y++) {
      for (let x = 0; x < GRID; x++, i++) {
        const outside = wide[i] < 0.02;
        const p = person === null ? 0 : person[i];
        hairSeeds[i] = outside && p > 0.7 && y < browY ? 1 : 0;
        clothesSeeds[i] = outside && p > 0.7 && y > chinY && around[i] < 0.3 ? 1 : 0;
        backgroundSeeds[i] = outside && p < 0.15 ? 1 : 0;
      }
    }
  }

  /** Log-odds of the place plus log-odds of the colour, as a probability. */
  private decide(person: Float32Array | null, browY: number, chinY: number): void {
    const { oval, deep, surely, reach, middle, matte } = this;
    const { logOdds } = this.skin;
    for (let i = 0, y = 0; y < GRID; y++) {
      // above the brows hair may hang into the oval, so colour has more say there
      const upper = 1 - smoothstep(browY - (chinY - browY) * 0.25, browY, y + 0.5);
      for (let x = 0; x < GRID; x++, i++) {
        surely[i] = 0;
        matte[i] = 0;
        if (reach[i] === 0) continue;
        const p = person === null ? 0 : smoothstep(0.3, 0.85, person[i]);
        const possible = reach[i] * p;
        const depth = smoothstep(0.6, 1, deep[i]);
        surely[i] = oval[i] * (1 - upper * (1 - depth));
        const inside = oval[i] * (2 + (5 - 4 * upper) * depth);
        const place = -5 + 5 * Math.min(1, possible * 1.6) + inside + 8 * middle[i] * oval[i];
        const odds = place + SKIN_FIRST * (1 - upper) + logOdds[i];
        matte[i] = (1 / (1 + Math.exp(-odds))) * Math.max(oval[i], Math.min(1, possible * 1.6));
      }
    }
  }

  /** Takes out what is of a colour that this face does not have, where it is an area and not a spot; features aside. */
  private cutForeign(): void {
    const { features, matte, magnitude, scratch } = this;
    const { foreign } = this.skin;
    for (let i = 0; i < CELLS; i++) magnitude[i] = foreign[i] * (1 - Math.min(1, 2 * features[i]));
    softenGrid(magnitude, GRID, 2, scratch);
    for (let i = 0; i < CELLS; i++) matte[i] *= 1 - smoothstep(0.25, 0.6, magnitude[i]);
  }

  /**
   * Takes out a fringe and side hair that hang into the face: areas of the hair's colour that hang together with the hair
   * above, down to the nose. Brows are thinner; a beard hangs together below.
   */
  private cutHair(noseY: number): void {
    const { matte, hairSeeds, hanging, magnitude, scratch } = this;
    const { hairLike } = this.skin;
    magnitude.set(hairLike);
    softenGrid(magnitude, GRID, 2, scratch);
    hangTogether(hairSeeds, magnitude, GRID, noseY, hanging);
    for (let i = 0; i < CELLS; i++) hanging[i] = smoothstep(THIN_AS_BROW, THICK_AS_HAIR, hanging[i]);
    softenGrid(hanging, GRID, 2, scratch);
    for (let i = 0; i < CELLS; i++) matte[i] *= 1 - smoothstep(0.02, 0.5, hanging[i]) * hairLike[i];
  }

  private close(): void {
    const { matte, window } = this;
    for (let i = 0; i < CELLS; i++) matte[i] = smoothstep(0.15, 0.75, matte[i]) * window[i];
  }

  /** What the tracker saw in front of the face, grown by about a cell so that its soft edge stays plate too. */
  private cutHidden(occlusion: Uint8Array): void {
    const { magnitude, matte, scratch } = this;
    const k = GRID / OCCLUSION_SIDE;
    for (let y = 0, i = 0; y < GRID; y++) {
      const row = Math.floor(y / k) * OCCLUSION_SIDE;
      for (let x = 0; x < GRID; x++, i++) magnitude[i] = occlusion[row + Math.floor(x / k)] / 255;
    }
    softenGrid(magnitude, GRID, 3, scratch);
    for (let i = 0; i < CELLS; i++) matte[i] *= 1 - smoothstep(0.08, 0.5, magnitude[i]);
  }

  private cutOut(other: MeshLandmarks, plateToGrid: Affine): void {
    const cover = this.magnitude;
    cover.fill(0);
    fillOutline(other, FACE_OVAL, plateToGrid, GRID, cover);
    softenGrid(cover, GRID, 2, this.scratch);
    for (let i = 0; i < CELLS; i++) this.matte[i] *= 1 - Math.min(1, cover[i] * 1.5);
  }

  private drawOutlines(landmarks: MeshLandmarks, plateToGrid: Affine): void {
    const { oval, wide, around, reach, samples, features, middle, scratch } = this;
    for (const grid of [oval, around, samples, features]) grid.fill(0);
    fillOutline(landmarks, FACE_OVAL, plateToGrid, GRID, oval);
    wide.set(oval);
    softenGrid(wide, GRID, 10, scratch);
    this.deep.set(oval);
    softenGrid(this.deep, GRID, 5, scratch);
    softenGrid(oval, GRID, 1, scratch);
    fillAround(landmarks, plateToGrid, around);
    softenGrid(around, GRID, 3, scratch);
    for (let i = 0; i < CELLS; i++) reach[i] = Math.max(wide[i], around[i]);
    for (const outline of SKIN_SAMPLES) fillOutline(landmarks, outline, plateToGrid, GRID, samples);
    for (const outline of [RIGHT_EYE, LEFT_EYE, RIGHT_BROW, LEFT_BROW, INNER_MOUTH])
      fillOutline(landmarks, outline, plateToGrid, GRID, features);
    middle.set(features);
    for (const outline of [NOSE, OUTER_LIPS]) fillOutline(landmarks, outline, plateToGrid, GRID, middle);
    softenGrid(features, GRID, 2, scratch);
    softenGrid(middle, GRID, 2, scratch);
  }
}

/** Largest relative change of a channel at a crop pixel, flow and all (nearest pixel: this is a judgement, no picture). */
function relativeChange(change: Float32Array, image: Float32Array, size: number, x: number, y: number): number {
  const at = (y * size + x) * CHANGE_CHANNELS;
  const fromX = Math.max(0, Math.min(size - 1, Math.round(x + change[at])));
  const fromY = Math.max(0, Math.min(size - 1, Math.round(y + change[at + 1])));
  let largest = 0;
  for (let c = 0; c < 3; c++) {
    const plane = c * size * size;
    const before = image[plane + y * size + x];
    const after = image[plane + fromY * size + fromX] * Math.exp(change[at + 2 + c]) + change[at + 5 + c];
    largest = Math.max(largest, Math.abs(after - before) / (before + 0.1));
  }
  return largest;
}

function gridY(landmarks: MeshLandmarks, points: readonly number[], m: Affine): number {
  let sum = 0;
  for (const p of points) sum += m[3] * landmarks[p * 3] + m[4] * landmarks[p * 3 + 1] + m[5];
  return sum / points.length;
}

const aroundCorners = new Float32Array(24);

/** Where forehead, ears and neck can be: up to where the mesh's forehead would go on, beside the face from the brows to
 * the jaw, and down from the jaw's corners. */
function fillAround(landmarks: MeshLandmarks, m: Affine, out: Float32Array): void {
  const at = (p: number): [number, number] => [
    m[0] * landmarks[p * 3] + m[1] * landmarks[p * 3 + 1] + m[2],
    m[3] * landmarks[p * 3] + m[4] * landmarks[p * 3 + 1] + m[5],
  ];
  const [left, leftJaw, rightJaw, right, top, leftTop, rightTop] = [127, 172, 397, 356, 10, 54, 284].map(at);
  const width = right[0] - left[0];
  const ear = width * 0.22;
  const lift = width * 0.3;
  const corners: readonly [number, number][] = [
    [left[0] - ear, left[1] - width * 0.1],
    [leftJaw[0] - ear, leftJaw[1]],
    [leftJaw[0] - width * 0.05, GRID],
    [rightJaw[0] + width * 0.05, GRID],
    [rightJaw[0] + ear, rightJaw[1]],
    [right[0] + ear, right[1] - width * 0.1],
    [rightTop[0] + width * 0.05, rightTop[1] - lift * 0.7],
    [top[0], top[1] - lift],
    [leftTop[0] - width * 0.05, leftTop[1] - lift * 0.7],
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
  const grid = makeGrid();
  for (let y = 0; y < GRID; y++) {
    for (let x = 0; x < GRID; x++) grid[y * GRID + x] = ramp((x + 0.5) / GRID) * ramp((y + 0.5) / GRID);
  }
  return grid;
}
