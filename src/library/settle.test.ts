import { describe, expect, it } from 'vitest';
import type { GivenFile, Judgement, Photo, PhotoFace } from './archive.ts';
import { claimsFromPath } from './date-names.ts';
import type { SettleFacts } from './settle.ts';
import { settle } from './settle.ts';

const performer = { slug: 'ada', name: 'Ada', born: '1960-01-01' };

/** A repeatable spread of numbers in -0.5..0.5. */
function noise(seed: number, length: number): Float32Array {
  let state = seed * 7919 + 1;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  });
}

/** Descriptors of one person lie about 0.3 apart, of different people about 0.9. */
function descriptor(person: number, photo: number): Float32Array {
  const centre = noise(person, 128);
  return noise(1000 + photo, 128).map((v, i) => v * 0.065 + centre[i] * 0.19);
}

/** An ellipse of points, not the same for two photos. */
function landmarks(photo: number, eyeDistance: number): Float32Array {
  const stray = noise(photo, 478 * 3);
  return stray.map((v, i) => {
    const angle = (Math.floor(i / 3) / 478) * 2 * Math.PI;
    const on = i % 3 === 0 ? Math.cos(angle) : i % 3 === 1 ? Math.sin(angle) : 0;
    return 200 + eyeDistance * (on + v * 0.2);
  });
}

interface Made {
  readonly name: string;
  readonly people: readonly number[];
  readonly eyeDistance?: number;
  /** Of the same picture as another photo. */
  readonly copyOf?: number;
  readonly isPortrait?: boolean;
}

function factsOf(made: readonly Made[], changes: Partial<SettleFacts> = {}): SettleFacts {
  const photos: Photo[] = [];
  const faces: PhotoFace[] = [];
  const givenFiles: GivenFile[] = [];
  made.forEach(({ name, people, eyeDistance = 90, copyOf, isPortrait = false }, i) => {
    const look = copyOf ?? i;
    const sha256 = name;
    const [differenceHash, cosineHash] = [look * 7 + 1, look * 11 + 3].map((seed) =>
      [...noise(seed, 16)].map((v) => Math.floor((v + 0.5) * 16).toString(16)).join(''),
    );
    photos.push({
      sha256,
      file: name,
      givenName: name,
      footage: null,
      widthPx: 512,
      heightPx: 512,
      differenceHash,
      cosineHash,
      tagClaims: [],
    });
    givenFiles.push({
      path: `/given/${name}`,
      bytes: 1,
      modifiedMs: 0,
      claims: claimsFromPath(name.split('/')),
      isPortrait,
      photos: [sha256],
      refusal: null,
    });
    people.forEach((person, faceIndex) => {
      faces.push({
        photo: sha256,
        faceIndex,
        landmarks: landmarks(look * 10 + faceIndex, eyeDistance),
        score: 1,
        pose: { yaw: 0, pitch: 0, roll: 0 },
        eyeDistancePx: eyeDistance,
        descriptor: descriptor(person, look * 10 + faceIndex),
        apparentAge: 40,
        light: { azimuth: 0, elevation: 45, contrast: 1, brightness: 0.3 },
        expression: {
          mouthOpen: 0,
          mouthWide: 0,
          mouthCornersUp: 0,
          lipsForward: 0,
          browsUp: 0,
          browsApart: 0,
          eyesOpen: 0,
          gazeRight: 0,
          gazeDown: 0,
        },
        sharpness: 0.6,
      });
    });
  });
  return { performer, photos, faces, givenFiles, minorsAllowed: false, today: '2026-11-24', ...changes };
}

function outcome(judgements: readonly Judgement[]): Record<string, string> {
  return Object.fromEntries(
    judgements.map(({ photo, state, code, faceIndex }) => [photo, code ?? `${state} ${faceIndex}`]),
  );
}

const career: Made[] = Array.from({ length: 8 }, (_, i) => ({ name: `${1980 + i * 5}-06-01.jpg`, people: [1] }));

