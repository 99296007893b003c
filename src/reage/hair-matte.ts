// The matte of one head's hair over its wider crop: what the network calls hair, drawn to the picture's edges; within the
// person; beside the face's own matte, so that nothing is changed twice; not the hair of another head.

import type { Affine, MeshLandmarks } from '../core/index.ts';
import { OCCLUSION_SIDE, eyeDistance, invertAffine, meshPoint } from '../core/index.ts';
import { HAIR_CROP_PX, HAIR_ZOOM, cropToHair } from '../face/index.ts';
import type { ApplyInput } from './apply-input.ts';
import { GuidedFilter } from './guided.ts';
import { smoothstep } from './raster.ts';

/** Cells a side of the hair's matte: twice the network's picture. */
export const HAIR_GRID = 256;
const CELLS = HAIR_GRID * HAIR_GRID;
const SMALL_CELLS = HAIR_CROP_PX * HAIR_CROP_PX;
const PER_SMALL = HAIR_GRID / HAIR_CROP_PX;

/** Of the guided filter, in cells of the small grid and display-referred light squared. */
const RADIUS = 3;
const EPSILON = 0.002;
/** Up to which a matte is none, and from which it is whole. */
const NONE_BELOW = 0.06;
const WHOLE_FROM = 0.9;
/** Person probability: up to which there is no hair, and from which the network is believed. */
const NOBODY = 0.05;
const SOMEBODY = 0.4;
/** Shares of the side over which the crop's edge fades; below, long hair goes on out of the crop. */
const WINDOW = 0.06;
const WINDOW_BELOW = 0.22;
/** Middle of the forehead on the mesh, and how softly two heads part, in eye distances. */
const FOREHEAD = 151;
const PARTING = 0.4;

export interface HairMatteInput {
  /** [HAIR_CROP_PX, HAIR_CROP_PX], 0..1: what the network calls hair. */
  readonly hair: Float32Array;
  /** [3, HAIR_GRID, HAIR_GRID], RGB, display-referred 0..1, and the same at half the size. */
  readonly image: Float32Array;
  readonly small: Float32Array;
  /** [HAIR_GRID, HAIR_GRID], 0..1, as `personOverHair` gives it. */
  readonly person: Float32Array;
  /** The face's change, whose matte is left to the face. */
  readonly face: ApplyInput;
  /** [OCCLUSION_SIDE, OCCLUSION_SIDE], 0..255, as `TrackedFace.occlusion`. */
  readonly occlusion: Uint8Array | null;
  /** Plate pixels -> cells of the hair's matte. */
  readonly plateToHair: Affine;
  readonly landmarks: MeshLandmarks;
  /** Of every other face on the plate. */
  readonly others: readonly MeshLandmarks[];
}

/** Owns its grids; not re-entrant. */
export class HairMatte {
  /** [HAIR_GRID, HAIR_GRID], 0..1. */
  readonly matte: Float32Array = new Float32Array(CELLS);
  private readonly guided = new GuidedFilter(HAIR_CROP_PX);
  private readonly guide = new Float32Array(SMALL_CELLS);
  private readonly window = makeWindow();

  update(input: HairMatteInput): Float32Array {
    this.drawToEdges(input);
    this.leaveFace(input.face.matte, input.face.matteSize);
    if (input.occlusion !== null) this.leaveHidden(input.occlusion);
    for (const other of input.others) this.part(input.landmarks, other, input.plateToHair);
    return this.matte;
  }

  private drawToEdges({ hair, image, small, person }: HairMatteInput): void {
    const { guide, matte, window } = this;
    for (let i = 0; i < SMALL_CELLS; i++)
      guide[i] = (small[i] + small[i + SMALL_CELLS] + small[i + 2 * SMALL_CELLS]) / 3;
    const { slope, offset } = this.guided.fit(hair, guide, RADIUS, EPSILON);
    for (let y = 0, i = 0; y < HAIR_GRID; y++) {
      const row = ((y / PER_SMALL) | 0) * HAIR_CROP_PX;
      for (let x = 0; x < HAIR_GRID; x++, i++) {
        const k = row + ((x / PER_SMALL) | 0);
        const light = (image[i] + image[i + CELLS] + image[i + 2 * CELLS]) / 3;
        const value = (slope[k] * light + offset[k] - NONE_BELOW) / (WHOLE_FROM - NONE_BELOW);
        matte[i] = value <= 0 ? 0 : window[i] * smoothstep(NOBODY, SOMEBODY, person[i]) * (value > 1 ? 1 : value);
      }
    }
  }

