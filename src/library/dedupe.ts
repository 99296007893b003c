// Near-duplicates: the same photo in another size, compression, tone or slight trim. Two perceptual hashes of the whole
// picture, since each alone takes some different pictures for one.

import type { MeshLandmarks, Plate, Point } from '../core/index.ts';
import {
  MESH_POINTS,
  PlatePyramid,
  applyAffine,
  displayTransform,
  eyeDistance,
  meshPoint,
  planeCodings,
  similarity,
} from '../core/index.ts';
import { identityDistance } from '../face/index.ts';

/** 64 bits each, as 16 hexadecimal digits. */
export interface PerceptualHashes {
  /** Each bit: is a cell brighter than its right neighbour? */
  readonly differenceHash: string;
  /** Each bit: is a low frequency of the cosine transform above the median? */
  readonly cosineHash: string;
}

/** Side of the grid under the cosine transform, and how many of its frequencies are kept along each side. */
const COSINE_GRID = 32;
const COSINE_KEPT = 8;
/** Samples per grid cell along each side. */
const SAMPLES = 4;

/** Hashes of a picture; size and brightness do not matter to them. */
export function perceptualHashes(picture: Plate | PlatePyramid): PerceptualHashes {
  const pyramid = picture instanceof PlatePyramid ? picture : new PlatePyramid(picture);
  const { width, height } = pyramid.plate;
  const { plate } = pyramid.forScale(Math.min(width, height) / (COSINE_GRID * SAMPLES));
  return {
    differenceHash: toHex(differenceBits(brightnessGrid(plate, 9, 8))),
    cosineHash: toHex(cosineBits(brightnessGrid(plate, COSINE_GRID, COSINE_GRID))),
  };
}

/** Mean display-referred brightness of columns x rows cells, from SAMPLES x SAMPLES pixels each. */
function brightnessGrid(plate: Plate, columns: number, rows: number): Float64Array {
  const codings = planeCodings(plate);
  const display = displayTransform(plate.color);
  const isRgb = plate.layout === 'rgb';
  const planes = isRgb ? [0, 1, 2] : [0];
  const grid = new Float64Array(columns * rows);
  for (let y = 0; y < rows * SAMPLES; y++) {
    const v = (y + 0.5) / (rows * SAMPLES);
    for (let x = 0; x < columns * SAMPLES; x++) {
      const u = (x + 0.5) / (columns * SAMPLES);
      const [r, g = r, b = r] = planes.map((k) => {
        const { samples, width, height, stride, step } = plate.planes[k];
        return (
          samples[Math.floor(v * height) * stride + Math.floor(u * width) * step] * codings[k].scale + codings[k].offset
        );
      });
      const [dr, dg, db] = display.isIdentity ? [r, g, b] : display.toDisplay(r, g, b);
      grid[Math.floor(y / SAMPLES) * columns + Math.floor(x / SAMPLES)] += 0.299 * dr + 0.587 * dg + 0.114 * db;
    }
  }
  return grid;
}

function differenceBits(grid: Float64Array): boolean[] {
  const bits: boolean[] = [];
  for (let y = 0; y < 8; y++) for (let x = 0; x < 8; x++) bits.push(grid[y * 9 + x] < grid[y * 9 + x + 1]);
  return bits;
}

/** Separable DCT-II; only the kept low frequencies are worked out. */
function cosineBits(grid: Float64Array): boolean[] {
  const n = COSINE_GRID;
  const wave = (frequency: number, at: number): number => Math.cos((Math.PI / n) * (at + 0.5) * frequency);
  const rows = new Float64Array(n * COSINE_KEPT);
  for (let y = 0; y < n; y++)
    for (let f = 0; f < COSINE_KEPT; f++)
      for (let x = 0; x < n; x++) rows[y * COSINE_KEPT + f] += grid[y * n + x] * wave(f, x);
  const kept = new Float64Array(COSINE_KEPT * COSINE_KEPT);
  for (let g = 0; g < COSINE_KEPT; g++)
    for (let f = 0; f < COSINE_KEPT; f++)
      for (let y = 0; y < n; y++) kept[g * COSINE_KEPT + f] += rows[y * COSINE_KEPT + f] * wave(g, y);
  // the first is the mean brightness, which says nothing
  const median = [...kept.subarray(1)].toSorted((a, b) => a - b)[(kept.length - 1) >> 1];
  return [...kept].map((value, i) => i > 0 && value > median);
}

