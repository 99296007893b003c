import { describe, expect, it } from 'vitest';
import { drawnPhoto } from '../../test/drawn-career.ts';
import type { CareerCrop } from './career-crops.ts';
import { DEFAULT_RECIPE } from './likeness-recipe.ts';
import type { LikenessRecord } from './likeness-record.ts';
import { photosUsed, refuseOtherCareer, refuseThinCareer } from './usable-career.ts';

const performer = { slug: 'mara', name: 'Mara Lind', born: '1964-05-01' };
function crop(age: number, weight = 0.8): CareerCrop {
  const { pose, light, expression } = drawnPhoto({ age }).face;
  return {
    name: `${'a'.repeat(62)}${String(Math.round(age)).padStart(2, '0')}-0.png`,
    picture: { samples: new Uint8Array(3), width: 1, height: 1 },
    points: [
      [0, 0],
      [1, 0],
      [0, 1],
    ],
    carry: new Float32Array(0),
    pose,
    light,
    expression,
    age,
    weight,
    colorTrust: 1,
    event: `age ${age}`,
    isHeldOut: false,
  };
}

const career = [22, 30, 38, 46, 54, 62].map((age) => crop(age));

describe('a career that is too thin', () => {
  it('six photos over the years will do', () => {
    expect(() => refuseThinCareer({ performer, photos: career })).not.toThrow();
  });

  it('five will not, and blurred ones do not count', () => {
    const few = [...career.slice(1), crop(70, 0.05), crop(71, 0.05)];
    expect(() => refuseThinCareer({ performer, photos: few })).toThrow(
      expect.objectContaining({
        code: 'likeness/too-few-photos',
        message:
          '5 photos of Mara Lind can be learned from, and it takes 6; 2 more are too blurred, turned away or small.',
      }),
    );
    expect(() => refuseThinCareer({ performer, photos: [] })).toThrow('0 photos');
  });

  it('nor will many of one age', () => {
    const one = [40, 41, 41.5, 42, 43, 44, 44.9].map((age) => crop(age));
    expect(() => refuseThinCareer({ performer, photos: one })).toThrow(
      expect.objectContaining({ code: 'likeness/one-age' }),
    );
  });
});

describe('the career of a training that goes on', () => {
  const record: LikenessRecord = {
    name: 'v001',
    performer: performer.name,
    state: 'training',
    begunAt: '',
    finishedAt: null,
    consentId: 'c',
    from: 'prior',
    priorSha256: '',
    seed: 1,
    recipe: DEFAULT_RECIPE,
    asked: { steps: 6, minutes: null },
    photos: photosUsed(career),
    step: 0,
    minutes: 0,
    marks: [],
    network: null,
    identity: null,
  };

  it('is the same where nothing was taken in', () => {
    expect(() => refuseOtherCareer(record, career)).not.toThrow();
    expect(record.photos[0]).toEqual({
      sha256: `${'a'.repeat(62)}22`,
      crop: career[0].name,
      age: 22,
      isHeldOut: false,
    });
  });

  it.each([
    ['one more photo', [...career, crop(70)]],
    ['one less', career.slice(1)],
    ['another date', [crop(22.5), ...career.slice(1)]],
    ['one that is held out now', [{ ...career[0], isHeldOut: true }, ...career.slice(1)]],
  ])('is another with %s', (_, photos) => {
    expect(() => refuseOtherCareer(record, photos)).toThrow(
      expect.objectContaining({ code: 'likeness/career-changed' }),
    );
  });
});
