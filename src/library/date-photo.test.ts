import { describe, expect, it } from 'vitest';
import type { DateClaim } from './date-claim.ts';
import { claimsFromPath } from './date-names.ts';
import type { AgeVerdict } from './date-photo.ts';
import { judgeAge } from './date-photo.ts';
import { claimFromCreationTime, claimsFromTags } from './date-tags.ts';
import { parseDatesFile } from './dates-file.ts';
import type { PictureTags } from './needs.ts';

const BORN = '1964-01-01';
const TODAY = '2026-11-24';

const NO_TAGS: PictureTags = {
  dateTimeOriginal: null,
  createDate: null,
  iptcDateCreated: null,
  software: null,
  make: null,
  model: null,
};

/** Claims as short text: what the table below compares. */
function short(claims: readonly DateClaim[]): string {
  return claims
    .map(({ precision, days, age, doubt }) => {
      const when = days ? (days.from === days.to ? days.from : `${days.from}..${days.to}`) : `age ${age}`;
      return `${precision} ${when}${doubt ? ' ?' : ''}`;
    })
    .join(', ');
}

describe('dates in names', () => {
  it.each<[string, string]>([
    ['1984-03-14.jpg', 'day 1984-03-14'],
    ['1984-03-14 premiere in Rome 2.jpg', 'day 1984-03-14'],
    ['IMG_20190314_101500.jpg', 'day 2019-03-14'],
    ['20190314101500.jpg', 'day 2019-03-14'],
    ['PXL_20210102_093000123.jpg', 'day 2021-01-02'],
    ['set 14.03.1984 take 2.tif', 'day 1984-03-14'],
    ['25-12-1984.png', 'day 1984-12-25'],
    ['12-25-1984.png', 'day 1984-12-25'],
    ['04-05-1984.png', 'year 1984-01-01..1984-12-31'],
    ['1984_03.jpg', 'month 1984-03-01..1984-03-31'],
    ['1984-02_b.jpg', 'month 1984-02-01..1984-02-29'],
    ['03-1984.jpg', 'month 1984-03-01..1984-03-31'],
    ['March 1984 (4).jpg', 'month 1984-03-01..1984-03-31'],
    ['1984 sept backstage.jpg', 'month 1984-09-01..1984-09-30'],
    ['hamlet 1984.jpg', 'year 1984-01-01..1984-12-31'],
    ['1984-1989 tour.jpg', 'span 1984-01-01..1989-12-31'],
    ['1980s_017.jpg', 'decade 1980-01-01..1989-12-31'],
    ["the '80s 4.jpg", 'decade 1980-01-01..1989-12-31'],
    ['35_2.jpg', 'age age 35'],
    ['35_2001.jpg', 'age age 35'],
    ['001A22.jpg', 'age age 22'],
    ['001A22b.JPG', 'age age 22'],
    ['age 35 profile.jpg', 'age age 35'],
    ['aged_60-1.webp', 'age age 60'],
    ['52 years, garden.jpg', 'age age 52'],
    ['1984-02-30.jpg', 'month 1984-02-01..1984-02-29'],
    ['Scan_20190314.jpg', 'day 2019-03-14 ?'],
    ['Screenshot 2021-05-06 at 10.11.12.png', 'day 2021-05-06 ?'],
    ['WhatsApp Image 2019-03-14.jpeg', 'day 2019-03-14 ?'],
    ['IMG_1984.jpg', ''],
    ['DSC01984.jpg', ''],
    ['DSC_1984 (2).jpg', ''],
    ['wall 1920x1080.jpg', ''],
    ['portrait_004.jpg', ''],
    ['007.jpg', ''],
    ['imagery.jpg', ''],
    ['', ''],
  ])('%s', (name, expected) => {
    expect(short(claimsFromPath([name]))).toBe(expected);
  });

  it('takes the nearest folder that says something, and the file beside it', () => {
    expect(short(claimsFromPath(['archive 1990', '1984', 'best of', 'x.jpg']))).toBe('year 1984-01-01..1984-12-31');
    expect(short(claimsFromPath(['age 35', 'x.jpg']))).toBe('age age 35');
    expect(short(claimsFromPath(['1980s', '1984-03-14.jpg']))).toBe('day 1984-03-14, decade 1980-01-01..1989-12-31');
  });
});

