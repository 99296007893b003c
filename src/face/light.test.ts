import { expect, it } from 'vitest';
import { canonicalLandmarks, tables, turned } from '../../test/canonical-face.ts';
import type { View } from '../../test/canonical-face.ts';
import type { Canvas } from '../../test/composed-plate.ts';
import { rgbPlate } from '../../test/composed-plate.ts';
import { PlateCropper, srgbEncode } from '../core/index.ts';
import { LightReader } from './light.ts';

/** The canonical head as matt clay, in light from one direction: each triangle in one tone. */
function clayHead(view: View, azimuth: number, elevation: number): Canvas {
  const { vertices, triangles } = tables.canonical;
  const turn = turned(view.pose);
  const [a, e] = [azimuth, elevation].map((v) => (v * Math.PI) / 180);
  const light = [Math.sin(a) * Math.cos(e), Math.sin(e), Math.cos(a) * Math.cos(e)];
  const canvas = { width: 400, height: 400, data: new Float32Array(400 * 400 * 3) };
  for (let t = 0; t < triangles.length; t += 3) {
    const corners = [0, 1, 2].map((k) => {
      const v = triangles[t + k] * 3;
      return turn(vertices[v], vertices[v + 1], vertices[v + 2]);
    });
    const [u, w] = [1, 2].map((k) => corners[k].map((v, i) => v - corners[0][i]));
    const n = [u[1] * w[2] - u[2] * w[1], u[2] * w[0] - u[0] * w[2], u[0] * w[1] - u[1] * w[0]];
    const length = Math.hypot(...n);
    if (n[2] <= 0) continue;
    const facing = n.reduce((sum, v, i) => sum + (v / length) * light[i], 0);
    const tone = 255 * srgbEncode(0.15 + 0.5 * Math.max(0, facing));
    fill(
      canvas,
      corners.map(([x, y]) => [view.at[0] + view.scale * x, view.at[1] - view.scale * y]),
      tone,
    );
  }
  return canvas;
}

/** Positive where (x, y) lies to one side of the line from a to b. */
function side(a: number[], b: number[], x: number, y: number): number {
  return (b[0] - a[0]) * (y - a[1]) - (b[1] - a[1]) * (x - a[0]);
}

function fill({ width, data }: Canvas, [p, q, r]: number[][], tone: number): void {
  const xs = [p[0], q[0], r[0]];
  const ys = [p[1], q[1], r[1]];
  for (let y = Math.floor(Math.min(...ys)); y <= Math.max(...ys); y++) {
    for (let x = Math.floor(Math.min(...xs)); x <= Math.max(...xs); x++) {
      const signs = [side(p, q, x + 0.5, y + 0.5), side(q, r, x + 0.5, y + 0.5), side(r, p, x + 0.5, y + 0.5)];
      if (signs.every((v) => v <= 1e-9) || signs.every((v) => v >= -1e-9))
        data.fill(tone, (y * width + x) * 3, (y * width + x) * 3 + 3);
    }
  }
}

it.each([
  { yaw: 0, azimuth: 0, elevation: 30 },
  { yaw: 0, azimuth: 50, elevation: 20 },
  { yaw: 0, azimuth: -60, elevation: 10 },
  { yaw: 25, azimuth: -30, elevation: 40 },
  { yaw: -25, azimuth: 60, elevation: -20 },
])('finds light from azimuth $azimuth, elevation $elevation on a head at yaw $yaw', ({ yaw, azimuth, elevation }) => {
  const view: View = { pose: { yaw, pitch: 0, roll: 0 }, scale: 18, at: [200, 200] };
  const reader = new LightReader(tables, new PlateCropper());
  const light = reader.read(rgbPlate(clayHead(view, azimuth, elevation)), canonicalLandmarks(view));
  const radians = Math.PI / 180;
  const direction = (a: number, e: number): number[] => [
    Math.sin(a * radians) * Math.cos(e * radians),
    Math.sin(e * radians),
    Math.cos(a * radians) * Math.cos(e * radians),
  ];
  const found = direction(light.azimuth, light.elevation);
  const cosine = direction(azimuth, elevation).reduce((sum, v, i) => sum + v * found[i], 0);
  expect(Math.acos(cosine) / radians).toBeLessThan(20);
  expect(light.contrast).toBeGreaterThan(0.5);
});

it('calls even light flat', () => {
  const view: View = { pose: { yaw: 0, pitch: 0, roll: 0 }, scale: 18, at: [200, 200] };
  const even: Canvas = { width: 400, height: 400, data: new Float32Array(400 * 400 * 3).fill(128) };
  const light = new LightReader(tables, new PlateCropper()).read(rgbPlate(even), canonicalLandmarks(view));
  expect(light.contrast).toBeLessThan(0.01);
  expect(light.brightness).toBeCloseTo(0.216, 2);
});
