import { beforeAll, describe, expect, it } from 'vitest';
import type { Canvas } from '../../test/composed-plate.ts';
import { cameraPlate, ground, readCanvas, relit, rgbPlate } from '../../test/composed-plate.ts';
import { CutDetector } from './cut.ts';

const portrait = new URL('../../test/fixtures/portraits/eileen-collins.png', import.meta.url).pathname;
let scene: Canvas;
const other = ground(512, 512, 4);

beforeAll(async () => {
  scene = await readCanvas(portrait);
});

function halfLit(canvas: Canvas, gain: number): Canvas {
  return {
    ...canvas,
    data: canvas.data.map((v, i) => (Math.floor(i / 3) % canvas.width < canvas.width / 2 ? v * gain : v)),
  };
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