  private leaveFace(faceMatte: Float32Array, side: number): void {
    this.scaleInFaceCrop(side, (x, y) => 1 - sampled(faceMatte, side, x, y));
  }

  private leaveHidden(occlusion: Uint8Array): void {
    const side = OCCLUSION_SIDE;
    this.scaleInFaceCrop(side, (x, y) => 1 - smoothstep(0.08, 0.5, sampled(occlusion, side, x, y) / 255));
  }

  /** Hair belongs to the head that is nearer, counted in eye distances of each. */
  private part(own: MeshLandmarks, other: MeshLandmarks, plateToHair: Affine): void {
    const toPlate = invertAffine(plateToHair);
    const [[ax, ay], [bx, by]] = [meshPoint(own, FOREHEAD), meshPoint(other, FOREHEAD)];
    const [a, b] = [eyeDistance(own), eyeDistance(other)];
    this.scaleBy(([x, y]) => {
      const px = toPlate[0] * x + toPlate[1] * y + toPlate[2];
      const py = toPlate[3] * x + toPlate[4] * y + toPlate[5];
      return smoothstep(-PARTING, PARTING, Math.hypot(px - bx, py - by) / b - Math.hypot(px - ax, py - ay) / a);
    });
  }

  /** @param share - By place in a grid of `side` cells over the face crop. Outside that crop nothing is scaled. */
  private scaleInFaceCrop(side: number, share: (x: number, y: number) => number): void {
    const toCrop = invertAffine(cropToHair(side, HAIR_GRID));
    this.scaleBy(([x, y]) => {
      const u = toCrop[0] * x + toCrop[2];
      const v = toCrop[4] * y + toCrop[5];
      return u > 0 && v > 0 && u < side && v < side ? share(u, v) : 1;
    });
  }

  private scaleBy(share: (place: readonly [number, number]) => number): void {
    const { matte } = this;
    const place: [number, number] = [0, 0];
    for (let y = 0, i = 0; y < HAIR_GRID; y++) {
      place[1] = y + 0.5;
      for (let x = 0; x < HAIR_GRID; x++, i++) {
        if (matte[i] === 0) continue;
        place[0] = x + 0.5;
        matte[i] *= share(place);
      }
    }
  }
}

/** Person probability over twice the face crop's side, about its middle. */
export interface WidePerson {
  /** [side, side], 0..1. */
  readonly data: Float32Array;
  readonly side: number;
}

/**
 * The person map on the hair's grid; the two share their middle.
 *
 * @param person - null: not known, then 1 all over. @param out - [HAIR_GRID, HAIR_GRID].
 */
export function personOverHair(person: WidePerson | null, out: Float32Array): void {
  if (person === null) {
    out.fill(1);
    return;
  }
  const { data, side } = person;
  const scale = side / 2 / (HAIR_ZOOM * HAIR_GRID);
  const start = side / 2 - (scale * HAIR_GRID) / 2;
  for (let y = 0, i = 0; y < HAIR_GRID; y++) {
    const v = start + scale * (y + 0.5);
    for (let x = 0; x < HAIR_GRID; x++, i++) out[i] = sampled(data, side, start + scale * (x + 0.5), v);
  }
}

/** Bilinear; x, y in cells from the grid's corner, edges held. */
function sampled(grid: Float32Array | Uint8Array, side: number, x: number, y: number): number {
  const px = Math.max(0, Math.min(side - 1.001, x - 0.5));
  const py = Math.max(0, Math.min(side - 1.001, y - 0.5));
  const [ix, iy] = [px | 0, py | 0];
  const a = iy * side + ix;
  const upper = grid[a] + (grid[a + 1] - grid[a]) * (px - ix);
  const lower = grid[a + side] + (grid[a + side + 1] - grid[a + side]) * (px - ix);
  return upper + (lower - upper) * (py - iy);
}

function makeWindow(): Float32Array {
  const grid = new Float32Array(CELLS);
  for (let y = 0; y < HAIR_GRID; y++) {
    const v = (y + 0.5) / HAIR_GRID;
    const down = smoothstep(0, WINDOW, v) * smoothstep(0, WINDOW_BELOW, 1 - v);
    for (let x = 0; x < HAIR_GRID; x++) {
      const u = (x + 0.5) / HAIR_GRID;
      grid[y * HAIR_GRID + x] = down * smoothstep(0, WINDOW, Math.min(u, 1 - u));
    }
  }
  return grid;
}
