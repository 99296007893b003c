import { beforeAll, describe, expect, it } from 'vitest';
import type { Canvas } from '../../test/composed-plate.ts';
import { cameraPlate, ground, paste, readCanvas, relit, rgbPlate } from '../../test/composed-plate.ts';
import { CutDetector } from './cut.ts';

const portrait = new URL('../../test/fixtures/portraits/eileen-collins.png', import.meta.url).pathname;
const another = new URL('../../test/fixtures/portraits/grace-hopper-1984.png', import.meta.url).pathname;
let scene: Canvas;
let hopper: Canvas;
const other = ground(512, 512, 4);

beforeAll(async () => {
  scene = await readCanvas(portrait);
  hopper = await readCanvas(another);
});

function halfLit(canvas: Canvas, gain: number): Canvas {
  return {
    ...canvas,
    data: canvas.data.map((v, i) => (Math.floor(i / 3) % canvas.width < canvas.width / 2 ? v * gain : v)),
  };
}

const HEAD = { cx: 256, cy: 200, rx: 130, ry: 180 };
const FILM = [768, 432] as const;

/** The head of the portrait before a wall that shows nearly nothing, its middle at x. */
function headAt(x: number, wall = 5, scale = 1): Canvas {
  const canvas = relit(ground(...FILM, wall), 0.05, 120);
  paste(canvas, scene, HEAD, x, 230, scale);
  return canvas;
}

/** The part of the portrait that a camera shows. */
function framed(x: number, y: number, width: number): Canvas {
  const height = Math.round((width * 9) / 16);
  const data = new Float32Array(width * height * 3);
  for (let row = 0; row < height; row++) {
    const from = ((y + row) * scene.width + x) * 3;
    data.set(scene.data.subarray(from, from + width * 3), row * width * 3);
  }
  return { ...scene, width, height, data };
}

/** What the detector says of each plate in turn. */
function looks(canvases: readonly Canvas[]): boolean[] {
  const detector = new CutDetector();
  return canvases.map((canvas, i) => detector.look(rgbPlate(canvas, 1, i + 1)));
}

describe('CutDetector', () => {
  it('sees a first plate and a cut, and nothing in between', () => {
    expect(looks([scene, scene, other, other, scene])).toEqual([true, false, true, false, true]);
  });

  it.each([
    ['the exposure is opened', (c: Canvas) => relit(c, 1.6, 0)],
    ['the light is dimmed', (c: Canvas) => relit(c, 0.3, 0)],
    ['fog is lit', (c: Canvas) => relit(c, 0.7, 70)],
    ['a lamp goes on at one side', (c: Canvas) => halfLit(c, 2)],
    ['a lamp goes off at one side', (c: Canvas) => halfLit(c, 0.35)],
  ])('takes no cut where %s', (_, light) => {
    expect(looks([scene, light(scene), scene])).toEqual([true, false, false]);
  });

  it.each([
    ['somebody walks out of the picture', () => [400, 455, 510, 565, 620, 675, 730, 785, 840].map((x) => headAt(x))],
    ['the camera pans', () => [0, 28, 56, 84, 112, 140].map((x) => framed(x, 40, 350))],
    ['the camera tilts', () => [0, 14, 28, 42, 56].map((y) => framed(60, y, 350))],
    ['the camera zooms', () => [0, 12, 23, 33, 42].map((x) => framed(x, Math.round(x / 2) + 20, 480 - 2 * x))],
  ])('takes no cut where %s', (_, frames) => {
    expect(looks(frames())).toEqual(frames().map((_frame, i) => i === 0));
  });

  it('takes a cut to the same person elsewhere, and from one person to another', () => {
    expect(looks([headAt(200), headAt(520, 6, 1.3), headAt(200)])).toEqual([true, true, true]);
    expect(looks([framed(0, 40, 350), hopper, framed(0, 40, 350)])).toEqual([true, true, true]);
  });

  it('looks past a white flash and past black', () => {
    const white = relit(scene, 0, 255);
    const black = relit(scene, 0, 0);
    expect(looks([scene, white, scene])).toEqual([true, false, false]);
    expect(looks([scene, black, scene])).toEqual([true, false, false]);
    expect(looks([scene, black, other])).toEqual([true, false, true]);
  });

  it('reads camera plates, and goes on from a snapshot', () => {
    const detector = new CutDetector();
    detector.look(cameraPlate(scene));
    const later = new CutDetector();
    later.restore(detector.snapshot());
    expect(later.look(cameraPlate(scene, 2))).toBe(false);
    expect(later.look(cameraPlate(other))).toBe(true);
  });
});
