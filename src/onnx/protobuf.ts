// The wire format of Protocol Buffers: enough to write ONNX files and to read MediaPipe's face geometry. Knows field
// numbers and wire types, no schema.

const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

const encoder: TextEncoder = new TextEncoder();

/** One message being written. Fields come out in the order in which they were added; every method returns `this`. */
export class ProtobufWriter {
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  /** int32, int64, bool or enum. A negative number takes ten bytes, as the format wants it. */
  int(field: number, value: number | bigint): this {
    this.#varint((field << 3) | VARINT);
    return this.#varint(value);
  }

  float(field: number, value: number): this {
    this.#varint((field << 3) | FIXED32);
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    return this.#push(bytes);
  }

  /** The bytes are not copied: leave them unchanged until `finish`. */
  bytes(field: number, value: Uint8Array): this {
    this.#varint((field << 3) | LENGTH_DELIMITED);
    this.#varint(value.length);
    return this.#push(value);
  }

  text(field: number, value: string): this {
    return this.bytes(field, encoder.encode(value));
  }

  message(field: number, value: ProtobufWriter): this {
    this.#varint((field << 3) | LENGTH_DELIMITED);
    this.#varint(value.#length);
    for (const part of value.#parts) this.#push(part);
    return this;
  }

  /** The whole message. */
  finish(): Uint8Array<ArrayBuffer> {
    const whole = new Uint8Array(this.#length);
    let at = 0;
    for (const part of this.#parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }

  #varint(value: number | bigint): this {
    let rest = BigInt.asUintN(64, BigInt(value));
    const bytes: number[] = [];
    while (rest > 127n) {
      bytes.push(Number(rest & 127n) | 128);
      rest >>= 7n;
    }
    bytes.push(Number(rest));
    return this.#push(Uint8Array.from(bytes));
  }

  #push(bytes: Uint8Array): this {
    this.#parts.push(bytes);
    this.#length += bytes.length;
    return this;
  }
}

/** A field as it stands on the wire: a varint or a 32-bit float is a number, anything with a length is its bytes. */
export interface ProtobufField {
  readonly number: number;
  readonly value: number | Uint8Array;
}

/**
 * The fields of one message, in file order; a nested message comes as bytes, to be read the same way.
 *
 * 32-bit fields are taken as floats and varints as unsigned numbers below 2^53: what the files read here hold.
 * @throws {RangeError} when the bytes end in mid-field or hold a wire type of another kind.
 */
export function readProtobuf(bytes: Uint8Array): ProtobufField[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const fields: ProtobufField[] = [];
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = view.getUint8(at++);
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const number = Math.floor(tag / 8);
    const wireType = tag % 8;
    if (wireType === VARINT) fields.push({ number, value: varint() });
    else if (wireType === FIXED32) {
      fields.push({ number, value: view.getFloat32(at, true) });
      at += 4;
    } else if (wireType === LENGTH_DELIMITED) {
      const length = varint();
      if (at + length > bytes.length)
        throw new RangeError(`protobuf field ${number} of ${length} bytes runs past the end`);
      fields.push({ number, value: bytes.subarray(at, at + length) });
      at += length;
    } else
      throw new RangeError(
        `protobuf wire type ${wireType} in field ${number}${wireType === FIXED64 ? ' (64 bit)' : ''}`,
      );
  }
  return fields;
}
