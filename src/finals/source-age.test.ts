import { describe, expect, it } from 'vitest';
import { creationDay, shootingDay, sourceAgeOn, statedSourceAge } from './source-age.ts';

function code(text: string): unknown {
  return expect.objectContaining({ code: text });
}

describe('the age on the plate', () => {
  it('is years from birth to the day that a person gives', () => {
    const shot = shootingDay('2026-03-01', { day: '2026-11-24', from: 'creation-time' }, 'a.mov');
    expect(sourceAgeOn('Mara', '1966-03-01', shot)).toMatchObject({ years: 60, note: null });
  });

  it("takes the file's own date only with a note", () => {
    const file = creationDay({ creation_time: '2026-03-01T12:00:00.000000Z' });
    const age = sourceAgeOn('Mara', '1966-03-01', shootingDay(undefined, file, 'a.mov'));
    expect(age.years).toBe(60);
    expect(age.note).toContain('--shot-on');
  });

  it('does not believe a clock that was never set', () => {
    expect(creationDay({ creation_time: '1904-01-01T00:00:00Z' })).toBeNull();
    expect(creationDay({ creation_time: '1970-01-01T00:00:00Z' })).toBeNull();
    expect(creationDay({ title: 'x' })).toBeNull();
  });

  it('refuses what cannot be', () => {
    expect(() => shootingDay(undefined, null, 'a.mov')).toThrow(code('finals/shot-on-needed'));
    expect(() => shootingDay('2026-02-30', null, 'a.mov')).toThrow(code('finals/bad-day'));
    expect(() => sourceAgeOn('Mara', '2026-01-01', { day: '2020-01-01', from: 'exif' })).toThrow(
      code('finals/shot-before-birth'),
    );
    expect(() => statedSourceAge(0)).toThrow(code('finals/age-out-of-range'));
    expect(statedSourceAge(60).years).toBe(60);
  });
});
