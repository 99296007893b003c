import { describe, expect, it } from 'vitest';
import { drawnPhoto } from '../../test/drawn-career.ts';
import { coverageOf, lightColumn, yawColumn } from './coverage.ts';
import { careerPage } from './sheet-page.ts';
import { careerSheet } from './sheet.ts';

const BORN = '1960-05-01';
const ada = { slug: 'ada', name: 'Ada <script>', born: BORN };

/** Every turn and light at each age. */
function full(ages: readonly number[]): ReturnType<typeof drawnPhoto>[] {
  const looks = [
    { yaw: -45, azimuth: -60, mouthOpen: 0.3 },
    { yaw: -20, azimuth: 60, mouthOpen: 0.05 },
    { yaw: 0, azimuth: 0, mouthOpen: 0.05 },
    { yaw: 20, azimuth: 60, mouthOpen: 0.05 },
    { yaw: 45, azimuth: 0, mouthOpen: 0.05 },
    { yaw: -18, azimuth: 0, mouthOpen: 0.05 },
  ];
  return ages.flatMap((age) => looks.map((look) => drawnPhoto({ age, ...look })));
}

describe('coverageOf', () => {
  it('counts ages against turn and light, without holes in the rows', () => {
    const { rows } = coverageOf([drawnPhoto({ age: 21, yaw: -40 }), drawnPhoto({ age: 33, azimuth: 80 })], BORN);
    expect(rows.map((row) => [row.fromAge, row.photos])).toEqual([
      [20, 1],
      [25, 0],
      [30, 1],
    ]);
    expect(rows[0].yaw).toEqual([1, 0, 0, 0, 0]);
    expect(rows[2].light).toEqual([0, 0, 1, 0]);
  });

  it('asks for nothing when nothing is missing', () => {
    expect(coverageOf(full([21, 25, 29, 33, 37, 41, 45, 49, 53]), BORN).advice).toEqual([]);
  });

  it.each<[string, ReturnType<typeof drawnPhoto>[], RegExp]>([
    ['more photos', full([30]), /Only 6 photos/],
    [
      'the years without photos',
      full([21, 24, 45, 48]),
      /no photo for 21 years: wanted at ages 24 to 45 \(1984 to 2005\)/,
    ],
    [
      'a side',
      full([21, 25, 29]).filter((one) => one.face.pose.yaw < 12),
      /[Nn]o photo shows the face turned to the right/,
    ],
    [
      'a light',
      full([21, 25, 29]).filter((one) => one.face.light.azimuth >= 0),
      /[Nn]o photo has its light from the left/,
    ],
    [
      'larger faces',
      full([21, 25, 29]).map((one) => ({ ...one, face: { ...one.face, eyeDistancePx: 30 } })),
      /fewer than 50 pixels between the eyes/,
    ],
    ['an open mouth', full([21, 25, 29]).filter((one) => one.face.expression.mouthOpen < 0.2), /mouth open/],
    ['anything at all', [], /no photos in use/],
  ])('asks for %s', (_what, career, words) => {
    expect(coverageOf(career, BORN).advice.join('\n')).toMatch(words);
  });

  it('says each thing once, however sparse a long career is', () => {
    const sparse = [22, 29, 37, 44, 52, 60, 68].map((age) =>
      drawnPhoto({ age, yaw: age % 2 === 0 ? 0 : 3, azimuth: 0 }),
    );
    const { advice } = coverageOf(sparse, BORN);
    // ages and numbers aside, no sentence comes twice
    const shapes = advice.map((line) => line.replace(/,? ?(?:and )?ages? \d+(?: to \d+)? \([^)]*\)|\d+/g, ''));
    expect(new Set(shapes).size).toBe(shapes.length);
    expect(advice[0]).toMatch(/^Only 7 photos/);
    expect(advice[1]).toMatch(/ages 52 to 60 \(2012 to 2020\), .* and 2 more\.$/);
    const parted = full([21, 25, 29, 33, 37, 41, 45, 49]).filter((one) => one.face.pose.yaw < 12);
    expect(coverageOf(parted, BORN).advice[0]).toBe(
      'At ages 21 to 33 (1981 to 1993) and ages 37 to 49 (1997 to 2009) no photo shows the face turned to the right of the picture.',
    );
  });

  it('reads the sides as they are seen in the picture', () => {
    expect([-60, -20, 0, 20, 60].map(yawColumn)).toEqual([0, 1, 2, 3, 4]);
    const light = { azimuth: 0, elevation: 20, contrast: 1, brightness: 0.3 };
    expect([-80, 0, 80].map((azimuth) => lightColumn({ ...light, azimuth }))).toEqual([0, 1, 2]);
    expect(lightColumn({ ...light, azimuth: 80, contrast: 0.2 })).toBe(3);
    expect(lightColumn({ ...light, azimuth: 80, elevation: 85 })).toBe(1);
  });
});

describe('the sheet', () => {
  const career = full([21, 25, 40]);
  const coverage = coverageOf(career, BORN);

  it('shows every photo in use once, inside its edges', () => {
    const sheet = careerSheet(ada, career, coverage, ['2 photos: no face was found.']);
    expect(sheet.tiles.map((tile) => tile.crop).toSorted()).toEqual(career.map((one) => one.crop).toSorted());
    for (const { left, top, side } of sheet.tiles) {
      expect(left + side).toBeLessThanOrEqual(sheet.width);
      expect(top + side).toBeLessThanOrEqual(sheet.height);
    }
    expect(sheet.texts.map((one) => one.text)).toContain('2 photos: no face was found.');
  });

  it('stays one look with a thousand photos', () => {
    const many = Array.from({ length: 1000 }, (_, i) => drawnPhoto({ age: 20 + (i % 600) / 10, yaw: i % 7 }));
    const sorted = many.toSorted((a, b) => a.ageAtPhoto - b.ageAtPhoto);
    expect(careerSheet(ada, sorted, coverageOf(sorted, BORN), []).height).toBeLessThan(4000);
  });

  it('is a page of its own that loads nothing and believes no name', () => {
    const pictures = new Map(career.map((one) => [one.crop, 'AAAA']));
    const notInUse = [{ name: '<img src=x onerror=alert(1)>.jpg', reason: 'no face was found' }];
    const page = careerPage(ada, career, coverage, notInUse, pictures);
    expect(page).not.toMatch(/<script|<img src=x|<b>1999/);
    expect(page).not.toMatch(/(?:src|href)="(?!data:)/);
    expect(page.match(/data:image\/jpeg;base64,AAAA/g)).toHaveLength(career.length);
    expect(page).toContain("default-src 'none'");
  });
});
