import { describe, expect, it } from 'vitest';
import type { TrackedFace } from '../core/index.ts';
import { MESH_POINTS } from '../core/index.ts';
import type { CastingRule, PlateTracks } from './casting.ts';
import { Casting } from './casting.ts';

const LOOKAHEAD = 6;

/** Descriptors along one axis: people are whole numbers, one unit apart. */
function descriptor(place: number): Float32Array {
  return Float32Array.from({ length: 128 }, (_, i) => (i === 0 ? place : 0));
}

function face(trackId: number, size = 100): TrackedFace {
  const landmarks = new Float32Array(MESH_POINTS * 3);
  for (const point of [362, 385, 387, 263, 373, 380]) landmarks[point * 3] = size;
  return { trackId, landmarks, score: 1, pose: { yaw: 0, pitch: 0, roll: 0 }, fade: 1 };
}

/** A face that fills a box of 100 by 90 pixels. */
function faceAt(trackId: number, left: number): TrackedFace {
  const one = face(trackId);
  for (let i = 0; i < MESH_POINTS; i++) {
    one.landmarks[i * 3] += left + (i % 100);
    one.landmarks[i * 3 + 1] = i % 90;
  }
  return one;
}

function plate(frameIndex: number, faces: TrackedFace[], seen: Record<number, number> = {}): PlateTracks {
  const descriptors = Object.entries(seen).map(([id, place]) => ({
    trackId: Number(id),
    descriptor: descriptor(place),
  }));
  return { frameIndex, isCut: frameIndex === 0, faces, descriptors };
}

const enrolled: CastingRule = {
  kind: 'enrolled',
  whoIs: (read) =>
    Math.abs(read[0]) < 0.5
      ? { performer: 'Mara', distance: Math.abs(read[0]) }
      : Math.abs(read[0] - 1) < 0.4
        ? { performer: 'Jonas', distance: Math.abs(read[0] - 1) }
        : null,
};

/** Runs as a render does: frame i is asked for when frame i + LOOKAHEAD has been seen. */
function run(rule: CastingRule, plates: readonly PlateTracks[]): string[] {
  const casting = new Casting(rule, LOOKAHEAD);
  const names: string[] = [];
  const ask = (i: number): void => {
    const cast = casting.castOn(i, plates[i].faces.map((one) => one.trackId)); // prettier-ignore
    names.push([...cast].map(([id, { performer, share }]) => `${id}:${performer}:${share.toFixed(2)}`).join(' '));
  };
  plates.forEach((one, i) => {
    casting.see(one);
    if (i >= LOOKAHEAD) ask(i - LOOKAHEAD);
  });
  for (let i = Math.max(0, plates.length - LOOKAHEAD); i < plates.length; i++) ask(i);
  return names;
}

