// What stands in front of a followed face: a hand, a cup, a microphone. The aligned crop of a face looks much the same
// from frame to frame once light is taken off; what does not look like it did, over an area, is something else. This sees
// skin in front of skin, which no colour model does, but only what came after the face was first seen.

import type { Affine, MeshLandmarks, Plate, PlateCropper } from '../core/index.ts';
import { applyAffine, FACE_OVAL, invertAffine, OCCLUSION_SIDE } from '../core/index.ts';
import { alignFace } from './align.ts';

const CELLS = OCCLUSION_SIDE * OCCLUSION_SIDE;
const FEATURES = 3;

/** Codes below this are noise, not colour. */
const DARK = 0.03;
/** Least spread of a feature, natural-log units: red over green, green over blue, green. */
const FLOOR = [0.06, 0.06, 0.12] as const;
/**
 * Distance from what was seen before, in s.d., softened over 5 x 5 cells: where the map starts and where it is full. On
 * 250 frames of a real talking head this calls 0.05 % of the clear face hidden and finds 90 % of the cells of an object of
 * the speaker's own skin colour before nose and eye (1.35: 0 and 79 %; 1.1: 0.2 and 95 %).
 */
const FROM = 1.2;
const TO = 1.6;
/** Frames before a cell's memory is believed (few: a hand may come at once), and share of a new frame in it from then on. */
const LEARNING_FRAMES = 3;
const RATE = 0.04;
/** A cell that was hidden for so long (10 s) is taken as the new look: a turned head, a new light, a bandage. */
const PATIENCE = 240;
/**
 * Share of the face: when more seems hidden, the head has turned, the light has changed, or the landmarks slipped. Then
 * nothing is called hidden or learned, and after so many such frames in a row the memory starts anew.
 */
const TOO_MUCH = 0.45;
const UPSET_FRAMES = 24;

/** The remembered look of one track; mutable, and all of it numbers, so that a snapshot holds it. */
export interface Appearance {
  /** [3, side, side] means of the features. */
  readonly mean: Float32Array;
  readonly variance: Float32Array;
  /** [side, side]: frames learned. */
  readonly seen: Float32Array;
  /** [side, side]: frames in a row that the cell was hidden. */
  readonly hidden: Float32Array;
  /** Frames in a row in which too much seemed hidden. */
  upset: number;
}

export function freshAppearance(): Appearance {
  return {
    mean: new Float32Array(FEATURES * CELLS),
    variance: new Float32Array(FEATURES * CELLS),
    seen: new Float32Array(CELLS),
    hidden: new Float32Array(CELLS),
    upset: 0,
  };
}

/** The face's outline is drawn in by this share: at the silhouette background comes and goes. */
const INSET = 0.1;

/** How far a cell may differ by itself, as a divisor of the distance: lips open, lids close and brows rise without anything in front. */
const LENIENCE = Float32Array.from({ length: CELLS }, (_, i) => {
  const x = ((i % OCCLUSION_SIDE) + 0.5) / OCCLUSION_SIDE;
  const y = (Math.floor(i / OCCLUSION_SIDE) + 0.5) / OCCLUSION_SIDE;
  const isMouth = Math.hypot((x - 0.5) / 0.17, (y - 0.7) / 0.11) < 1;
  const isEyeOrBrow = Math.hypot((Math.abs(x - 0.5) - 0.13) / 0.12, (y - 0.38) / 0.11) < 1;
  return isMouth ? 2 : isEyeOrBrow ? 1.6 : 1;
});

/** Owns the buffers of reading; the memory is the track's. Not re-entrant. */
export class OcclusionReader {
  private readonly cropper: PlateCropper;
  private readonly image = new Float32Array(3 * CELLS);
  private readonly features = new Float32Array(FEATURES * CELLS);
  private readonly distance = new Float32Array(CELLS);
  private readonly scratch = new Float32Array(CELLS);
  /** 1 where the cell is face in this frame. */
  private readonly face = new Uint8Array(CELLS);

  constructor(cropper: PlateCropper) {
    this.cropper = cropper;
  }

