// Carries a photo of a performer onto a crop of another picture of theirs, point of the face by point, and gives it the
// crop's light: what the skin of that photo would look like here. Says where that can be believed.

import type { Affine, Point, Rgb8, SampleGrid } from '../core/index.ts';
import { CropPlaces, composeAffine, invertAffine, sampleRgb, similarityOfLists } from '../core/index.ts';
import { CARRY_OUTLINE_COUNT, CARRY_POINTS } from './carry-points.ts';
import { convexHull, depthIn, sidesOf } from './hull.ts';
import { LandmarkWarp } from './landmark-warp.ts';
import { seenPoints } from './seen-points.ts';

/** A photo and the points of the face on it. */
export interface CarriablePhoto {
  readonly picture: Rgb8;
  /** As `carryPoints` gives them, picture pixels. */
  readonly points: Float32Array;
}

/** Crop pixels between two nodes of the lattice, about; lids and lips are closer to each other than twice that. */
const NODE_PX = 4;
/** Mean difference of the points after alignment, as a share of the side: believed up to the first, not from the second on. */
const NEAR_POSE = 0.033;
const FAR_POSE = 0.045;
/** Area on the photo per area of the crop: where it is drawn out of less than `least`, or more than `most`, it is not believed. */
const STRETCH = { least: [0.2, 0.45], most: [2.5, 3.5] } as const;
/** How far around a point the face is seen or hidden with it, as a share of the side. */
const SEEN_REACH = 0.035;
/** Of what is around, so much must be seen on the photo: not believed, believed. */
const SEEN = [0.5, 0.85] as const;
/** Points of the border that hold the map in place. */
const BORDER_POINTS = 8;
/** Nodes beyond the outline at which the map is still worked out: validity is softened, and pixels lie between nodes. */
const AROUND_NODES = 3.5;
/** Inside the outline of the face, as a share of the side: not believed, believed. */
const INSIDE = [0.004, 0.028] as const;

/** Carries any number of photos onto one crop after another. Owns its buffers; not re-entrant. */
export class PhotoCarrier {
  readonly size: number;
  private readonly cells: number;
  private readonly valid: Float32Array;
  private readonly scratch: Float32Array;
  private readonly places: CropPlaces;
  private readonly warp: LandmarkWarp;
  /** Where each node of the lattice is read. */
  private readonly grid: SampleGrid;
  /** Of the crop, then those of its border; empty before `aim`. */
  private points: Float32Array = new Float32Array(0);
  /** The photo's, moved onto the crop, then those of its border. */
  private readonly aligned: Float32Array;
  /** The crop is a mirrored picture. */
  private isMirrored = false;
  /** Nodes in and around the face. */
  private nodes: Int32Array = new Int32Array(0);
  /** Points that are seen on the crop, by number. */
  private seen: readonly number[] = [];
  /** [nodes in and around the face, points seen on the crop]: whose surroundings a node lies in; 1 in all. */
  private nearness: Float32Array = new Float32Array(0);
  /** 0..1 at each node: in the outline of the face. */
  private readonly inside: Float32Array;

  /** @param size - Side of the crops, pixels. */
  constructor(size: number) {
    this.size = size;
    this.cells = Math.round(size / NODE_PX);
    this.places = new CropPlaces(size);
    const nodes = (this.cells + 1) ** 2;
    this.valid = new Float32Array(nodes);
    this.scratch = new Float32Array(nodes);
    this.inside = new Float32Array(nodes);
    this.grid = { cells: this.cells, places: new Float32Array(2 * nodes) };
    this.aligned = new Float32Array(2 * (CARRY_POINTS.length + BORDER_POINTS));
    this.warp = new LandmarkWarp(CARRY_POINTS.length + BORDER_POINTS, size, this.cells);
  }

  /**
   * Sets the crop that the next photos are carried onto.
   *
   * @param points - As `carryPoints`, but in crop pixels.
   * @param isMirrored - The crop is a mirrored picture.
   */
  aim(points: Float32Array, isMirrored = false): void {
    const { size, cells, inside } = this;
    if (points.length !== 2 * CARRY_POINTS.length)
      throw new RangeError(`${points.length / 2} points; a face is carried by ${CARRY_POINTS.length}`);
    if (this.points.length === 0) this.points = withBorder(points, size);
    this.points.set(points);
    this.isMirrored = isMirrored;
    const seen = seenPoints(points, isMirrored);
    this.seen = [...seen.keys()].filter((i) => seen[i] === 1);
    const sides = sidesOf(convexHull(pointList(points.subarray(0, CARRY_OUTLINE_COUNT * 2))));
    const step = size / cells;
    const around: number[] = [];
    for (let row = 0, node = 0; row <= cells; row++) {
      for (let col = 0; col <= cells; col++, node++) {
        const depth = depthIn(sides, col * step, row * step);
        inside[node] = ramp(depth / size, INSIDE[0], INSIDE[1]);
        if (depth > -AROUND_NODES * step) around.push(node);
      }
    }
    this.nodes = Int32Array.from(around);
    this.fillNearness(points);
    this.warp.aim(this.points, this.nodes);
  }

