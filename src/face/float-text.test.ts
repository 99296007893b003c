import { expect, it } from 'vitest';
import { floatsToText, textToFloats } from './float-text.ts';

it.each([0, 1, 2, 3, 4, 5, 1434])('carries %d floats through text bit for bit', (length) => {
  const values = Float32Array.from({ length }, (_, i) => Math.sin(i * 12.9898) * 10 ** ((i % 60) - 30));
  expect(textToFloats(floatsToText(values))).toEqual(values);
});

it('writes plain base64', () => {
  const values = Float32Array.of(-0, 1.5, Number.POSITIVE_INFINITY);
  const text = floatsToText(values);
  expect(text).toBe(Buffer.from(values.buffer).toString('base64'));
  expect(Object.is(textToFloats(text)[0], -0)).toBe(true);
});

it.each(['AAA', 'AAAA', 'AA?AAA=='])('refuses %s', (text) => {
  expect(() => textToFloats(text)).toThrow(RangeError);
});
