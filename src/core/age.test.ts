import { describe, expect, it } from 'vitest';
import { ageOn, dayNumber, valueAt } from './age.ts';

describe('dayNumber', () => {
  it('counts days across leap years', () => {
    expect(dayNumber('1970-01-01')).toBe(0);
    expect(dayNumber('1969-12-31')).toBe(-1);
    expect((dayNumber('2024-03-01') ?? 0) - (dayNumber('2024-02-28') ?? 0)).toBe(2);
    expect((dayNumber('2023-03-01') ?? 0) - (dayNumber('2023-02-28') ?? 0)).toBe(1);
    expect(dayNumber('2000-02-29')).not.toBeNull();
  });

  it.each([
    '1900-02-29',
    '2023-02-30',
    '2023-13-01',
    '2023-00-10',
    '2023-1-1',
    '0050-01-01',
    ' 2023-01-01',
    'today',
    '',
  ])('knows that "%s" is no day', (text) => expect(dayNumber(text)).toBeNull());
});

describe('ageOn', () => {
  it('is whole on every birthday, however the leap years fall', () => {
    for (const born of ['1964-05-01', '1999-03-01', '2000-12-31', '1901-01-01'])
      for (let age = 0; age <= 98; age++)
        expect(ageOn(born, `${Number(born.slice(0, 4)) + age}${born.slice(4)}`)).toBe(age);
  });

  it('is under the birthday on the day before, and grows by a year over a year', () => {
    expect(ageOn('2000-03-01', '2018-02-28')).toBeLessThan(18);
    expect(ageOn('2000-03-01', '2018-02-28')).toBeCloseTo(18 - 1 / 365, 9);
    expect(ageOn('1964-01-01', '1989-07-02')).toBeCloseTo(25.5, 2);
  });

  it('gives those born on 29 February their birthday on 1 March of other years', () => {
    expect(ageOn('1964-02-29', '1982-02-28')).toBeLessThan(18);
    expect(ageOn('1964-02-29', '1982-03-01')).toBe(18);
    expect(ageOn('1964-02-29', '1984-02-29')).toBe(20);
  });

  it('is negative before the birth', () => {
    expect(ageOn('1964-05-01', '1963-05-01')).toBe(-1);
    expect(ageOn('1964-05-01', '1964-04-30')).toBeCloseTo(-1 / 366, 9);
  });

  it('never goes back from one day to the next', () => {
    let before = -Infinity;
    for (let n = dayNumber('2002-12-01') ?? 0; n < (dayNumber('2005-03-01') ?? 0); n++) {
      const age = ageOn('1976-02-29', new Date(n * 86_400_000).toISOString().slice(0, 10));
      expect(age).toBeGreaterThan(before);
      before = age;
    }
  });

  it('names what is no day', () => {
    expect(() => ageOn('1964-02-30', '2000-01-01')).toThrow('1964-02-30');
    expect(() => ageOn('1964-02-28', 'now')).toThrow('now');
  });
});

describe('valueAt', () => {
  const curve = [
    { frameIndex: 10, value: 60 },
    { frameIndex: 20, value: 40 },
    { frameIndex: 21, value: 25 },
  ];

  it('holds the ends and goes straight between', () => {
    expect(valueAt(curve, -5)).toBe(60);
    expect(valueAt(curve, 10)).toBe(60);
    expect(valueAt(curve, 15)).toBe(50);
    expect(valueAt(curve, 20)).toBe(40);
    expect(valueAt(curve, 20.5)).toBe(32.5);
    expect(valueAt(curve, 21)).toBe(25);
    expect(valueAt(curve, 1e9)).toBe(25);
  });

  it('jumps where two keyframes share a frame: the later one counts from there on', () => {
    const jump = [curve[0], { frameIndex: 20, value: 40 }, { frameIndex: 20, value: 70 }];
    expect(valueAt(jump, 19)).toBe(42);
    expect(valueAt(jump, 20)).toBe(70);
  });

  it('needs a keyframe', () => {
    expect(valueAt([{ frameIndex: 5, value: 33 }], 0)).toBe(33);
    expect(() => valueAt([], 0)).toThrow(RangeError);
  });
});
