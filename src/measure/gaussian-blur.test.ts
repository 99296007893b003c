import { expect, test } from 'vitest';
import { blurRadius, detailBand, gaussianBlur } from './gaussian-blur.ts';

function picture(width: number, height: number, value: (x: number, y: number) => number) {
  const data = new Float32Array(width * height * 3);
  for (let i = 0; i < data.length; i++) {
    const pixel = Math.floor(i / 3);
    data[i] = value(pixel % width, Math.floor(pixel / width));
  }
  return { width, height, data };
}

// a Gaussian passes exp(-(2 pi sigma / period)² / 2) of a wave
const pass = (period: number): number =>
  Math.exp(-((2 * Math.PI) ** 2) / (2 * period ** 2)) - Math.exp(-((8 * Math.PI) ** 2) / (2 * period ** 2));

test('kernel lengths are those of OpenCV for float pictures', () => {
  expect([1, 4, 0.8, 1.5].map(blurRadius)).toEqual([4, 16, 3, 6]);
});

test('a point spreads into the product of two normalised kernels', () => {
  const blurred = gaussianBlur(
    picture(21, 21, (x, y) => (x === 10 && y === 10 ? 1 : 0)),
    1,
  );
  let norm = 0;
  for (let i = -4; i <= 4; i++) norm += Math.exp((-i * i) / 2);
  expect(blurred.data[(10 * 21 + 10) * 3]).toBeCloseTo(1 / norm ** 2, 6);
  expect(blurred.data[(11 * 21 + 12) * 3]).toBeCloseTo(Math.exp(-2.5) / norm ** 2, 6);
  expect(blurred.data.reduce((sum, value) => sum + value, 0)).toBeCloseTo(3, 5);
});

// Values of cv2.GaussianBlur (OpenCV 5.0) of the row 0 1 0 0 0 2 (repeated downwards), ksize 0, default border.
test('the border is mirrored about the outermost pixel, as in OpenCV', () => {
  const row = [0, 1, 0, 0, 0, 2];
  const blurred = gaussianBlur(
    picture(6, 3, (x) => row[x]),
    1,
  );
  const got = row.map((_, x) => blurred.data[(6 + x) * 3]);
  const cv2 = [0.483943, 0.453202, 0.255267, 0.162107, 0.488375, 0.798155];
  cv2.forEach((value, x) => expect(got[x]).toBeCloseTo(value, 5));
});

test('the detail band of a flat picture is nothing; of a fine grating it is most of it; shading does not pass', () => {
  expect(Math.max(...detailBand(picture(40, 40, () => 0.7)).data.map(Math.abs))).toBeLessThan(1e-6);
  const rms = (period: number): number => {
    const { data } = detailBand(picture(128, 8, (x) => Math.sin((2 * Math.PI * x) / period)));
    const middle = data.subarray(3 * 128 + 96, 3 * 128 + 96 + 192);
    return Math.sqrt(middle.reduce((sum, value) => sum + value * value, 0) / middle.length) * Math.SQRT2;
  };
  expect(rms(8)).toBeCloseTo(pass(8), 2);
  expect(rms(64)).toBeCloseTo(pass(64), 2);
});
