import { describe, expect, it } from 'vitest';
import { frameIndexAt, timecodeAt } from './time.ts';

const FILM = { num: 24000, den: 1001 };
const NTSC = { num: 30000, den: 1001 };

describe('timecodeAt', () => {
  it('counts on at 23.976 as if the rate were 24', () => {
    expect(timecodeAt('01:00:00:00', FILM, 0)).toBe('01:00:00:00');
    expect(timecodeAt('01:00:00:00', FILM, 24)).toBe('01:00:01:00');
    expect(timecodeAt('00:59:59:23', FILM, 1)).toBe('01:00:00:00');
    expect(timecodeAt('23:59:59:23', FILM, 1)).toBe('00:00:00:00');
  });

  it('drops two numbers a minute at 29.97, but not at the tenth', () => {
    expect(timecodeAt('00:00:59;29', NTSC, 1)).toBe('00:01:00;02');
    expect(timecodeAt('00:09:59;29', NTSC, 1)).toBe('00:10:00;00');
    // ten minutes hold 17,982 frames, an hour 107,892
    expect(timecodeAt('00:00:00;00', NTSC, 17_982)).toBe('00:10:00;00');
    expect(timecodeAt('00:00:00;00', NTSC, 107_892)).toBe('01:00:00;00');
    expect(timecodeAt('00:00:00;00', { num: 60000, den: 1001 }, 3600)).toBe('00:01:00;04');
  });

  it('counts every number once over an hour of drop-frame', () => {
    const seen = new Set<string>();
    for (let frame = 0; frame < 107_892; frame++) seen.add(timecodeAt('10:00:00;00', NTSC, frame) ?? '');
    expect(seen.size).toBe(107_892);
    expect([...seen].some((timecode) => /:\d[1-9]:00;0[01]$/.test(timecode))).toBe(false);
  });

  it('goes back, and says no to what is no timecode', () => {
    expect(timecodeAt('00:01:00;02', NTSC, -1)).toBe('00:00:59;29');
    expect(timecodeAt('not a timecode', FILM, 0)).toBeNull();
  });
});

describe('frameIndexAt', () => {
  const rate = { num: 30000, den: 1001 };

  it('finds back every frame that timecodeAt names, across dropped numbers and midnight', () => {
    for (const index of [0, 1, 1799, 1800, 17981, 17982, 107891, 107892, 500000]) {
      const name = timecodeAt('23:30:00;00', rate, index) ?? '';
      expect(frameIndexAt('23:30:00;00', rate, name)).toBe(index);
    }
    expect(frameIndexAt('01:00:00:00', { num: 24, den: 1 }, '00:59:59:23')).toBe(-1);
  });

  it('knows no frame for a skipped number, a frame beyond the rate, or a text', () => {
    expect(frameIndexAt('01:00:00;00', rate, '01:01:00;01')).toBeNull();
    expect(frameIndexAt('01:00:00:00', { num: 24, den: 1 }, '01:00:00:24')).toBeNull();
    expect(frameIndexAt('01:00:00:00', { num: 24, den: 1 }, 'soon')).toBeNull();
  });
});
