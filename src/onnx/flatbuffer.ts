// Reads a FlatBuffer without its schema: tables whose fields are found through a "vtable" that lists where each one
// lies; an absent field has entry 0 and takes its default. Every read past the end throws a RangeError (DataView).
// @see https://flatbuffers.dev/internals/

const decoder: TextDecoder = new TextDecoder();

export class FlatTable {
  /** A table without any field: every read gives the default. */
  static readonly empty: FlatTable = new FlatTable(Uint8Array.of(4, 0, 4, 0, 4, 0, 0, 0), 4);

  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #at: number;

  /** The table at byte `at`; `rootTable` finds the outermost one. */
  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#at = at;
  }

  int8(field: number, absent = 0): number {
    const at = this.#find(field);
    return at === null ? absent : this.#view.getInt8(at);
  }

  int32(field: number, absent = 0): number {
    const at = this.#find(field);
    return at === null ? absent : this.#view.getInt32(at, true);
  }

  uint32(field: number, absent = 0): number {
    const at = this.#find(field);
    return at === null ? absent : this.#view.getUint32(at, true);
  }

  text(field: number): string | null {
    const bytes = this.bytes(field);
    return bytes === null ? null : decoder.decode(bytes);
  }

  /** A vector of bytes, as a view of the file. */
  bytes(field: number): Uint8Array | null {
    const vector = this.#vector(field, 1);
    return vector === null ? null : this.#bytes.subarray(vector.at, vector.at + vector.length);
  }

  int32s(field: number): number[] {
    const vector = this.#vector(field, 4);
    if (vector === null) return [];
    return Array.from({ length: vector.length }, (_, i) => this.#view.getInt32(vector.at + 4 * i, true));
  }

  table(field: number): FlatTable | null {
    const at = this.#find(field);
    return at === null ? null : new FlatTable(this.#bytes, at + this.#view.getUint32(at, true));
  }

  tables(field: number): FlatTable[] {
    const vector = this.#vector(field, 4);
    if (vector === null) return [];
    return Array.from({ length: vector.length }, (_, i) => {
      const at = vector.at + 4 * i;
      return new FlatTable(this.#bytes, at + this.#view.getUint32(at, true));
    });
  }

  #find(field: number): number | null {
    const vtable = this.#at - this.#view.getInt32(this.#at, true);
    const entry = 4 + 2 * field;
    const offset = entry < this.#view.getUint16(vtable, true) ? this.#view.getUint16(vtable + entry, true) : 0;
    return offset === 0 ? null : this.#at + offset;
  }

  #vector(field: number, itemSize: number): { at: number; length: number } | null {
    const reference = this.#find(field);
    if (reference === null) return null;
    const start = reference + this.#view.getUint32(reference, true);
    const length = this.#view.getUint32(start, true);
    if (start + 4 + length * itemSize > this.#bytes.length)
      throw new RangeError(`vector of field ${field} runs past the end`);
    return { at: start + 4, length };
  }
}

/** The outermost table of a file. `identifier` is the four letters at byte 4, such as `TFL3`; null when they differ. */
export function rootTable(bytes: Uint8Array, identifier: string): FlatTable | null {
  if (bytes.length < 8 || decoder.decode(bytes.subarray(4, 8)) !== identifier) return null;
  return new FlatTable(bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(0, true));
}