describe('dates in tags', () => {
  const taken = { ...NO_TAGS, dateTimeOriginal: '1984:03:14 12:00:00' };
  it.each<[string, PictureTags, string]>([
    ['a camera', { ...taken, make: 'Canon', model: 'EOS 5D' }, 'day 1984-03-14'],
    ['no maker at all', taken, 'day 1984-03-14'],
    [
      'a camera picture that went through Lightroom',
      { ...taken, make: 'NIKON', software: 'Adobe Lightroom 6' },
      'day 1984-03-14',
    ],
    ['Photoshop and no camera', { ...taken, software: 'Adobe Photoshop CS2 Windows' }, 'day 1984-03-14 ?'],
    ['Epson Scan', { ...taken, software: 'EPSON Scan' }, 'day 1984-03-14 ?'],
    ['VueScan', { ...taken, software: 'VueScan 9 x64 (9.7)' }, 'day 1984-03-14 ?'],
    ['SilverFast', { ...taken, software: 'LaserSoft Imaging - SilverFast 8' }, 'day 1984-03-14 ?'],
    ['a CanoScan', { ...taken, make: 'Canon', model: 'CanoScan 9000F' }, 'day 1984-03-14 ?'],
    ['a Perfection', { ...taken, make: 'EPSON', model: 'Perfection V600' }, 'day 1984-03-14 ?'],
    ['digitised only', { ...NO_TAGS, createDate: '2009:01:02 10:00:00' }, 'day 2009-01-02 ?'],
    ['a clock that was never set', { ...taken, dateTimeOriginal: '2000:01:01 00:00:00' }, 'day 2000-01-01 ?'],
    [
      'an archive date on a scan',
      { ...NO_TAGS, software: 'EPSON Scan', createDate: '2009:01:02 10:00:00', iptcDateCreated: '19840314' },
      'day 1984-03-14, day 2009-01-02 ?',
    ],
    ['nonsense', { ...NO_TAGS, dateTimeOriginal: '1984:13:41 12:00:00' }, ''],
  ])('%s', (_what, tags, expected) => {
    expect(short(claimsFromTags(tags))).toBe(expected);
  });

  it('never believes the creation time of a video', () => {
    expect(short(claimFromCreationTime('2019-03-14T10:00:00Z'))).toBe('day 2019-03-14 ?');
    expect(claimFromCreationTime(null)).toEqual([]);
  });
});

function judge(path: string, tags: Partial<PictureTags> = {}, csv = ''): AgeVerdict {
  const segments = path.split('/');
  const fromCsv = csv ? parseDatesFile(csv, 'dates.csv').claimFor(segments) : null;
  const claims = [
    ...(fromCsv ? [fromCsv] : []),
    ...claimsFromPath(segments),
    ...claimsFromTags({ ...NO_TAGS, ...tags }),
  ];
  return judgeAge(claims, BORN, TODAY);
}

function exif(day: string): Partial<PictureTags> {
  return { dateTimeOriginal: `${day.replaceAll('-', ':')} 12:00:00` };
}