describe('settle', () => {
  it('uses a dated career of one person', () => {
    const { judgements } = settle(factsOf(career));
    expect(new Set(Object.values(outcome(judgements)))).toEqual(new Set(['used 0']));
    expect(judgements[0]).toMatchObject({ takenOn: '1980-06-01', ageSource: 'file-name' });
    expect(judgements[0].ageAtPhoto).toBeCloseTo(20.4, 1);
  });

  it('gives each photo that is not used its reason', () => {
    const { judgements } = settle(
      factsOf([
        ...career,
        { name: '1990-01-01 nobody.jpg', people: [] },
        { name: '1991-01-01 stranger.jpg', people: [2] },
        { name: 'undated.jpg', people: [1] },
        { name: '1970-01-02 child.jpg', people: [1] },
        { name: '1992-01-01 far away.jpg', people: [1], eyeDistance: 20 },
        { name: '1985-06-01 again.jpg', people: [1], eyeDistance: 60, copyOf: 1 },
      ]),
    );
    expect(outcome(judgements)).toMatchObject({
      '1990-01-01 nobody.jpg': 'library/no-face',
      '1991-01-01 stranger.jpg': 'library/other-person',
      'undated.jpg': 'library/no-date',
      '1970-01-02 child.jpg': 'library/minor',
      '1992-01-01 far away.jpg': 'library/face-too-small',
      '1985-06-01 again.jpg': 'library/near-duplicate',
    });
    expect(judgements.find((one) => one.state === 'duplicate')?.duplicateOf).toBe('1985-06-01.jpg');
  });

  it('picks the performer out of a group, whoever is larger on it', () => {
    const { judgements } = settle(factsOf([...career, { name: '1995-01-01 group.jpg', people: [3, 1, 4] }]));
    expect(outcome(judgements)['1995-01-01 group.jpg']).toBe('used 1');
  });

  it('never takes two faces of one photo for one person', () => {
    const { judgements } = settle(factsOf([...career, { name: '1995-01-01 mirror.jpg', people: [1, 1] }]));
    expect(judgements.filter((one) => one.photo.includes('mirror'))).toHaveLength(1);
  });

  it('lets a copy say the date of the better picture, and lists what contradicts', () => {
    const facts = factsOf([
      ...career,
      { name: 'scan.jpg', people: [1], eyeDistance: 120 },
      { name: '1984/small copy.jpg', people: [1], eyeDistance: 50, copyOf: career.length },
      { name: '1999/other copy.jpg', people: [1], eyeDistance: 40, copyOf: career.length },
    ]);
    const scan = settle(facts).judgements.find((one) => one.photo === 'scan.jpg');
    expect(scan).toMatchObject({ state: 'used', takenOn: '1984-07-01', ageSource: 'folder-name' });
    expect(scan?.contradictions).toHaveLength(1);
  });

  it('takes the person of a portrait, not the one who is on most photos', () => {
    const often: Made[] = Array.from({ length: 12 }, (_, i) => ({
      name: `${1980 + i * 3}-02-01 friend.jpg`,
      people: [5],
    }));
    const pile = [...career, ...often];
    const chosen = (made: readonly Made[]): Set<string> => {
      const used = settle(factsOf(made)).judgements.filter((one) => one.state === 'used');
      return new Set(used.map((one) => (one.photo.includes('friend') ? 'friend' : 'performer')));
    };
    expect(chosen(pile)).toEqual(new Set(['friend']));
    expect(settle(factsOf(pile)).runnerUpPhotos).toBe(8);
    expect(chosen([{ ...career[0], isPortrait: true }, ...pile.slice(1)])).toEqual(new Set(['performer']));
  });

  it('uses childhood pictures only under a record that covers them', () => {
    const facts = factsOf([...career, { name: '1970-01-02.jpg', people: [1] }], { minorsAllowed: true });
    expect(outcome(settle(facts).judgements)['1970-01-02.jpg']).toBe('used 0');
  });
});
