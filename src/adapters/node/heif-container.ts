// The container of HEIC stills: which coded tiles make up the primary picture, and how it is to be turned. Only what
// phones and editors write is read; the coded pictures themselves are FFmpeg's business (heic.ts).

/** One coded picture, or a grid of them. */
export interface HeifPicture {
  /** Of the whole picture, before it is turned. */
  readonly width: number;
  readonly height: number;
  readonly columns: number;
  readonly rows: number;
  /** Row by row: length-prefixed NAL units of one picture each. */
  readonly tiles: readonly Uint8Array[];
  /** HEVCDecoderConfigurationRecord that the tiles share. */
  readonly configuration: Uint8Array;
  /** Quarter turns against the clock, applied first. */
  readonly turns: number;
  /** Then mirrored: left and right change places, or top and bottom. */
  readonly mirror: 'none' | 'horizontal' | 'vertical';
  readonly iccProfile: Uint8Array | null;
}

interface Box {
  readonly type: string;
  readonly body: Reader;
}

/** Big-endian numbers from a stretch of bytes. Reading past its end throws a RangeError. */
class Reader {
  readonly bytes: Uint8Array;
  private readonly view: DataView;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** @param size - Bytes: 0 reads nothing and gives 0. */
  number(size: number): number {
    let value = 0;
    for (let k = 0; k < size; k++) value = value * 256 + this.view.getUint8(this.at++);
    return value;
  }

  text(size: number): string {
    return String.fromCharCode(...this.take(size));
  }

  take(size: number): Uint8Array {
    if (size < 0 || this.at + size > this.bytes.length) throw new RangeError('a box is longer than the file');
    this.at += size;
    return this.bytes.subarray(this.at - size, this.at);
  }

  /** Version and flags, which begin a full box. */
  version(): { version: number; flags: number } {
    return { version: this.number(1), flags: this.number(3) };
  }

  boxes(): Box[] {
    const found: Box[] = [];
    while (this.at + 8 <= this.bytes.length) {
      const start = this.at;
      const short = this.number(4);
      const type = this.text(4);
      const size = short === 1 ? this.number(8) : short === 0 ? this.bytes.length - start : short;
      found.push({ type, body: new Reader(this.take(size - (this.at - start))) });
    }
    return found;
  }
}

function only(boxes: readonly Box[], type: string): Reader {
  const box = boxes.find((candidate) => candidate.type === type);
  if (!box) throw new RangeError(`no box ${type}`);
  return box.body;
}

/**
 * @throws {RangeError} where the bytes are no HEIF still coded in HEVC, or end too soon
 * @see ISO/IEC 14496-12 (meta, iloc, iref), 23008-12 (iprp, grid)
 */
export function parseHeif(bytes: Uint8Array): HeifPicture {
  const meta = only(new Reader(bytes).boxes(), 'meta');
  meta.version();
  const boxes = meta.boxes();
  const item = readPrimary(only(boxes, 'pitm'));
  const types = readTypes(only(boxes, 'iinf'));
  const data = readData(bytes, only(boxes, 'iloc'), boxes.find((box) => box.type === 'idat')?.body.bytes ?? null);
  const properties = readProperties(only(boxes, 'iprp'));
  const own = properties(item);
  const common = { turns: readTurns(own), mirror: readMirror(own), iccProfile: readProfile(own) };
  if (types.get(item) === 'hvc1') {
    const { width, height } = readSize(own);
    const configuration = only(own, 'hvcC').bytes;
    return { ...common, width, height, columns: 1, rows: 1, tiles: [data(item)], configuration };
  }
  if (types.get(item) !== 'grid') throw new RangeError(`an item of the kind ${types.get(item)}`);
  const parts = readParts(only(boxes, 'iref'), item);
  const grid = readGrid(new Reader(data(item)));
  if (parts.length !== grid.columns * grid.rows) throw new RangeError(`${parts.length} tiles in the grid`);
  const configuration = only(properties(parts[0]), 'hvcC').bytes;
  return { ...common, ...grid, tiles: parts.map(data), configuration };
}

function readPrimary(pitm: Reader): number {
  return pitm.number(pitm.version().version === 0 ? 2 : 4);
}