function toHex(bits: readonly boolean[]): string {
  let text = '';
  for (let i = 0; i < bits.length; i += 4)
    text += ((bits[i] ? 8 : 0) + (bits[i + 1] ? 4 : 0) + (bits[i + 2] ? 2 : 0) + (bits[i + 3] ? 1 : 0)).toString(16);
  return text;
}

/** Bits in which two hashes of equal length differ. */
export function hammingDistance(a: string, b: string): number {
  let count = 0;
  for (let i = 0; i < a.length; i += 8) {
    let bits = Number.parseInt(a.slice(i, i + 8), 16) ^ Number.parseInt(b.slice(i, i + 8), 16);
    for (; bits !== 0; bits &= bits - 1) count++;
  }
  return count;
}

/** A photo that may be a copy of another. */
export interface MaybeCopy extends PerceptualHashes {
  readonly photo: string;
  /** Its largest face. */
  readonly face: {
    readonly landmarks: MeshLandmarks;
    readonly descriptor: Float32Array;
    readonly eyeDistancePx: number;
    readonly sharpness: number;
  };
}

/** A copy that was trimmed or turned by a little comes so near; whether it is one, the face then says. */
const MAYBE_HASH_BITS = 32;
/** Of the eye distance, root mean square over the mesh: two looks at one photo agree to about 0.01. */
const SAME_SHAPE = 0.03;
/** Descriptor distance of a copy: in black and white up to 0.32, but then the hashes are nearly equal; else up to 0.11. */
const SAME_DESCRIPTOR = { equalHashes: 0.35, otherHashes: 0.15 };
const EQUAL_HASH_BITS = 6;

/**
 * Which photos are near-duplicates of a better one: of larger face, then sharper.
 *
 * @returns photo -> the photo that stands for it; photos that stand for themselves are not in the map.
 */
export function nearDuplicates(photos: readonly MaybeCopy[]): Map<string, string> {
  const order = photos.toSorted(
    (a, b) =>
      b.face.eyeDistancePx - a.face.eyeDistancePx ||
      b.face.sharpness - a.face.sharpness ||
      (a.photo < b.photo ? -1 : 1),
  );
  const kept: MaybeCopy[] = [];
  const copies = new Map<string, string>();
  for (const photo of order) {
    const original = kept.find((one) => isCopy(one, photo));
    if (original) copies.set(photo.photo, original.photo);
    else kept.push(photo);
  }
  return copies;
}

function isCopy(a: MaybeCopy, b: MaybeCopy): boolean {
  const bits = hammingDistance(a.differenceHash, b.differenceHash) + hammingDistance(a.cosineHash, b.cosineHash);
  if (bits > MAYBE_HASH_BITS) return false;
  const limit = bits <= EQUAL_HASH_BITS ? SAME_DESCRIPTOR.equalHashes : SAME_DESCRIPTOR.otherHashes;
  return (
    identityDistance(a.face.descriptor, b.face.descriptor) <= limit &&
    shapeDifference(a.face.landmarks, b.face.landmarks) <= SAME_SHAPE
  );
}

/** Root mean square distance of the points after the best similarity, in eye distances. */
function shapeDifference(a: MeshLandmarks, b: MeshLandmarks): number {
  const to = meshPoints(a);
  const from = meshPoints(b);
  const carry = similarity(from, to);
  if (!carry) return Infinity;
  let sum = 0;
  from.forEach(([x, y], i) => {
    const [cx, cy] = applyAffine(carry, x, y);
    sum += (cx - to[i][0]) ** 2 + (cy - to[i][1]) ** 2;
  });
  return Math.sqrt(sum / MESH_POINTS) / eyeDistance(a);
}

function meshPoints(landmarks: MeshLandmarks): Point[] {
  return Array.from({ length: MESH_POINTS }, (_, i) => meshPoint(landmarks, i));
}
