import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { readCanonicalHead, readRefinementTables } from './face-tables.ts';

const packageFile = (file: string): Buffer =>
  readFileSync(createRequire(import.meta.url).resolve(`@mediapipe/face_mesh/${file}`));
const missing = expect.objectContaining({ code: 'onnx/face-tables-missing' });

describe('readRefinementTables', () => {
  const program = packageFile('face_mesh_solution_wasm_bin.wasm');
  const tables = readRefinementTables(program);

  it('finds distinct points of the 468 for lips and eyes, and the ten behind them for the irises', () => {
    for (const [table, size] of [
      [tables.lips, 80],
      [tables.leftEye, 71],
      [tables.rightEye, 71],
    ] as const) {
      expect(new Set(table).size).toBe(size);
      expect(Math.max(...table)).toBeLessThan(468);
    }
    expect([...tables.leftIris, ...tables.rightIris]).toEqual([468, 469, 470, 471, 472, 473, 474, 475, 476, 477]);
  });

  it('gives the eye contours in the order of the published graph', () => {
    expect(tables.leftEye.slice(0, 16)).toEqual([
      33, 7, 163, 144, 145, 153, 154, 155, 133, 246, 161, 160, 159, 158, 157, 173,
    ]);
    expect(tables.rightEye.slice(0, 16)).toEqual([
      263, 249, 390, 373, 374, 380, 381, 382, 362, 466, 388, 387, 386, 385, 384, 398,
    ]);
  });

  it('says so when they are not there', () => {
    expect(() => readRefinementTables(program.subarray(0, 1_000_000))).toThrow(missing);
  });
});

describe('readCanonicalHead', () => {
  const metadata = packageFile('face_mesh_solution_packed_assets.data').subarray(3_737_848, 3_757_224);
  const head = readCanonicalHead(metadata);
  const vertex = (i: number): readonly number[] => head.vertices.slice(3 * i, 3 * i + 3);

  it('is a head of natural size, y up, nose towards the camera', () => {
    const [leftOuterCorner, rightOuterCorner, noseTip, chin, forehead] = [33, 263, 4, 152, 10].map(vertex);
    expect(rightOuterCorner[0] - leftOuterCorner[0]).toBeCloseTo(8.89, 2); // cm
    expect(forehead[1]).toBeGreaterThan(chin[1] + 15);
    expect(noseTip[2]).toBeGreaterThan(leftOuterCorner[2] + 4);
  });

  it('has 898 triangles over all 468 points, each shared edge used once in each direction', () => {
    expect(head.triangles.length).toBe(3 * 898);
    expect(new Set(head.triangles).size).toBe(468);
    const edges = new Set<string>();
    for (let t = 0; t < head.triangles.length; t += 3) {
      const [a, b, c] = head.triangles.slice(t, t + 3);
      for (const edge of [`${a}-${b}`, `${b}-${c}`, `${c}-${a}`]) {
        expect(edges.has(edge)).toBe(false);
        edges.add(edge);
      }
    }
  });

  it('weighs 33 basis points', () => {
    expect(head.basis.length).toBe(33);
    for (const [point, weight] of head.basis) {
      expect(point).toBeLessThan(468);
      expect(weight).toBeGreaterThan(0);
    }
  });

  it('says so when the metadata are cut', () => {
    for (const length of [0, 10, 19_000])
      expect(() => readCanonicalHead(metadata.subarray(0, length))).toThrow(missing);
  });
});
