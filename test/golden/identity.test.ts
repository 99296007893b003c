// The performer in a pile: 80 career photos over 60 years among 200 pictures of other synthetic people of the same ages,
// as descriptors (fixtures/identity-descriptors.json, made by bench/identity.ts).

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CandidateFace, EnrolledPerformer } from '../../src/library/index.ts';
import { identifyPerformer, selectPerformer } from '../../src/library/index.ts';

interface Stored {
  readonly photo: string;
  readonly age: number;
  readonly yaw: number;
  readonly isPerformer: boolean;
  readonly descriptor: string;
}

const file = path.join(import.meta.dirname, '../fixtures/identity-descriptors.json');
const stored = (JSON.parse(readFileSync(file, 'utf8')) as { faces: Stored[] }).faces;
const faces = stored.map((one): CandidateFace & { isPerformer: boolean } => {
  const bytes = Buffer.from(one.descriptor, 'base64');
  const halves = new Float16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  return { ...one, descriptor: Float32Array.from(halves) };
});
const performer = faces.filter((face) => face.isPerformer);
const others = faces.filter((face) => !face.isPerformer);

/** Names of the performer's photos that were lost, and of others' that were taken. */
function mistakes(pile: readonly (CandidateFace & { isPerformer: boolean })[]): { lost: string[]; taken: string[] } {
  const { isPerformer } = selectPerformer(pile);
  const wrong = pile.filter((face, i) => face.isPerformer !== isPerformer[i]);
  return {
    lost: wrong.filter((face) => face.isPerformer).map((face) => face.photo),
    taken: wrong.filter((face) => !face.isPerformer).map((face) => face.photo),
  };
}

describe('selectPerformer', () => {
  it('loses at most 2 of 80 photos among 200 of other people, and takes none of theirs', () => {
    const { lost, taken } = mistakes(faces);
    expect(taken).toEqual([]);
    expect(lost.length).toBeLessThanOrEqual(2);
  });

  it('finds ten photos among forty, and all of a career by itself', () => {
    const ten = performer.filter((_, i) => i % 8 === 2);
    expect(mistakes([...ten, ...others.slice(0, 40)]).taken).toEqual([]);
    expect(mistakes([...ten, ...others.slice(0, 40)]).lost.length).toBeLessThanOrEqual(1);
    expect(mistakes(performer).lost.length).toBeLessThanOrEqual(2);
  });

  it('finds the performer without any dates', () => {
    const { lost, taken } = mistakes(faces.map((face) => ({ ...face, age: null })));
    expect(taken.length).toBeLessThanOrEqual(1);
    expect(lost.length).toBeLessThanOrEqual(6);
  });

  it('groups a sample of a very large pile and lets the rest join', () => {
    const copies = Array.from({ length: 5 }, (_, k) => faces.map((face) => ({ ...face, photo: `${k}/${face.photo}` })));
    const { lost, taken } = mistakes(copies.flat());
    expect(taken).toEqual([]);
    expect(lost.length).toBeLessThanOrEqual(20);
  });
});

function enrol(name: string, from: readonly CandidateFace[]): EnrolledPerformer {
  return { performer: name, references: from.map(({ age, descriptor }) => ({ age: age ?? 0, descriptor })) };
}

describe('identifyPerformer', () => {
  const known = performer.filter((_, i) => i % 2 === 0);
  const asked = performer.filter((_, i) => i % 2 === 1);

  it('knows a performer by a career, and hardly ever takes another for one', () => {
    const enrolled = [enrol('A', known)];
    expect(asked.filter((face) => identifyPerformer(face.descriptor, enrolled)).length).toBeGreaterThan(36);
    expect(others.filter((face) => identifyPerformer(face.descriptor, enrolled)).length).toBeLessThan(10);
  });

  it('names the nearer of two performers, or nobody', () => {
    const person = others[0].photo.slice(0, 4);
    const other = others.filter((face) => face.photo.startsWith(person));
    const enrolled = [enrol('A', known), enrol('B', other)];
    const named = asked.map((face) => identifyPerformer(face.descriptor, enrolled)?.performer ?? null);
    expect(named.filter((name) => name === 'B')).toEqual([]);
    expect(named.filter((name) => name === 'A').length).toBeGreaterThan(34);
    expect(identifyPerformer(other[0].descriptor, enrolled)?.performer).toBe('B');
  });

  it('names nobody when nobody is enrolled', () => {
    expect(identifyPerformer(asked[0].descriptor, [])).toBeNull();
    expect(identifyPerformer(asked[0].descriptor, [{ performer: 'A', references: [] }])).toBeNull();
  });
});