  /** Fills a plane with the face of the crop: 1 inside its outline, 0 outside, soft between. */
  face(out: Float32Array): void {
    spread(this.inside, this.cells, this.size, out);
  }

  /**
   * @param out - Takes three planes, 0..1.
   * @param valid - Takes one plane: 0 where the photo says nothing about the crop, 1 where it can be believed.
   * @throws {RangeError} before `aim`.
   */
  carry(photo: CarriablePhoto, out: Float32Array, valid: Float32Array): void {
    if (this.locate(photo, valid)) sampleRgb(photo.picture, this.places, out);
    else out.fill(0, 0, 3 * this.size * this.size);
  }

  /**
   * The first half of `carry`: finds where on the photo the crop lies.
   *
   * @returns whether anything can be believed; if not, there is nothing to read.
   * @throws {RangeError} before `aim`.
   */
  locate(photo: CarriablePhoto, valid: Float32Array): boolean {
    const { size, aligned, grid } = this;
    if (this.points.length === 0) throw new RangeError('a carrier must be aimed first');
    const points = this.points.subarray(0, photo.points.length);
    const toCrop = photoToCrop(photo.points, points, this.isMirrored);
    const seenThere = seenPoints(photo.points);
    const used = this.seen.filter((point) => seenThere[point] === 1);
    if (!toCrop || used.length === 0) {
      valid.fill(0, 0, size * size);
      return false;
    }
    aligned.set(this.points);
    const moved = aligned.subarray(0, photo.points.length);
    moved.set(photo.points);
    moveInPlace(moved, toCrop);
    for (let k = 0; k < BORDER_POINTS; k++) used.push(photo.points.length / 2 + k);
    this.leaveInPlace();
    this.warp.through(aligned, used, grid.places);
    this.judge(grid, seenThere, ramp(pointDifference(moved, points) / size, FAR_POSE, NEAR_POSE));
    moveInPlace(grid.places, invertAffine(toCrop));
    this.leaveOutBeyond(grid, photo.picture);
    soften(this.valid, this.scratch, this.cells + 1);
    spread(this.valid, this.cells, size, valid);
    this.places.setGrid(grid);
    return true;
  }

  /** The second half: reads the photo that was located, where `valid` is not 0, and leaves the rest. */
  read(picture: Rgb8, valid: Float32Array, out: Float32Array): void {
    sampleRgb(picture, this.places, out, 'edge', valid);
  }

  /** Far from the face the photo lies where the similarity puts it. */
  private leaveInPlace(): void {
    const { cells, places } = this.grid;
    const step = this.size / cells;
    for (let row = 0, at = 0; row <= cells; row++) {
      for (let col = 0; col <= cells; col++) {
        places[at++] = col * step;
        places[at++] = row * step;
      }
    }
  }

  /** What each node is worth: in the face, seen on the photo, not torn, not turned over. */
  private judge({ cells, places }: SampleGrid, seenThere: Uint8Array, trust: number): void {
    const { valid, inside, size, nodes } = this;
    const side = cells + 1;
    const step = size / cells;
    valid.fill(0);
    nodes.forEach((node, n) => {
      if (inside[node] === 0) return;
      const row = Math.floor(node / side);
      const col = node - row * side;
      const up = row > 0 ? -side : 0;
      const down = row < cells ? side : 0;
      const left = 2 * (node - (col > 0 ? 1 : 0));
      const right = 2 * (node + (col < cells ? 1 : 0));
      const [above, below] = [2 * (node + up), 2 * (node + down)];
      const [across, along] = [((right - left) / 2) * step, ((below - above) / (2 * side)) * step];
      const area =
        ((places[right] - places[left]) * (places[below + 1] - places[above + 1]) -
          (places[right + 1] - places[left + 1]) * (places[below] - places[above])) /
        (across * along);
      valid[node] =
        trust *
        inside[node] *
        ramp(this.seenAround(n, seenThere), ...SEEN) *
        ramp(area, ...STRETCH.least) *
        ramp(area, STRETCH.most[1], STRETCH.most[0]);
    });
  }

  /** Share of what lies around the n-th node in and around the face. */
  private seenAround(n: number, seenThere: Uint8Array): number {
    const { seen, nearness } = this;
    let sum = 0;
    for (let k = 0, at = n * seen.length; k < seen.length; k++, at++) if (seenThere[seen[k]] === 1) sum += nearness[at];
    return sum;
  }

