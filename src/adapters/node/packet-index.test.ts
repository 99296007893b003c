import { describe, expect, it } from 'vitest';
import type { PacketFacts } from './packet-index.ts';
import { decodingTimes, frameAt, indexPackets, keyBefore } from './packet-index.ts';

/** Packets in the order of the file, all of length 10; the first is a key. */
function packets(pts: readonly number[], changes: Readonly<Record<number, Partial<PacketFacts>>> = {}): PacketFacts[] {
  return pts.map((time, i) => ({
    pts: time,
    dts: i * 10,
    duration: 10,
    isKey: i === 0,
    isCorrupt: false,
    isHidden: false,
    ...changes[i],
  }));
}

describe('indexPackets', () => {
  it('numbers frames in the order of display', () => {
    const index = indexPackets(packets([0, 30, 10, 20]), 0, 40, false);
    expect(index).toMatchObject({ pts: [0, 10, 20, 30], durations: [10, 10, 10, 10], isVariableRate: false });
    expect([0, 10, 20, 30, 15].map((pts) => frameAt(index, pts))).toEqual([0, 1, 2, 3, -1]);
  });

  it('leaves out what is never shown: hidden packets and frames before the first that decodes', () => {
    expect(indexPackets(packets([0, 10, 20], { 0: { isHidden: true } }), 0, null, false).pts).toEqual([10, 20]);
    expect(indexPackets(packets([20, 0, 10, 30]), 20, null, false).pts).toEqual([20, 30]);
  });

  it('calls rounding to milliseconds constant and real changes variable', () => {
    expect(indexPackets(packets([0, 42, 83, 125, 167]), 0, null, false).isVariableRate).toBe(false);
    expect(indexPackets(packets([0, 1001, 2002, 4004]), 0, null, false).isVariableRate).toBe(true);
  });

  it('takes the length of the last frame from the end of the stream, if that can be', () => {
    expect(indexPackets(packets([0, 10, 20]), 0, 27, false).durations).toEqual([10, 10, 7]);
    expect(indexPackets(packets([0, 10, 20]), 0, 9000, false).durations).toEqual([10, 10, 10]);
    expect(indexPackets(packets([0], { 0: { duration: 0 } }), 0, null, false).durations).toEqual([1]);
  });

  it('stops at the hole that a torn end leaves between reordered frames', () => {
    const torn = packets([0, 40, 20, 80], { 3: { isCorrupt: true } });
    expect(indexPackets(torn, 0, null, true).pts).toEqual([0]);
    expect(indexPackets(packets([0, 40, 20, 10, 30, 60]), 0, null, true).pts).toEqual([0, 10, 20, 30, 40]);
  });

  it('starts decoding at a key that is shown no later', () => {
    const index = indexPackets(packets([0, 10, 50, 30, 40, 60], { 2: { isKey: true } }), 0, null, false);
    // 30 and 40 come after the second key in the file and lean on the first
    expect([0, 30, 40, 50, 60].map((pts) => keyBefore(index, pts)?.pts)).toEqual([0, 0, 0, 50, 50]);
  });
});

describe('decodingTimes', () => {
  it('is the order of display, moved earlier by what the codec reorders', () => {
    expect(decodingTimes([0, 10, 20])).toEqual([0, 10, 20]);
    expect(decodingTimes([0, 30, 10, 20, 60, 40, 50])).toEqual([-10, 0, 10, 20, 30, 40, 50]);
  });

  it('never decodes a frame after it is shown, and never two at once', () => {
    const pts = [0, 3000, 1000, 1800, 7000, 4000, 6000, 7001];
    const dts = decodingTimes(pts);
    expect(dts.every((time, i) => time <= pts[i] && (i === 0 || time > dts[i - 1]))).toBe(true);
  });
});