describe('judgeAge', () => {
  it('takes a plain EXIF day', () => {
    const verdict = judge('x.jpg', exif('1984-03-14'));
    expect(verdict).toMatchObject({
      takenOn: '1984-03-14',
      source: 'exif',
      plusMinusYears: 0,
      flagged: [],
      contradictions: [],
    });
    expect(verdict.ageAtPhoto).toBeCloseTo(20.2, 2);
  });

  it('takes the most precise of what agrees', () => {
    expect(judge('1980s/1984_03.jpg', exif('1984-03-14'))).toMatchObject({ takenOn: '1984-03-14', contradictions: [] });
    expect(judge('age 20/x.jpg', exif('1984-03-14'))).toMatchObject({ source: 'exif', contradictions: [] });
    expect(judge('1984/x.jpg')).toMatchObject({ takenOn: '1984-07-01', precision: 'year' });
  });

  it('does not believe an EXIF day that makes the performer older than the folder says', () => {
    const verdict = judge('1984/x.jpg', exif('2009-01-02'));
    expect(verdict).toMatchObject({ source: 'folder-name', takenOn: '1984-07-01' });
    expect(verdict.flagged).toEqual([expect.stringContaining('makes the performer older')]);
    expect(verdict.contradictions).toHaveLength(1);
  });

  it('does not believe a scanner, even alone', () => {
    const verdict = judge('x.jpg', { ...exif('2009-01-02'), software: 'EPSON Scan' });
    expect(verdict.ageAtPhoto).toBeNull();
    expect(verdict.flagged).toEqual([expect.stringContaining('scanning software')]);
    expect(judge('22_1.jpg', { ...exif('2009-01-02'), software: 'VueScan' })).toMatchObject({
      ageAtPhoto: 22,
      source: 'file-name',
    });
  });

  it('puts the dates file first, and says what contradicts it', () => {
    const verdict = judge('1984/x.jpg', exif('1984-03-14'), 'file,takenOn\nx.jpg,1991-05-06\n');
    expect(verdict).toMatchObject({ takenOn: '1991-05-06', source: 'csv' });
    expect(verdict.contradictions).toHaveLength(2);
    expect(judge('x.jpg', exif('2009-01-02'), 'file;age\nx.jpg;20,2\n')).toMatchObject({
      ageAtPhoto: 20.2,
      source: 'csv',
    });
  });

  it('uses no day before the birth or beyond a life', () => {
    for (const day of ['1951-01-01', '2081-01-01']) expect(judge('x.jpg', exif(day)).ageAtPhoto).toBeNull();
    expect(judgeAge(claimsFromPath(['2020.jpg']), '1890-01-01', TODAY).ageAtPhoto).toBeNull();
  });

  it('uses a day after today only when nothing else is said, and says so', () => {
    const alone = judge('x.jpg', exif('2031-05-06'));
    expect(alone).toMatchObject({ takenOn: '2031-05-06', flagged: [expect.stringContaining('after today')] });
    expect(judge('1984/x.jpg', exif('2031-05-06'))).toMatchObject({ source: 'folder-name', takenOn: '1984-07-01' });
  });
});

describe('the dates file', () => {
  it('finds files by name or by more of the path, and says what was not asked for', () => {
    const dates = parseDatesFile(
      '\uFEFFFile\ttakenOn\tage\n"1984/a, b.jpg"\t1984\t\nc.jpg\t\t35\nd.jpg\t1980s\t\n',
      'd.csv',
    );
    expect(dates.claimFor(['x', '1984', 'a, b.jpg'])).toMatchObject({ precision: 'year' });
    expect(dates.claimFor(['1985', 'a, b.jpg'])).toBeNull();
    expect(dates.claimFor(['any', 'C.JPG'])).toMatchObject({ age: 35 });
    expect(dates.unused()).toEqual(['d.jpg']);
  });

  it.each<[string, string, number]>([
    ['no header', 'a.jpg,1984\n', 1],
    ['a day that is none', 'file,takenOn\na.jpg,1984-02-31\n', 2],
    ['words for an age', 'file,age\na.jpg,35\nb.jpg,old\n', 3],
    ['a file named twice', 'file,age\na.jpg,35\n\nA.jpg,36\n', 4],
  ])('is refused with %s, naming the line', (_what, text, line) => {
    expect(() => parseDatesFile(text, 'd.csv')).toThrow(
      expect.objectContaining({ code: 'library/bad-dates-file', message: expect.stringContaining(`line ${line}:`) }),
    );
  });
});