  /** Falls with the fourth power of the distance; sums to 1 over the points. */
  private fillNearness(points: Float32Array): void {
    const { seen, nodes, cells, size, inside } = this;
    if (this.nearness.length < nodes.length * seen.length) this.nearness = new Float32Array(nodes.length * seen.length);
    const { nearness } = this;
    const step = size / cells;
    const reach = (SEEN_REACH * size) ** 2;
    nodes.forEach((node, n) => {
      if (inside[node] === 0) return;
      const row = Math.floor(node / (cells + 1));
      const [x, y] = [(node - row * (cells + 1)) * step, row * step];
      const from = n * seen.length;
      let sum = 0;
      for (let k = 0; k < seen.length; k++) {
        const dx = points[2 * seen[k]] - x;
        const dy = points[2 * seen[k] + 1] - y;
        const weight = 1 / (dx * dx + dy * dy + reach) ** 2;
        nearness[from + k] = weight;
        sum += weight;
      }
      for (let k = 0; k < seen.length; k++) nearness[from + k] /= sum;
    });
  }

  private leaveOutBeyond({ places }: SampleGrid, { width, height }: Rgb8): void {
    for (let node = 0; node < this.valid.length; node++) {
      const x = places[2 * node];
      const y = places[2 * node + 1];
      if (x < 1 || y < 1 || x > width - 1 || y > height - 1) this.valid[node] = 0;
    }
  }
}

/**
 * How unlike two views of a face are, pose and expression together: mean difference of the points after the best
 * similarity, as a share of the crop's side. Above 0.045 nothing is carried.
 *
 * @param cropPoints - Crop pixels.
 */
export function viewDifference(
  photoPoints: Float32Array,
  cropPoints: Float32Array,
  size: number,
  isMirrored = false,
): number {
  const toCrop = photoToCrop(photoPoints, cropPoints, isMirrored);
  return toCrop ? pointDifference(movedPoints(photoPoints, toCrop), cropPoints) / size : Infinity;
}

/** Best similarity, after a mirroring where asked for. null where the photo's points fall on one place. */
function photoToCrop(photo: Float32Array, crop: Float32Array, isMirrored: boolean): Affine | null {
  const flip: Affine = [isMirrored ? -1 : 1, 0, 0, 0, 1, 0];
  const best = similarityOfLists(isMirrored ? movedPoints(photo, flip) : photo, crop);
  return best && composeAffine(best, flip);
}

function pointList(points: Float32Array): Point[] {
  return Array.from({ length: points.length / 2 }, (_, i): Point => [points[2 * i], points[2 * i + 1]]);
}

function movedPoints(points: Float32Array, by: Affine): Float32Array {
  const moved = points.slice();
  moveInPlace(moved, by);
  return moved;
}

function moveInPlace(points: Float32Array, [a, b, c, d, e, f]: Affine): void {
  for (let i = 0; i < points.length; i += 2) {
    const x = points[i];
    const y = points[i + 1];
    points[i] = a * x + b * y + c;
    points[i + 1] = d * x + e * y + f;
  }
}

/** Mean over the points of |dx| and |dy|. */
function pointDifference(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i] - b[i]);
  return sum / a.length;
}

/** Holds the border of the crop in place, so that the map does not run away outside the face. */
function withBorder(points: Float32Array, size: number): Float32Array {
  const places = [0, 0.5, 1].flatMap((v) => [0, 0.5, 1].map((u): Point => [u * size, v * size]));
  const border = places.filter((_, i) => i !== 4).flat();
  const all = new Float32Array(points.length + border.length);
  all.set(points);
  all.set(border, points.length);
  return all;
}

/** 0 at `from`, 1 at `to`, held outside; `to` may be less than `from`. */
function ramp(x: number, from: number, to: number): number {
  return Math.max(0, Math.min(1, (x - from) / (to - from)));
}

/** Mean over 3 x 3 nodes, edges held; in place. */
function soften(nodes: Float32Array, scratch: Float32Array, side: number): void {
  for (let row = 0, i = 0; row < side; row++)
    for (let col = 0; col < side; col++, i++)
      scratch[i] = (nodes[i - (col > 0 ? 1 : 0)] + nodes[i] + nodes[i + (col < side - 1 ? 1 : 0)]) / 3;
  for (let row = 0, i = 0; row < side; row++)
    for (let col = 0; col < side; col++, i++)
      nodes[i] = (scratch[i - (row > 0 ? side : 0)] + scratch[i] + scratch[i + (row < side - 1 ? side : 0)]) / 3;
}

/** Bilinear from (cells + 1)^2 nodes to size^2 pixels. */
function spread(nodes: Float32Array, cells: number, size: number, out: Float32Array): void {
  const side = cells + 1;
  for (let row = 0, at = 0; row < size; row++) {
    const v = ((row + 0.5) * cells) / size;
    const top = Math.floor(v);
    for (let col = 0; col < size; col++, at++) {
      const u = ((col + 0.5) * cells) / size;
      const left = Math.floor(u);
      const i = top * side + left;
      const upper = nodes[i] + (nodes[i + 1] - nodes[i]) * (u - left);
      const lower = nodes[i + side] + (nodes[i + side + 1] - nodes[i + side]) * (u - left);
      out[at] = upper + (lower - upper) * (v - top);
    }
  }
}
