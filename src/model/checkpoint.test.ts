import { describe, expect, it } from 'vitest';
import { tinyProgram } from '../../test/tiny-training.ts';
import { readCheckpoint, requireSameNetwork, weightsIn, writeCheckpoint } from './checkpoint.ts';
import { initialState, weightsOf } from './program.ts';

const program = tinyProgram();
const state = {
  ...initialState(program, 3),
  step: 40,
  batches: 52,
  trainedSeconds: 12.5,
  rateFactor: 0.5,
  smoothedLoss: 0.25,
};
const bytes = writeCheckpoint(state, program.groups, { from: 'prior' });

describe('checkpoint', () => {
  it('comes back whole, also from the middle of a buffer', () => {
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    const read = readCheckpoint(shifted.subarray(3), 'file');
    expect(read.state).toEqual(state);
    expect(read.note).toEqual({ from: 'prior' });
    expect(() => requireSameNetwork(read, program, 'file')).not.toThrow();
  });

  it('gives weights by name', () => {
    const weights = weightsOf(program.groups, state);
    expect(weights.get('inp.weight')?.shape).toEqual([8, 14, 3, 3]);
    expect(weights.get('enc.0.g')?.data).toEqual(new Float32Array(8).fill(0.2));
    expect(weightsIn(readCheckpoint(bytes, 'file'))).toEqual(weights);
    expect([...weights.values()].reduce((sum, { data }) => sum + data.length, 0)).toBe(program.groups[0].size);
    expect(initialState(program, 3, weights).vectors).toEqual(state.vectors);
    const wrong = new Map([['inp.weight', { shape: [8, 14], data: new Float32Array(112) }]]);
    expect(() => initialState(program, 3, wrong)).toThrow('the network wants [8,14,3,3]');
  });

  it('says when it is damaged', () => {
    const flipped = bytes.slice();
    flipped[bytes.length - 9] ^= 1;
    const damaged = [new Uint8Array(0), bytes.subarray(0, 40), bytes.subarray(0, bytes.length - 4), flipped];
    for (const part of damaged)
      expect(() => readCheckpoint(part, 'file')).toThrowError(
        expect.objectContaining({ code: 'model/checkpoint-damaged' }),
      );
  });

  it('says when it is newer than the program or of another network', () => {
    const text = new TextDecoder('latin1').decode(bytes).replace('"version": 1', '"version": 9');
    const newer = Uint8Array.from(text, (c, k) => (bytes[k] < 128 ? c.charCodeAt(0) : bytes[k]));
    expect(() => readCheckpoint(newer, 'file')).toThrowError(expect.objectContaining({ code: 'file/newer-version' }));
    expect(() => requireSameNetwork(readCheckpoint(bytes, 'file'), tinyProgram({ critic: true }), 'file')).toThrowError(
      expect.objectContaining({ code: 'model/checkpoint-mismatch' }),
    );
  });
});
