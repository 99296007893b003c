import { expect, it } from 'vitest';
import { readFlexbuffer } from './flexbuffer.ts';

// Bytes as the format's own tests have them: values, types, then type and width of the root.
it.each([
  ['a number', [13, 4, 1], 13],
  ['a negative number', [0xfb, 4, 1], -5],
  ['a truth value', [1, 26 << 2, 1], true],
  ['a typed vector', [3, 1, 2, 3, 3, 44, 1], [1, 2, 3]],
  ['a mixed vector', [2, 1, 1, 4, 26 << 2, 4, 10 << 2, 1], [1, true]],
  ['a float', [0, 0, 0x20, 0x40, (3 << 2) | 2, 4], 2.5],
  ['an indirect float', [0, 0, 0x20, 0x40, 4, (8 << 2) | 2, 1], 2.5],
  ['a map', [0, 97, 0, 2, 4, 4, 2, 1, 2, 45, 12, 4, 4, 4, 36, 1], { '': 45, a: 12 }],
])('reads %s', (_, bytes, value) => {
  expect(readFlexbuffer(Uint8Array.from(bytes))).toEqual(value);
});

it('refuses texts, which no operator option is', () => {
  expect(() => readFlexbuffer(Uint8Array.of(1, 97, 0, 2, 5 << 2, 1))).toThrow(RangeError);
});
