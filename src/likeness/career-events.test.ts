import { describe, expect, it } from 'vitest';
import type { DatedPhoto } from './career-events.ts';
import { eventsOf, heldOutEvents } from './career-events.ts';

interface Facts {
  readonly takenOn?: string;
  readonly precision?: 'day' | 'year' | 'age';
  readonly video?: string;
  readonly age?: number;
}

function photo(sha256: string, { takenOn, precision = 'day', video, age = 30 }: Facts): DatedPhoto {
  const footage = video ? { videoSha256: video, videoName: 'x.mp4', frameIndex: 3 } : null;
  return {
    photo: { sha256, footage } as DatedPhoto['photo'],
    judgement: { takenOn: takenOn ?? null, precision } as DatedPhoto['judgement'],
    ageAtPhoto: age,
  };
}

describe('occasions', () => {
  it('are one day, one film, or one folder and date where the day is not known', () => {
    const given = [
      { path: '/a/1984/one.jpg', photos: ['p3'] },
      { path: '/a/1984/two.jpg', photos: ['p4'] },
      { path: 'C:\\b\\three.jpg', photos: ['p5'] },
    ];
    const events = eventsOf(
      [
        photo('p1', { takenOn: '1984-03-01' }),
        photo('p2', { takenOn: '1984-03-01' }),
        photo('p3', { takenOn: '1984-07-01', precision: 'year' }),
        photo('p4', { takenOn: '1984-07-01', precision: 'year' }),
        photo('p5', { takenOn: '1984-07-01', precision: 'year' }),
        photo('p6', { video: 'v1', takenOn: '1984-03-01' }),
        photo('p7', { video: 'v1', takenOn: '1985-03-01' }),
        photo('p8', { precision: 'age', age: 41 }),
        photo('p9', { precision: 'age', age: 52 }),
      ],
      given,
    );
    const [p1, p2, p3, p4, p5, p6, p7, p8, p9] = events;
    expect(p1).toBe(p2);
    expect(p3).toBe(p4);
    expect(p6).toBe(p7);
    expect(new Set([p1, p3, p5, p6, p8, p9]).size).toBe(6);
  });
});

/** Two photos an event, a photo a year. */
function career(count: number): { event: string; age: number }[] {
  return Array.from({ length: count }, (_, i) => ({ event: `e${Math.floor(i / 2)}`, age: 20 + i }));
}

describe('what is held out', () => {
  it('is about a sixth, spread over the ages, never the youngest and the oldest event', () => {
    for (const count of [10, 24, 80]) {
      const photos = career(count);
      const held = heldOutEvents(photos);
      const share = photos.filter(({ event }) => held.has(event)).length / count;
      expect(share).toBeGreaterThanOrEqual(0.1);
      expect(share).toBeLessThanOrEqual(0.25);
      expect(held.has('e0') || held.has(`e${count / 2 - 1}`)).toBe(false);
    }
    const ages = career(80)
      .filter(({ event }) => heldOutEvents(career(80)).has(event))
      .map(({ age }) => age);
    expect(Math.max(...ages) - Math.min(...ages)).toBeGreaterThan(50);
  });

  it('is nothing where there is little, nor the one event that is nearly all', () => {
    expect(heldOutEvents(career(7)).size).toBe(0);
    const film = Array.from({ length: 30 }, (_, i) => ({
      event: i === 0 ? 'a' : i === 29 ? 'z' : 'film',
      age: 20 + i,
    }));
    expect(heldOutEvents(film).size).toBe(0);
  });
});
