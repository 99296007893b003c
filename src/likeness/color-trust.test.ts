import { describe, expect, it } from 'vitest';
import type { Rgb8 } from '../core/index.ts';
import { SeededRandom } from '../model/index.ts';
import { colorSpread, colorTrusts } from './color-trust.ts';

function picture(colorOf: (light: number, hue: number) => readonly [number, number, number]): Rgb8 {
  const random = new SeededRandom(4);
  const samples = new Uint8Array(64 * 64 * 3);
  for (let i = 0; i < samples.length; i += 3) {
    const color = colorOf(random.uniform(), random.normal());
    samples.set(
      color.map((v) => Math.max(0, Math.min(255, Math.round(v + random.normal())))),
      i,
    );
  }
  return { samples, width: 64, height: 64 };
}

const grey = picture((light) => [220 * light, 220 * light, 220 * light]);
/** Brown in the shadows, yellow in the lights. */
const sepia = picture((light) => [40 + 200 * light, 25 + 190 * light, 10 + 140 * light]);
const color = picture((light, hue) => [200 * light + 15 * hue, 180 * light, 160 * light - 15 * hue]);
const faded = picture((light, hue) => [90 + 90 * light + 3 * hue, 90 + 85 * light, 80 + 70 * light - 3 * hue]);

describe('colours', () => {
  it('of black and white, toned or not, are not believed, those of faded prints in part', () => {
    const [ofGrey, ofSepia, ofFaded, ...others] = colorTrusts(
      [grey, sepia, faded, color, color, color].map(colorSpread),
    );
    expect([ofGrey, ofSepia]).toEqual([0, 0]);
    expect(ofFaded).toBeGreaterThan(0.1);
    expect(ofFaded).toBeLessThan(0.7);
    expect(others).toEqual([1, 1, 1]);
  });

  it('of a career without any are not believed', () => {
    expect(colorTrusts([0, 0.001])).toEqual([0, 0]);
  });
});
