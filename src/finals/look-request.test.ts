import { describe, expect, it } from 'vitest';
import { parseFile } from '../core/index.ts';
import { lookAt } from '../reage/index.ts';
import { KEYFRAMES } from './keyframes.ts';
import type { LookRequest } from './look-request.ts';
import { ageInYear, lookFor, parseRegions, targetAgesOf } from './look-request.ts';

const clock = { timecode: '10:00:00:00', frameRate: { num: 24, den: 1 } };
const asked: LookRequest = {
  performer: 'Mara',
  keyframes: null,
  targetAge: 35,
  blend: 1,
  strengths: {},
  regionAges: {},
};

function keyframes(mara: object): LookRequest['keyframes'] {
  const file = { schema: 'dorian/keyframes', version: 1, performers: { mara } };
  return parseFile(KEYFRAMES, JSON.stringify(file), 'shot.json');
}

describe('lookFor', () => {
  it('holds one age and blend over the shot', () => {
    const look = lookFor({ ...asked, blend: 0.5, strengths: { lips: 0 }, regionAges: { 'jaw-neck': 40 } }, clock);
    const frame = lookAt(look, 100);
    expect(frame).toMatchObject({ targetAge: 35, blend: 0.5, regionAges: { 'jaw-neck': 40 } });
    expect(frame.strengths).toMatchObject({ lips: 0, forehead: 1, eyes: 0 });
    expect(targetAgesOf(look)).toEqual([35, 40]);
  });

  it('lets the keyframes go before the options, by frame or by timecode', () => {
    const look = lookFor(
      {
        ...asked,
        keyframes: keyframes({
          targetAge: [
            { timecode: '10:00:01:00', value: 30 },
            { frame: 0, value: 60 },
          ],
          blend: [
            { frame: 10, value: 0 },
            { frame: 20, value: 1 },
          ],
          strengths: { forehead: 0.5 },
        }),
      },
      clock,
    );
    expect(lookAt(look, 12)).toMatchObject({ targetAge: 45, blend: 0.2 });
    expect(lookAt(look, 90)).toMatchObject({ targetAge: 30, blend: 1 });
    expect(lookAt(look, 0).strengths.forehead).toBe(0.5);
  });

  it('takes the age from the year of the story', () => {
    expect(ageInYear('1943-01-01', 1978)).toBe(35.5);
    const look = lookFor({ ...asked, targetAge: undefined, storyYear: 1978, born: '1943-01-01' }, clock);
    expect(lookAt(look, 0).targetAge).toBe(35.5);
  });

  it.each([
    ['finals/no-target-age', { targetAge: undefined }],
    ['finals/age-out-of-range', { targetAge: 140 }],
    [
      'finals/keyframe-twice',
      {
        keyframes: keyframes({
          targetAge: [
            { frame: 24, value: 30 },
            { timecode: '10:00:01:00', value: 31 },
          ],
        }),
      },
    ],
    [
      'finals/keyframe-outside-clock',
      { keyframes: keyframes({ targetAge: [{ timecode: '10:00:01:24', value: 31 }] }) },
    ],
  ])('refuses with %s', (code, change) => {
    expect(() => lookFor({ ...asked, ...change }, clock)).toThrow(expect.objectContaining({ code }));
  });
});

describe('the keyframes file', () => {
  it.each([
    { targetAge: [] },
    { targetAge: [{ value: 30 }] },
    { targetAge: [{ frame: 1, timecode: '10:00:00:01', value: 30 }] },
    { blend: [{ frame: 0, value: 1.5 }] },
    { strengths: { nose: 1 } },
    { targetAges: [] },
  ])('is refused with %j', (keys) => {
    expect(() => keyframes(keys)).toThrow(expect.objectContaining({ code: 'file/invalid' }));
  });
});

describe('parseRegions', () => {
  it('reads names and numbers', () => {
    expect(parseRegions('forehead=0.5, Lips=0', 2)).toEqual({ forehead: 0.5, lips: 0 });
  });

  it.each(['nose=1', 'lips', 'lips=', 'lips=3', 'lips=-1', 'lips=much'])('refuses %s', (text) => {
    expect(() => parseRegions(text, 2)).toThrow(expect.objectContaining({ code: 'finals/bad-region' }));
  });
});