  /**
   * Compares the face with its memory and then adds it.
   *
   * @returns As `TrackedFace.occlusion`, the caller's to keep; null where all is clear.
   */
  read(plate: Plate, landmarks: MeshLandmarks, memory: Appearance): Uint8Array | null {
    const toCrop = alignFace(landmarks, OCCLUSION_SIDE);
    const toPlate = invertAffine(toCrop);
    const faceCells = drawFace(landmarks, toCrop, this.face);
    this.cropper.crop(plate, toPlate, OCCLUSION_SIDE, this.image, { layout: 'nchw', low: 0, high: 1, border: 'edge' });
    this.computeFeatures();
    for (let k = 0; k < FEATURES; k++) this.takeOffLight(memory, k);
    this.compare(memory);
    let hiddenCells = 0;
    for (let i = 0; i < CELLS; i++) if (this.face[i] && this.distance[i] > FROM) hiddenCells++;
    memory.upset = hiddenCells > TOO_MUCH * faceCells ? memory.upset + 1 : 0;
    if (memory.upset > UPSET_FRAMES) startAnew(memory);
    if (memory.upset > 0) return null;
    this.learn(memory);
    return hiddenCells === 0 ? null : this.draw();
  }

  private computeFeatures(): void {
    const { image, features } = this;
    for (let i = 0; i < CELLS; i++) {
      const green = Math.log(image[CELLS + i] + DARK);
      features[i] = Math.log(image[i] + DARK) - green;
      features[CELLS + i] = green - Math.log(image[2 * CELLS + i] + DARK);
      features[2 * CELLS + i] = green;
    }
  }

  /** Fits offset and slope across the face between this frame and the memory, least squares over cells that agree. */
  private takeOffLight({ mean, seen }: Appearance, k: number): void {
    const { features, distance, face } = this;
    const base = k * CELLS;
    const sums = new Float64Array(9);
    for (let i = 0; i < CELLS; i++) {
      if (!face[i] || seen[i] < LEARNING_FRAMES || distance[i] > 1) continue;
      const d = features[base + i] - mean[base + i];
      if (d > 0.6 || d < -0.6) continue;
      const x = (i % OCCLUSION_SIDE) / OCCLUSION_SIDE - 0.5;
      const y = Math.floor(i / OCCLUSION_SIDE) / OCCLUSION_SIDE - 0.5;
      addTerms(sums, x, y, d);
    }
    const [offset, slopeX, slopeY] = solvePlane(sums);
    for (let i = 0; i < CELLS; i++) {
      const x = (i % OCCLUSION_SIDE) / OCCLUSION_SIDE - 0.5;
      const y = Math.floor(i / OCCLUSION_SIDE) / OCCLUSION_SIDE - 0.5;
      features[base + i] -= offset + slopeX * x + slopeY * y;
    }
  }

  private compare({ mean, variance, seen }: Appearance): void {
    const { features, distance, face, scratch } = this;
    for (let i = 0; i < CELLS; i++) {
      let sum = 0;
      if (face[i] && seen[i] >= LEARNING_FRAMES) {
        for (let k = 0; k < FEATURES; k++) {
          const d = features[k * CELLS + i] - mean[k * CELLS + i];
          sum += (d * d) / (variance[k * CELLS + i] + FLOOR[k] * FLOOR[k]);
        }
      }
      distance[i] = Math.sqrt(sum / 1.5) / LENIENCE[i];
    }
    soften(distance, scratch);
  }

  private draw(): Uint8Array {
    const map = new Uint8Array(CELLS);
    for (let i = 0; i < CELLS; i++) {
      if (!this.face[i]) continue;
      const t = (this.distance[i] - FROM) / (TO - FROM);
      map[i] = t <= 0 ? 0 : t >= 1 ? 255 : Math.round(255 * t * t * (3 - 2 * t));
    }
    return map;
  }

  private learn(memory: Appearance): void {
    const { mean, variance, seen, hidden } = memory;
    for (let i = 0; i < CELLS; i++) {
      if (!this.face[i]) continue;
      hidden[i] = this.distance[i] > FROM && seen[i] >= LEARNING_FRAMES ? hidden[i] + 1 : 0;
      if (hidden[i] > PATIENCE) seen[i] = 0;
      else if (hidden[i] > 0) continue;
      const rate = Math.max(RATE, 1 / (seen[i] + 1));
      for (let k = 0; k < FEATURES; k++) {
        const at = k * CELLS + i;
        const d = this.features[at] - mean[at];
        mean[at] += rate * d;
        variance[at] = seen[i] === 0 ? 0 : variance[at] + rate * (d * d - variance[at]);
      }
      seen[i]++;
    }
  }
}

