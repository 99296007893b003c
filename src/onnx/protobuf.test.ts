import { describe, expect, it } from 'vitest';
import { ProtobufWriter, readProtobuf } from './protobuf.ts';

describe('ProtobufWriter', () => {
  it('writes the examples of the encoding guide', () => {
    expect([...new ProtobufWriter().int(1, 150).finish()]).toEqual([0x08, 0x96, 0x01]);
    expect([...new ProtobufWriter().text(2, 'testing').finish()]).toEqual([0x12, 7, ...Buffer.from('testing')]);
    const inner = new ProtobufWriter().int(1, 150);
    expect([...new ProtobufWriter().message(3, inner).finish()]).toEqual([0x1a, 0x03, 0x08, 0x96, 0x01]);
  });

  it('writes -1 as ten bytes and a field above 15 with a two-byte tag', () => {
    expect([...new ProtobufWriter().int(1, -1).finish()]).toEqual([0x08, ...Array(9).fill(0xff), 0x01]);
    expect([...new ProtobufWriter().int(20, 7).finish()]).toEqual([0xa0, 0x01, 0x07]);
  });
});

describe('readProtobuf', () => {
  it('reads back numbers, floats and nested messages in order', () => {
    const inner = new ProtobufWriter().float(2, 0.5);
    const bytes = new ProtobufWriter()
      .int(1, 2 ** 40)
      .message(3, inner)
      .float(4, -1.25)
      .finish();
    const [count, nested, float] = readProtobuf(bytes);
    expect(count).toEqual({ number: 1, value: 2 ** 40 });
    expect(readProtobuf(nested.value as Uint8Array)).toEqual([{ number: 2, value: 0.5 }]);
    expect(float).toEqual({ number: 4, value: -1.25 });
  });

  it('refuses bytes that end in mid-field and 64-bit fields', () => {
    const bytes = new ProtobufWriter().text(1, 'a face').finish();
    for (let length = 1; length < bytes.length; length++)
      expect(() => readProtobuf(bytes.subarray(0, length))).toThrow(RangeError);
    expect(() => readProtobuf(Uint8Array.of((1 << 3) | 1, 0, 0, 0, 0, 0, 0, 0, 0))).toThrow('64 bit');
  });
});
