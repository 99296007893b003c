import { describe, expect, it } from 'vitest';
import { CROP_POINT_SETS, eyeDistance, meanPoint, MESH_FOR_68, MESH_POINTS, meshPoint } from './landmarks.ts';

/** A mesh with every point at a place of its own. */
function spread(): Float32Array {
  const mesh = new Float32Array(MESH_POINTS * 3);
  for (let i = 0; i < MESH_POINTS; i++) mesh.set([i, i * 2, -7], i * 3);
  return mesh;
}

describe('the tables', () => {
  it('name a mesh point for each of the 68, and none twice', () => {
    expect(MESH_FOR_68).toHaveLength(68);
    expect(new Set(MESH_FOR_68).size).toBe(68);
    for (const index of MESH_FOR_68) expect(index >= 0 && index < MESH_POINTS).toBe(true);
  });

  it('hold six points of either eye and twelve of the lips', () => {
    expect(CROP_POINT_SETS.map((set) => set.length)).toEqual([6, 6, 12]);
    // corners, in MediaPipe's numbering: 33 and 133, 362 and 263; the mouth 61 and 291
    expect(CROP_POINT_SETS[0]).toEqual(expect.arrayContaining([33, 133]));
    expect(CROP_POINT_SETS[1]).toEqual(expect.arrayContaining([362, 263]));
    expect(CROP_POINT_SETS[2]).toEqual(expect.arrayContaining([61, 291]));
  });
});

describe('points', () => {
  it('are read as x and y; depth stays out', () => {
    expect(meshPoint(spread(), 33)).toEqual([33, 66]);
    expect(meanPoint(spread(), [1, 2, 6])).toEqual([3, 6]);
  });

  it('give the eye distance in plate pixels, whatever the roll', () => {
    const mesh = spread();
    for (const index of CROP_POINT_SETS[0]) mesh.set([500, 300, 3], index * 3);
    for (const index of CROP_POINT_SETS[1]) mesh.set([560, 380, -3], index * 3);
    expect(eyeDistance(mesh)).toBe(100);
  });
});