/** Fills `out` with 1 inside the drawn-in outline of the face. @returns How many cells that are. */
function drawFace(landmarks: MeshLandmarks, toCrop: Affine, out: Uint8Array): number {
  const outline = FACE_OVAL.map((point) => applyAffine(toCrop, landmarks[point * 3], landmarks[point * 3 + 1]));
  const [cx, cy] = [0, 1].map((axis) => outline.reduce((sum, at) => sum + at[axis] / outline.length, 0));
  const drawnIn = outline.map(([x, y]) => [x + INSET * (cx - x), y + INSET * (cy - y)]);
  let count = 0;
  for (let row = 0, i = 0; row < OCCLUSION_SIDE; row++) {
    const crossings = crossingsAt(drawnIn, row + 0.5);
    for (let column = 0; column < OCCLUSION_SIDE; column++, i++) {
      let left = 0;
      for (const x of crossings) if (x < column + 0.5) left++;
      out[i] = left & 1;
      count += out[i];
    }
  }
  return count;
}

/** Where the outline crosses a row. */
function crossingsAt(outline: readonly (readonly number[])[], y: number): number[] {
  const crossings: number[] = [];
  outline.forEach(([x1, y1], i) => {
    const [x0, y0] = outline[(i + outline.length - 1) % outline.length];
    if (y0 <= y !== y1 <= y) crossings.push(x0 + ((y - y0) / (y1 - y0)) * (x1 - x0));
  });
  return crossings;
}

function startAnew(memory: Appearance): void {
  memory.seen.fill(0);
  memory.hidden.fill(0);
  memory.upset = 0;
}

/** n, x, y, xx, xy, yy, d, xd, yd. */
function addTerms(sums: Float64Array, x: number, y: number, d: number): void {
  const terms = [1, x, y, x * x, x * y, y * y, d, x * d, y * d];
  for (let i = 0; i < 9; i++) sums[i] += terms[i];
}

/** Least-squares plane d = a + b x + c y from its sums, by Cramer's rule; all 0 where there is too little to fit. */
function solvePlane([n, x, y, xx, xy, yy, d, xd, yd]: Float64Array): [number, number, number] {
  const whole = det(n, x, y, x, xx, xy, y, xy, yy);
  if (n < 64 || Math.abs(whole) < 1e-9) return [0, 0, 0];
  return [
    det(d, x, y, xd, xx, xy, yd, xy, yy) / whole,
    det(n, d, y, x, xd, xy, y, yd, yy) / whole,
    det(n, x, d, x, xx, xd, y, xy, yd) / whole,
  ];
}

/** Determinant of a 3x3 matrix, row by row. */
function det(
  a: number,
  b: number,
  c: number,
  e: number,
  f: number,
  g: number,
  h: number,
  i: number,
  j: number,
): number {
  return a * (f * j - g * i) - b * (e * j - g * h) + c * (e * i - f * h);
}

/** Two 5 x 5 box means with held edges, in place. */
function soften(grid: Float32Array, scratch: Float32Array): void {
  for (let pass = 0; pass < 2; pass++) {
    meanOfFive(grid, scratch, OCCLUSION_SIDE, 1);
    meanOfFive(scratch, grid, 1, OCCLUSION_SIDE);
  }
}

function meanOfFive(from: Float32Array, to: Float32Array, lineStep: number, step: number): void {
  const last = OCCLUSION_SIDE - 1;
  for (let line = 0; line < OCCLUSION_SIDE; line++) {
    const start = line * lineStep;
    for (let i = 0; i < OCCLUSION_SIDE; i++) {
      let sum = 0;
      for (let j = i - 2; j <= i + 2; j++) sum += from[start + (j < 0 ? 0 : j > last ? last : j) * step];
      to[start + i * step] = sum / 5;
    }
  }
}
