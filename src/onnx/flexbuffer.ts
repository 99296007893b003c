// Reads a FlexBuffer, the schema-less kin of FlatBuffers in which MediaPipe's own operators keep their options. Values
// are typed and addressed backwards from the end of the file: last byte = width of the root, the one before = its type.
// @see https://flatbuffers.dev/flexbuffers/

export type FlexValue = null | number | boolean | FlexValue[] | { readonly [key: string]: FlexValue };

const NULL = 0;
const INT = 1;
const UINT = 2;
const FLOAT = 3;
const INDIRECT_INT = 6;
const INDIRECT_FLOAT = 8;
const MAP = 9;
const VECTOR = 10;
const VECTOR_INT = 11;
const VECTOR_FLOAT = 13;
const BOOL = 26;

/** @throws {RangeError} at a kind of value that operator options do not use (texts, blobs), or past the end. */
export function readFlexbuffer(bytes: Uint8Array): FlexValue {
  const rootWidth = bytes[bytes.length - 1];
  return new Flexbuffer(bytes).value(bytes.length - 2 - rootWidth, rootWidth, bytes[bytes.length - 2]);
}

class Flexbuffer {
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** The value at `at`, stored in `width` bytes. Lower two bits of `packedType`: log2 of the width of what it refers to. */
  value(at: number, width: number, packedType: number): FlexValue {
    const type = packedType >> 2;
    const childWidth = 1 << (packedType & 3);
    const target = (): number => at - this.#unsigned(at, width);
    if (type === NULL) return null;
    if (type === BOOL) return this.#unsigned(at, width) !== 0;
    if (type >= INT && type <= FLOAT) return this.#number(type, at, width);
    if (type >= INDIRECT_INT && type <= INDIRECT_FLOAT)
      return this.#number(type - INDIRECT_INT + INT, target(), childWidth);
    if (type === MAP) return this.#map(target(), childWidth);
    if (type === VECTOR) return this.#untypedItems(target(), childWidth);
    if (type >= VECTOR_INT && type <= VECTOR_FLOAT) {
      return this.#items(target(), childWidth, (item) => this.#number(type - VECTOR_INT + INT, item, childWidth));
    }
    throw new RangeError(`FlexBuffer value of type ${type} at byte ${at}`);
  }

  /** Items of one type; the count stands before the first. */
  #items(at: number, width: number, read: (item: number) => FlexValue): FlexValue[] {
    return Array.from({ length: this.#unsigned(at - width, width) }, (_, i) => read(at + i * width));
  }

  /** Items that carry a type each; the types follow the last item, one byte each. */
  #untypedItems(at: number, width: number): FlexValue[] {
    const types = at + this.#unsigned(at - width, width) * width;
    return this.#items(at, width, (item) => this.value(item, width, this.#view.getUint8(types + (item - at) / width)));
  }

  /** A vector of values, preceded by count, width of the keys and offset to the keys. */
  #map(at: number, width: number): FlexValue {
    const keysReference = at - 3 * width;
    const keys = keysReference - this.#unsigned(keysReference, width);
    const keyWidth = this.#unsigned(keysReference + width, width);
    const values = this.#untypedItems(at, width);
    return Object.fromEntries(values.map((value, i) => [this.#key(keys + i * keyWidth, keyWidth), value]));
  }

  #key(reference: number, width: number): string {
    let text = '';
    for (let at = reference - this.#unsigned(reference, width); this.#view.getUint8(at) !== 0; at++) {
      text += String.fromCharCode(this.#view.getUint8(at));
    }
    return text;
  }

  #number(type: number, at: number, width: number): number {
    if (type === FLOAT) return width === 4 ? this.#view.getFloat32(at, true) : this.#view.getFloat64(at, true);
    if (type === UINT) return this.#unsigned(at, width);
    if (width === 1) return this.#view.getInt8(at);
    if (width === 2) return this.#view.getInt16(at, true);
    return width === 4 ? this.#view.getInt32(at, true) : Number(this.#view.getBigInt64(at, true));
  }

  #unsigned(at: number, width: number): number {
    if (width === 1) return this.#view.getUint8(at);
    if (width === 2) return this.#view.getUint16(at, true);
    return width === 4 ? this.#view.getUint32(at, true) : Number(this.#view.getBigUint64(at, true));
  }
}