function readTypes(iinf: Reader): Map<number, string> {
  iinf.number(iinf.version().version === 0 ? 2 : 4);
  const types = new Map<number, string>();
  for (const { body } of iinf.boxes()) {
    const { version } = body.version();
    const id = body.number(version >= 3 ? 4 : 2);
    body.number(2);
    types.set(id, body.text(4));
  }
  return types;
}

/** @returns the bytes of an item, put together from its extents */
function readData(file: Uint8Array, iloc: Reader, idat: Uint8Array | null): (item: number) => Uint8Array {
  const { version } = iloc.version();
  const sizes = iloc.number(2);
  const [offsetSize, lengthSize, baseSize, indexSize] = [12, 8, 4, 0].map((shift) => (sizes >> shift) & 15);
  const places = new Map<number, Uint8Array[]>();
  const count = iloc.number(version < 2 ? 2 : 4);
  for (let k = 0; k < count; k++) {
    const id = iloc.number(version < 2 ? 2 : 4);
    const method = version > 0 ? iloc.number(2) & 15 : 0;
    iloc.number(2);
    const base = iloc.number(baseSize);
    const from = method === 1 ? idat : file;
    const extents: Uint8Array[] = [];
    for (let left = iloc.number(2); left > 0; left--) {
      if (version > 0) iloc.number(indexSize);
      const start = base + iloc.number(offsetSize);
      const end = start + iloc.number(lengthSize);
      if (!from || method > 1 || end > from.length) throw new RangeError(`item ${id} lies outside the file`);
      extents.push(from.subarray(start, end));
    }
    places.set(id, extents);
  }
  return (item) => {
    const extents = places.get(item) ?? [];
    return extents.length === 1 ? extents[0] : new Uint8Array(Buffer.concat(extents));
  };
}

/** @returns the properties of an item, in order */
function readProperties(iprp: Reader): (item: number) => Box[] {
  const boxes = iprp.boxes();
  const all = only(boxes, 'ipco').boxes();
  const ipma = only(boxes, 'ipma');
  const { version, flags } = ipma.version();
  const owned = new Map<number, Box[]>();
  for (let left = ipma.number(4); left > 0; left--) {
    const id = ipma.number(version < 1 ? 2 : 4);
    const list: Box[] = [];
    for (let more = ipma.number(1); more > 0; more--) {
      const index = flags & 1 ? ipma.number(2) & 0x7fff : ipma.number(1) & 0x7f;
      if (index > 0 && all[index - 1]) list.push(all[index - 1]);
    }
    owned.set(id, list);
  }
  // a property may belong to several items: each reads it from its beginning
  return (item) => (owned.get(item) ?? []).map(({ type, body }) => ({ type, body: new Reader(body.bytes) }));
}

function readSize(own: readonly Box[]): { width: number; height: number } {
  const ispe = only(own, 'ispe');
  ispe.version();
  return { width: ispe.number(4), height: ispe.number(4) };
}

function readTurns(own: readonly Box[]): number {
  return (own.find((box) => box.type === 'irot')?.body.number(1) ?? 0) & 3;
}

function readMirror(own: readonly Box[]): HeifPicture['mirror'] {
  const imir = own.find((box) => box.type === 'imir');
  if (!imir) return 'none';
  return imir.body.number(1) & 1 ? 'horizontal' : 'vertical';
}

function readProfile(own: readonly Box[]): Uint8Array | null {
  for (const { type, body } of own) {
    if (type !== 'colr') continue;
    const kind = body.text(4);
    if (kind === 'prof' || kind === 'rICC') return body.take(body.bytes.length - 4);
  }
  return null;
}

/** The items that a grid is derived from, row by row. */
function readParts(iref: Reader, item: number): number[] {
  const size = iref.version().version === 0 ? 2 : 4;
  for (const { type, body } of iref.boxes()) {
    if (type !== 'dimg' || body.number(size) !== item) continue;
    return Array.from({ length: body.number(2) }, () => body.number(size));
  }
  throw new RangeError('a grid without tiles');
}

function readGrid(data: Reader): { rows: number; columns: number; width: number; height: number } {
  data.number(1);
  const size = data.number(1) & 1 ? 4 : 2;
  const rows = data.number(1) + 1;
  const columns = data.number(1) + 1;
  return { rows, columns, width: data.number(size), height: data.number(size) };
}
