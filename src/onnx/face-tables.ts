// The numbers about MediaPipe's face mesh that stand in its npm package and not in its networks: which mesh points the
// lips, eye and iris outputs of the attention mesh replace, and the canonical head. The file that holds them is face/'s.
import { CodedError } from '../core/index.ts';
import { readProtobuf } from './protobuf.ts';

/** 468 mesh points of an average head, in its own space. */
export interface CanonicalHead {
  /** x, y, z of each point in turn, centimetres; x to the right of the picture, y up, z towards the camera. */
  readonly vertices: readonly number[];
  /** u, v of each point in turn, 0..1. */
  readonly uv: readonly number[];
  /** Three point indices per triangle. */
  readonly triangles: readonly number[];
  /** [point, weight]: the 33 points that head pose is found from. */
  readonly basis: readonly (readonly [number, number])[];
}

/** Entry k of a table is the mesh point that row k of the output of the same name replaces. Left is left in the picture. */
export interface RefinementTables {
  readonly lips: readonly number[];
  /** The first 16 entries are the contour of the lids; the mean of their depths is the depth of the iris. */
  readonly leftEye: readonly number[];
  readonly rightEye: readonly number[];
  readonly leftIris: readonly number[];
  readonly rightIris: readonly number[];
}

const MESH_POINTS = 468;
const BASIS_POINTS = 33;

/**
 * Reads the refinement tables out of `face_mesh_solution_wasm_bin.wasm`, in which MediaPipe's own graph
 * (tensors_to_face_landmarks_with_attention.pbtxt) is compiled in as protobuf: field 1, varint, per entry.
 *
 * @throws {CodedError} `onnx/face-tables-missing`
 */
export function readRefinementTables(wasm: Uint8Array): RefinementTables {
  return {
    lips: indexTable(wasm, [61, 146, 91, 181], 80),
    leftEye: indexTable(wasm, [33, 7, 163, 144], 71),
    rightEye: indexTable(wasm, [263, 249, 390, 373], 71),
    // the ten new points behind the mesh
    leftIris: [468, 469, 470, 471, 472],
    rightIris: [473, 474, 475, 476, 477],
  };
}

const INDEX_TAG = 0x08;

// A table is found by its first entries; indices are below 2^14, so each takes one or two bytes.
function indexTable(wasm: Uint8Array, start: readonly number[], count: number): number[] {
  const pattern = start.flatMap((index) =>
    index < 128 ? [INDEX_TAG, index] : [INDEX_TAG, (index & 127) | 128, index >> 7],
  );
  const table: number[] = [];
  let at = find(wasm, pattern);
  while (table.length < count) {
    if (at < 0 || wasm[at] !== INDEX_TAG)
      throw tablesMissing(`the table that begins with ${start.join(', ')} has ${table.length} of ${count} entries`);
    let index = wasm[at + 1];
    at += 2;
    if (index > 127) index = (index & 127) | (wasm[at++] << 7);
    table.push(index);
  }
  return table;
}

function find(bytes: Uint8Array, pattern: readonly number[]): number {
  for (let at = bytes.indexOf(pattern[0]); at >= 0; at = bytes.indexOf(pattern[0], at + 1)) {
    if (pattern.every((byte, k) => bytes[at + k] === byte)) return at;
  }
  return -1;
}

/**
 * Reads the canonical head from MediaPipe's geometry pipeline metadata (protobuf): field 1 the mesh, in it field 3 the
 * vertices as x, y, z, u, v and field 4 the triangles; field 2 the basis points.
 *
 * @throws {CodedError} `onnx/face-tables-missing`
 */
export function readCanonicalHead(metadata: Uint8Array): CanonicalHead {
  try {
    const [mesh] = nested(metadata, 1);
    const rows = numbers(mesh ?? new Uint8Array(0), 3);
    const points = Array.from({ length: Math.floor(rows.length / 5) }, (_, i) => rows.slice(5 * i, 5 * i + 5));
    const basis = nested(metadata, 2).map((entry) => [numbers(entry, 1)[0], numbers(entry, 2)[0]] as const);
    if (points.length !== MESH_POINTS || basis.length !== BASIS_POINTS) {
      throw tablesMissing(`the geometry metadata has ${points.length} vertices and ${basis.length} basis points`);
    }
    return {
      vertices: points.flatMap((row) => row.slice(0, 3)),
      uv: points.flatMap((row) => row.slice(3)),
      triangles: numbers(mesh, 4),
      basis,
    };
  } catch (error) {
    if (error instanceof RangeError) throw tablesMissing('the geometry metadata is not readable', error);
    throw error;
  }
}

function nested(bytes: Uint8Array, field: number): Uint8Array[] {
  return readProtobuf(bytes).flatMap(({ number, value }) =>
    number === field && typeof value !== 'number' ? [value] : [],
  );
}

function numbers(bytes: Uint8Array, field: number): number[] {
  return readProtobuf(bytes).flatMap(({ number, value }) =>
    number === field && typeof value === 'number' ? [value] : [],
  );
}

function tablesMissing(what: string, cause?: unknown): CodedError {
  return new CodedError(
    'onnx/face-tables-missing',
    `The tables of the face mesh are not where they should be: ${what}.`,
    {
      hint: 'Run "npm ci", which installs @mediapipe/face_mesh in the version of the lock file, then "npm run models".',
      cause,
    },
  );
}
