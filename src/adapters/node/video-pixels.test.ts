import { describe, expect, it } from 'vitest';
import { makePlate, SRGB } from '../../core/index.ts';
import type { FrameMemory, Orientation } from './video-pixels.ts';
import {
  copyPlanes,
  fillFrame,
  pixelForm,
  planarFormatName,
  UPRIGHT,
  uprightLayout,
  viewPlanes,
} from './video-pixels.ts';
import { clockwiseDegrees, orientationOf } from './video-rotation.ts';

/** A frame of one buffer whose bytes count up. */
function packedFrame(width: number, height: number, rowBytes: number): FrameMemory {
  return {
    buffers: [Buffer.from(Array.from({ length: rowBytes * height }, (_, i) => i))],
    rowBytes: [rowBytes],
    width,
    height,
  };
}

describe('pixelForm', () => {
  it.each([
    ['yuv420p', 'yuv420', 8],
    ['yuvj444p', 'yuv444', 8],
    ['yuva444p10le', 'yuv444', 10],
    ['yuv422p12le', 'yuv422', 12],
    ['gbrp', 'rgb', 8],
    ['gbrap16le', 'rgb', 16],
    ['gbrpf16le', 'rgb', 'half'],
    ['gbrapf32le', 'rgb', 'float'],
    ['bgr0', 'rgb', 8],
    ['rgba64le', 'rgb', 16],
    ['uyvy422', 'yuv422', 8],
    ['nv12', 'yuv420', 8],
  ])('%s is %s of %s', (name, layout, depth) => {
    expect(pixelForm(name)).toMatchObject({ layout, depth });
  });

  it.each(['yuv420p9le', 'yuv422p10be', 'gray', 'pal8', 'p010le', 'yuv411p', 'bayer_rggb8', 'rgb565le'])(
    'has no place for %s',
    (name) => {
      expect(pixelForm(name)).toBeNull();
    },
  );

  it('finds its own names again', () => {
    for (const layout of ['yuv420', 'yuv422', 'yuv444', 'rgb'] as const)
      for (const depth of [8, 10, 12, 16] as const)
        expect(pixelForm(planarFormatName(layout, depth))).toMatchObject({ layout, depth });
  });
});

describe('copying', () => {
  it('reads packed channels in their places, past the gaps between rows', () => {
    const frame = packedFrame(2, 2, 12);
    const [r, g, b] = viewPlanes(frame, pixelForm('bgr0')!);
    expect([r, g, b].map((plane) => plane.samples[plane.stride + plane.step])).toEqual([18, 17, 16]);
    const [y, u, v] = viewPlanes(packedFrame(4, 1, 8), pixelForm('uyvy422')!);
    expect([0, 1, 2, 3].map((x) => y.samples[x * y.step])).toEqual([1, 3, 5, 7]);
    expect([u, v].map((plane) => [plane.width, plane.samples[0], plane.samples[plane.step]])).toEqual([
      [2, 0, 4],
      [2, 2, 6],
    ]);
  });

  it('fills a frame with what it reads back', () => {
    const plate = makePlate(3, 2, 'rgb', 16, SRGB);
    plate.planes.forEach(({ samples }, k) => samples.forEach((_, i) => (samples[i] = 1000 * k + i)));
    const form = pixelForm('rgba64le')!;
    const frame = { buffers: [Buffer.alloc(2 * 32)], rowBytes: [32], width: 3, height: 2 };
    fillFrame(plate, frame, form);
    const again = makePlate(3, 2, 'rgb', 16, SRGB);
    copyPlanes(viewPlanes(frame, form), again, UPRIGHT);
    expect(again.planes.map(({ samples }) => [...samples])).toEqual(plate.planes.map(({ samples }) => [...samples]));
  });
});

/** The display matrix of a clockwise turn, as MOV stores it. */
function matrixOf(values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(36);
  const view = new DataView(bytes.buffer);
  values.forEach((value, k) => view.setInt32([0, 4, 12, 16][k], value * 65536, true));
  return bytes;
}

/** 3 x 2 pixels `0 1 2 / 3 4 5`, turned, row by row. */
function turn(orientation: Orientation): number[] {
  const turned = orientation.a === 0;
  const plate = makePlate(turned ? 2 : 3, turned ? 3 : 2, 'yuv444', 8, SRGB);
  const stored = { samples: Uint8Array.from([0, 1, 2, 3, 4, 5]), width: 3, height: 2, stride: 3, step: 1 };
  copyPlanes([stored, stored, stored], plate, orientation);
  return [...plate.planes[0].samples];
}

describe('turning', () => {
  it.each([
    ['upright', [1, 0, 0, 1], 0, [0, 1, 2, 3, 4, 5]],
    ['clockwise', [0, 1, -1, 0], 90, [3, 0, 4, 1, 5, 2]],
    ['upside down', [-1, 0, 0, -1], 180, [5, 4, 3, 2, 1, 0]],
    ['against the clock', [0, -1, 1, 0], 270, [2, 5, 1, 4, 0, 3]],
    ['mirrored', [-1, 0, 0, 1], 180, [2, 1, 0, 5, 4, 3]],
  ])('%s', (_, matrix, degrees, expected) => {
    const orientation = orientationOf(matrixOf(matrix));
    expect(clockwiseDegrees(orientation)).toBe(degrees);
    expect(turn(orientation)).toEqual(expected);
  });

  it('takes a slanted or absent matrix as upright', () => {
    expect(orientationOf(null)).toBe(UPRIGHT);
    expect(orientationOf(matrixOf([0.7, 0.7, -0.7, 0.7]))).toBe(UPRIGHT);
  });

  it('holds the chroma of turned 4:2:2 exactly in 4:4:4', () => {
    const clockwise = orientationOf(matrixOf([0, 1, -1, 0]));
    expect(uprightLayout('yuv422', clockwise)).toBe('yuv444');
    expect(uprightLayout('yuv422', UPRIGHT)).toBe('yuv422');
    const chroma = { samples: Uint8Array.from([10, 20, 30, 40]), width: 2, height: 2, stride: 2, step: 1 };
    const luma = { samples: new Uint8Array(8), width: 4, height: 2, stride: 4, step: 1 };
    const plate = makePlate(2, 4, 'yuv444', 8, SRGB);
    copyPlanes([luma, chroma, chroma], plate, clockwise);
    expect([...plate.planes[1].samples]).toEqual([30, 10, 30, 10, 40, 20, 40, 20]);
  });
});
