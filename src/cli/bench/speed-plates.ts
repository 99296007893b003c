// 1080p plates for the speed bench: the demo performer's clip laid, at a wanted size, on a plain grainy ground. 8-bit 4:2:0,
// as a camera delivers it.

import type { Plate } from '../../core/index.ts';
import type { Picture, TruthClip } from '../../measure/index.ts';
import { pictureOfRgb } from '../../measure/index.ts';
import { hdPlate } from '../hd-plate.ts';

const WIDTH = 1920;
const HEIGHT = 1080;

/** One face of a plate. */
export interface FacePlacement {
  /** Which of the clip's ages is shown; two ages stand for two people. */
  readonly age: number;
  /** Distance of the eye centres on the plate, pixels. */
  readonly eyeDistancePx: number;
  /** Where the middle of the eyes is, pixels. */
  readonly at: readonly [number, number];
}

interface PlacedPicture {
  readonly picture: Picture;
  readonly scale: number;
  /** Middle of the eyes in the picture and on the plate. */
  readonly from: readonly [number, number];
  readonly to: readonly [number, number];
}

/** One plate of the demo clip's frame `frameIndex`. */
export async function composePlate(
  clip: TruthClip,
  placements: readonly FacePlacement[],
  frameIndex: number,
): Promise<Plate> {
  const placed: PlacedPicture[] = [];
  for (const { age, eyeDistancePx, at } of placements) {
    const picture = pictureOfRgb(await clip.plate(age, frameIndex));
    // placed by the first frame, so that the performer moves and the camera does not
    const { middle, distance } = eyesOf(await clip.landmarks68(age, 0));
    placed.push({ picture, scale: eyeDistancePx / distance, from: middle, to: at });
  }
  return hdPlate(drawRgb(placed, frameIndex), WIDTH, HEIGHT);
}

function eyesOf(points: Awaited<ReturnType<TruthClip['landmarks68']>>): {
  middle: [number, number];
  distance: number;
} {
  const centre = (from: number): [number, number] => [
    points.slice(from, from + 6).reduce((sum, [x]) => sum + x / 6, 0),
    points.slice(from, from + 6).reduce((sum, [, y]) => sum + y / 6, 0),
  ];
  const [left, right] = [centre(36), centre(42)];
  return {
    middle: [(left[0] + right[0]) / 2, (left[1] + right[1]) / 2],
    distance: Math.hypot(right[0] - left[0], right[1] - left[1]),
  };
}

/** [HEIGHT, WIDTH, 3], 0..1. */
function drawRgb(placed: readonly PlacedPicture[], frameIndex: number): Float32Array {
  const rgb = new Float32Array(WIDTH * HEIGHT * 3);
  let grain = 12345 + frameIndex;
  for (let y = 0, at = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++, at += 3) {
      grain = (Math.imul(grain, 1664525) + 1013904223) >>> 0;
      const ground = 0.25 + (0.2 * y) / HEIGHT + (grain / 2 ** 32 - 0.5) * 0.006;
      rgb[at] = rgb[at + 1] = rgb[at + 2] = ground;
    }
  }
  for (const one of placed) drawPicture(one, rgb);
  return rgb;
}

/** Bilinear; nothing beyond the picture's border. */
function drawPicture({ picture, scale, from, to }: PlacedPicture, rgb: Float32Array): void {
  const { width, height, data } = picture;
  for (let y = 0; y < HEIGHT; y++) {
    const v = (y + 0.5 - to[1]) / scale + from[1] - 0.5;
    if (v < 0 || v >= height - 1) continue;
    for (let x = 0; x < WIDTH; x++) {
      const u = (x + 0.5 - to[0]) / scale + from[0] - 0.5;
      if (u < 0 || u >= width - 1) continue;
      const i = (Math.floor(v) * width + Math.floor(u)) * 3;
      const [fx, fy] = [u - Math.floor(u), v - Math.floor(v)];
      for (let c = 0; c < 3; c++) {
        const top = data[i + c] * (1 - fx) + data[i + 3 + c] * fx;
        const bottom = data[i + width * 3 + c] * (1 - fx) + data[i + width * 3 + 3 + c] * fx;
        rgb[(y * WIDTH + x) * 3 + c] = top * (1 - fy) + bottom * fy;
      }
    }
  }
}
