// Read from the npm packages that the project depends on: real files, no copies.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { isCodedError } from '../core/index.ts';
import { readTflite } from './tflite.ts';
import { tfliteToOnnx } from './tflite-to-onnx.ts';

const packageFile = (file: string): Buffer => readFileSync(createRequire(import.meta.url).resolve(file));
const detector = packageFile('@mediapipe/face_detection/face_detection_full_range.tflite');

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (isCodedError(error)) return error.code;
    throw error;
  }
  return 'no error';
}

describe('readTflite', () => {
  it('lists tensors and operators of the full-range detector', () => {
    const model = readTflite(detector);
    expect(model.inputs.map((tensor) => model.tensors[tensor].shape)).toEqual([[1, 192, 192, 3]]);
    const outputs = model.outputs.map((tensor) => model.tensors[tensor]);
    expect(outputs.map(({ name, shape }) => [name, shape])).toEqual([
      ['reshaped_regressor_face_4', [1, 2304, 16]],
      ['reshaped_classifier_face_4', [1, 2304, 1]],
    ]);
    const count = (name: string): number => model.operators.filter((operator) => operator.name === name).length;
    expect([count('CONV_2D'), count('DEPTHWISE_CONV_2D'), count('RESIZE_BILINEAR'), count('DEQUANTIZE')]).toEqual([
      49, 40, 3, 178,
    ]);
  });

  it('refuses other files and cut ones', () => {
    expect(codeOf(() => readTflite(new Uint8Array(0)))).toBe('onnx/tflite-unreadable');
    expect(codeOf(() => readTflite(packageFile('@mediapipe/face_detection/package.json')))).toBe(
      'onnx/tflite-unreadable',
    );
    for (const length of [8, 1000, detector.length >> 1]) {
      expect(codeOf(() => readTflite(detector.subarray(0, length)))).toBe('onnx/tflite-unreadable');
    }
  });
});

describe('tfliteToOnnx', () => {
  it('names an operator that it does not know', () => {
    const sparse = packageFile('@mediapipe/face_detection/face_detection_full_range_sparse.tflite');
    expect(codeOf(() => tfliteToOnnx(sparse, 'sparse'))).toBe('onnx/tflite-unsupported');
    expect(() => tfliteToOnnx(sparse, 'sparse')).toThrow('DENSIFY');
  });
});
