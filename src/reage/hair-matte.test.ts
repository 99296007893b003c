// The hair matte on drawn heads: what it is told of, and what it leaves.

import { describe, expect, it } from 'vitest';
import { MESH_POINTS, OCCLUSION_SIDE, invertAffine } from '../core/index.ts';
import type { Affine, MeshLandmarks } from '../core/index.ts';
import { HAIR_CROP_PX, cropToHair, plateToHair } from '../face/index.ts';
import { CHANGE_CHANNELS } from './apply-input.ts';
import type { HairMatteInput } from './hair-matte.ts';
import { HAIR_GRID, HairMatte, personOverHair } from './hair-matte.ts';

const CROP = 256;
const PLATE_TO_CROP: Affine = [1, 0, 0, 0, 1, 0];
const FACE_GRID = 128;

/** A head whose eyes are where the crop wants them, moved to the right by so many eye distances. */
function headAt(shift: number): MeshLandmarks {
  const landmarks = new Float32Array(3 * MESH_POINTS);
  const eye = 0.26 * CROP;
  for (let i = 0; i < MESH_POINTS; i++) landmarks.set([0.5 * CROP + shift * eye, 0.3 * CROP, 0], 3 * i);
  for (const i of [33, 160, 158, 133, 153, 144]) landmarks.set([0.37 * CROP + shift * eye, 0.42 * CROP], 3 * i);
  for (const i of [362, 385, 387, 263, 373, 380]) landmarks.set([0.63 * CROP + shift * eye, 0.42 * CROP], 3 * i);
  return landmarks;
}

function inputWith(changed: Partial<HairMatteInput> = {}): HairMatteInput {
  const image = new Float32Array(3 * HAIR_GRID * HAIR_GRID).fill(0.3);
  return {
    hair: new Float32Array(HAIR_CROP_PX * HAIR_CROP_PX).fill(1),
    image,
    small: new Float32Array(3 * HAIR_CROP_PX * HAIR_CROP_PX).fill(0.3),
    person: new Float32Array(HAIR_GRID * HAIR_GRID).fill(1),
    face: {
      plateToCrop: PLATE_TO_CROP,
      cropToPlate: invertAffine(PLATE_TO_CROP),
      size: CROP,
      change: new Float32Array(CROP * CROP * CHANGE_CHANNELS),
      matte: new Float32Array(FACE_GRID * FACE_GRID),
      matteSize: FACE_GRID,
      strength: 1,
    },
    occlusion: null,
    plateToHair: plateToHair(PLATE_TO_CROP, CROP, HAIR_GRID),
    landmarks: headAt(0),
    others: [],
    ...changed,
  };
}

/** The matte at a place of the face crop's unit square. */
function at(matte: Float32Array, x: number, y: number): number {
  const [k, , tx, , , ty] = cropToHair(1, HAIR_GRID);
  return matte[Math.floor(k * y + ty) * HAIR_GRID + Math.floor(k * x + tx)];
}

/** Dark, and bright to the right of the middle. */
function half(side: number, cell: number): number {
  return cell % side < side / 2 ? 0.1 : 0.9;
}

describe('the matte of hair', () => {
  it('is whole inside and fades to nothing before the crop ends', () => {
    const matte = new HairMatte().update(inputWith());
    expect(at(matte, 0.5, 0)).toBe(1);
    const last = HAIR_GRID - 1;
    for (let i = 0; i < HAIR_GRID; i++) {
      for (const cell of [i, last * HAIR_GRID + i, i * HAIR_GRID, i * HAIR_GRID + last])
        expect(matte[cell]).toBeLessThan(0.01);
    }
  });

  it('leaves to the face what the face changes', () => {
    const face = inputWith().face;
    for (let y = 64; y < FACE_GRID; y++) face.matte.fill(0.75, y * FACE_GRID, (y + 1) * FACE_GRID);
    const matte = new HairMatte().update(inputWith({ face }));
    expect(at(matte, 0.5, 0.4)).toBe(1);
    expect(at(matte, 0.5, 0.7)).toBeCloseTo(0.25, 3);
  });

  it('keeps within the person', () => {
    const side = 256;
    const data = new Float32Array(side * side);
    // the left half of what is seen
    for (let y = 0; y < side; y++) data.fill(1, y * side, y * side + side / 2);
    const person = new Float32Array(HAIR_GRID * HAIR_GRID);
    personOverHair({ data, side }, person);
    const matte = new HairMatte().update(inputWith({ person }));
    expect(at(matte, 0.2, 0.5)).toBe(1);
    expect(at(matte, 0.8, 0.5)).toBe(0);
  });

  it('leaves what is hidden', () => {
    const occlusion = new Uint8Array(OCCLUSION_SIDE ** 2);
    for (let y = 0; y < 16; y++) occlusion.fill(255, y * OCCLUSION_SIDE, (y + 1) * OCCLUSION_SIDE);
    const matte = new HairMatte().update(inputWith({ occlusion }));
    expect(at(matte, 0.5, 0.1)).toBe(0);
    expect(at(matte, 0.5, 0.5)).toBe(1);
  });

  it("leaves another head's hair to that head", () => {
    const matte = new HairMatte().update(inputWith({ others: [headAt(2)] }));
    expect(at(matte, 0.2, 0)).toBe(1);
    expect(at(matte, 1.05, 0)).toBe(0);
  });

  it('ends where the picture has an edge, not where the coarse network has it', () => {
    const input = inputWith();
    // hair is dark; the network's reaches two of the network's pixels too far
    input.image.forEach((_, i) => (input.image[i] = half(HAIR_GRID, i)));
    input.small.forEach((_, i) => (input.small[i] = half(HAIR_CROP_PX, i)));
    input.hair.forEach((_, i) => (input.hair[i] = i % HAIR_CROP_PX < HAIR_CROP_PX / 2 + 2 ? 1 : 0));
    const matte = new HairMatte().update(input);
    const row = (HAIR_GRID / 2) * HAIR_GRID + HAIR_GRID / 2;
    expect(matte[row - 2]).toBeGreaterThan(0.9);
    expect(matte[row + 1]).toBeLessThan(0.65);
  });
});