describe('casting with a library', () => {
  it('decides on the first frame by readings that come a little later', () => {
    const plates = Array.from({ length: 12 }, (_, i) => plate(i, [face(1)], i === 4 ? { 1: 0.1 } : {}));
    expect(run(enrolled, plates).every((name) => name === '1:Mara:1.00')).toBe(true);
  });

  it('goes by the majority of the first readings, not by one that is wrong', () => {
    const plates = Array.from({ length: 10 }, (_, i) =>
      plate(i, [face(1)], i === 0 ? { 1: 1 } : i < 4 ? { 1: 0.1 } : {}),
    );
    expect(new Set(run(enrolled, plates))).toEqual(new Set(['1:Mara:1.00']));
  });

  it('leaves a face that nobody is enrolled for as plate', () => {
    const plates = Array.from({ length: 8 }, (_, i) => plate(i, [face(1), face(2)], i === 0 ? { 1: 5, 2: 1 } : {}));
    expect(new Set(run(enrolled, plates))).toEqual(new Set(['2:Jonas:1.00']));
  });

  it('gives one performer to the nearer of two tracks', () => {
    const plates = Array.from({ length: 8 }, (_, i) => plate(i, [face(1), face(2)], i === 0 ? { 1: 0.4, 2: 0.1 } : {}));
    expect(new Set(run(enrolled, plates))).toEqual(new Set(['2:Mara:1.00']));
  });

  it('changes only after three readings in a row, fading on both sides of the place where they began', () => {
    // one stray reading at 8
    const seen = [0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1];
    const names = run(
      enrolled,
      seen.flatMap((place, k) => [plate(2 * k, [face(1)], { 1: place }), plate(2 * k + 1, [face(1)])]),
    );
    expect(names[8]).toBe('1:Mara:1.00');
    expect(names[19]).toBe('1:Mara:0.17');
    expect(names[20]).toBe('1:Jonas:0.17');
    expect(names[26]).toBe('1:Jonas:1.00');
  });

  it('casts nobody where a track lay on a passer-by before its id was changed', () => {
    // at 10 the track jumps aside, at 12 the tracker sees that it is somebody else
    const plates = Array.from({ length: 20 }, (_, i) =>
      plate(
        i,
        [i < 10 ? faceAt(1, 0) : i < 12 ? faceAt(1, 400) : faceAt(2, 400)],
        i === 0 ? { 1: 0 } : i === 12 ? { 2: 5 } : {},
      ),
    );
    const names = run(enrolled, plates);
    expect(names.slice(0, 10).every((name) => name === '1:Mara:1.00')).toBe(true);
    expect(names.slice(10).every((name) => name === '')).toBe(true);
  });

  it('fades in where the first reading comes too late', () => {
    const names = run(
      enrolled,
      Array.from({ length: 30 }, (_, i) => plate(i, [face(1)], i === 15 ? { 1: 0 } : {})),
    );
    expect(names[14]).toBe('');
    expect(names[15]).toBe('1:Mara:0.17');
    expect(names[21]).toBe('1:Mara:1.00');
  });

  it('is the same when it is told everything up to a frame and goes on from there', () => {
    const plates = Array.from({ length: 40 }, (_, i) => plate(i, [face(1)], i % 3 === 0 ? { 1: i < 18 ? 0 : 1 } : {}));
    const whole = run(enrolled, plates);
    const resumed = new Casting(enrolled, LOOKAHEAD);
    for (const one of plates.slice(0, 24)) resumed.see(one);
    const names: string[] = [];
    for (let i = 24; i < 40 + LOOKAHEAD; i++) {
      if (i < 40) resumed.see(plates[i]);
      const asked = i - LOOKAHEAD;
      if (asked < 24) continue;
      names.push([...resumed.castOn(asked, [1])].map(([id, c]) => `${id}:${c.performer}:${c.share.toFixed(2)}`).join(' ')); // prettier-ignore
    }
    expect(names).toEqual(whole.slice(24));
  });
});

describe('casting without a library', () => {
  const principal: CastingRule = { kind: 'principal', performer: 'anyone' };

  it('takes the most prominent face, and after a cut whoever looks like it', () => {
    const plates = Array.from({ length: 30 }, (_, i) => {
      if (i < 15) return plate(i, [face(1, 40), face(2, 120)], i === 0 ? { 1: 3, 2: 0 } : {});
      return plate(i, [face(3, 150), face(4, 60)], i === 15 ? { 3: 3, 4: 0.2 } : {});
    });
    const names = run(principal, plates);
    expect(new Set(names.slice(0, 15))).toEqual(new Set(['2:anyone:1.00']));
    expect(new Set(names.slice(15))).toEqual(new Set(['4:anyone:1.00']));
  });

  it('is not misled by a bystander who is seen before the lead comes in', () => {
    const plates = Array.from({ length: 20 }, (_, i) =>
      plate(i, i < 2 ? [face(1, 40)] : [face(1, 40), face(2, 120)], i === 0 ? { 1: 3 } : i === 2 ? { 2: 0 } : {}),
    );
    expect(new Set(run(principal, plates).slice(2))).toEqual(new Set(['2:anyone:1.00']));
  });

  it('takes every face when asked for all', () => {
    const plates = Array.from({ length: 8 }, (_, i) => plate(i, [face(1), face(2)]));
    expect(new Set(run({ kind: 'everyone', performer: 'anyone' }, plates))).toEqual(
      new Set(['1:anyone:1.00 2:anyone:1.00']),
    );
  });
});
