import { describe, expect, it } from 'vitest';
import { formatFile } from '../core/index.ts';
import type { FrameRow } from './frame-row.ts';
import type { Thumbnail } from './render-chunk.ts';
import { reportPage } from './report-page.ts';
import type { RenderReport } from './report.ts';
import { RENDER_REPORT } from './report.ts';

const HOSTILE = '<img src=x onerror="alert(1)">';

function row(frameIndex: number, strength: number | null): FrameRow {
  const face = {
    trackId: 1,
    performer: 'Mara',
    score: 1,
    yaw: 20,
    pitch: 0,
    roll: 0,
    eyeDistancePx: 100,
    fade: strength ?? 0,
    strength: strength ?? 0,
    targetAge: 35,
    meanChange: 0.03,
  };
  return {
    frameIndex,
    timecode: null,
    isCut: frameIndex === 0 || frameIndex === 25,
    isDamaged: false,
    sha256: '',
    faces: strength === null ? [] : [face],
    ms: { track: 1, crop: 1, predict: 1, matte: 1, apply: 1, outputs: 1 },
  };
}

/** Forty frames; from 10 to 19 the face is not seen. */
function report(changes: Partial<RenderReport> = {}): RenderReport {
  const made: RenderReport = {
    key: 'a'.repeat(64),
    program: 'dorian 0.1.0 (code 123456789abc)',
    clip: {
      name: 'take 7.mov',
      sha256: 'b'.repeat(64),
      width: 1920,
      height: 1080,
      frameRate: { num: 24000, den: 1001 },
      isVariableFrameRate: false,
      timecode: '01:00:00:00',
      codec: 'prores',
      pixelFormat: 'yuv422p10le',
      color: { matrix: 'bt709', transfer: 'bt709', primaries: 'bt709', range: 'limited' },
      frameCount: 48,
      declaredFrameCount: 48,
    },
    from: 0,
    to: 40,
    reAged: 'Re-aged by Dorian 0.1.0: Mara from 60.5 to 35',
    outputs: [{ kind: 'comp', file: 'take 7 35.mov', bytes: 12_345_678 }],
    performers: [
      {
        performer: 'Mara',
        sourceAge: 60.46,
        because: 'born 1964-01-01, shot 2024-06-15',
        look: {
          targetAge: [
            { frameIndex: 0, value: 35 },
            { frameIndex: 39, value: 50 },
          ],
          blend: [{ frameIndex: 0, value: 0.8 }],
          strengths: { lips: 0 },
          regionAges: { 'jaw-neck': 40 },
        },
        likeness: { name: 'prior', sha256: 'c'.repeat(64) },
        consent: { performer: 'Mara', recordId: 'consent-1', kind: 'signed', limits: ['Not for advertising.'] },
        framesSeen: 30,
        framesReAged: 28,
        figures: {
          flicker: 0.91,
          shimmer: null,
          identityDistance: 0.31,
          apparentAgeChange: -12.34,
          meanChange: 0.03,
        },
      },
    ],
    isPartial: false,
    notes: [],
    attention: [{ from: 10, to: 20, reasons: ['lost', 'fading'], worstFrame: 10 }],
    stages: {
      track: { p50: 12.34, p95: 30 },
      crop: { p50: 1, p95: 2 },
      predict: { p50: 1, p95: 2 },
      matte: { p50: 1, p95: 2 },
      apply: { p50: 1, p95: 2 },
      outputs: { p50: 1, p95: 2 },
    },
    frames: Array.from({ length: 40 }, (_, i) => row(i, i < 10 || i >= 20 ? 1 : null)),
    ...changes,
  };
  // throws where this is no report that could have been written
  formatFile(RENDER_REPORT, made);
  return made;
}

function pictures(frames: readonly number[], performer: string | null = 'Mara'): Thumbnail[] {
  return frames.map((frameIndex) => ({
    frameIndex,
    performer,
    plate: `data:image/jpeg;base64,P${frameIndex}`,
    comp: `data:image/jpeg;base64,C${frameIndex}`,
  }));
}

/** What a reader sees of a part of the page. */
function textOf(page: string, heading: string): string {
  const part = page.slice(page.indexOf(`<h2>${heading}</h2>`));
  const end = part.indexOf('<h2>', 4);
  return part
    .slice(0, end < 0 ? undefined : end)
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .replace(/&#39;/g, "'");
}

describe('reportPage', () => {
  it('begins with the frames that need an eye, with their pictures, and says why', () => {
    const page = reportPage(report(), pictures([0, 12, 39]));
    const first = page.slice(page.indexOf('<h2>'), page.indexOf('<h2>Who'));
    expect(first).toContain('Frames 10 (01:00:00:10) to 19 (01:00:00:19)');
    expect(first).toContain(
      'the performer was seen just before and is not found here: plate; the effect fades in or out',
    );
    expect(first.match(/base64,[PC]\d+/g)).toEqual(['base64,P12', 'base64,C12']);
    expect(reportPage(report({ attention: [] }), [])).toContain('Nothing stands out.');
  });

  it('says who was re-aged, from which age to which, on whose word, with what figures', () => {
    const text = textOf(reportPage(report(), []), 'Who was re-aged');
    expect(text).toContain('Age on the plate 60.5 born 1964-01-01, shot 2024-06-15');
    expect(text).toContain('35 at 0, 50 at 39; blend 0.8; strength: lips 0; age of regions: jaw-neck 40');
    expect(text).toContain('28 of 30');
    expect(text).toContain('Apparent age -12.3 years');
    expect(text).toContain('Shimmer not measured');
    expect(text).toContain('Consent signed consent-1. Not for advertising.');
  });

  it('draws no line across frames in which the face is not seen', () => {
    const lines = [...reportPage(report(), []).matchAll(/<polyline [^>]*points="([^"]*)"/g)].map(([, points]) =>
      points.split(' ').map((point) => Number(point.split(',')[0])),
    );
    expect(lines.map((xs) => [xs.length, xs[0], xs.at(-1)])).toEqual([
      [10, 0, 225],
      [20, 500, 975],
    ]);
    expect(reportPage(report(), []).match(/stroke="#08f"/g)).toHaveLength(1);
  });

  it('shows a few pictures of many, spread from first to last', () => {
    const many = pictures(
      Array.from({ length: 100 }, (_, i) => i + 40),
      null,
    );
    const shown = reportPage(report({ attention: [] }), many).match(/base64,P\d+/g) ?? [];
    expect(shown).toHaveLength(12);
    expect([shown[0], shown.at(-1)]).toEqual(['base64,P40', 'base64,P139']);
  });

  it('says what is missing, and lists files and times', () => {
    const page = reportPage(report({ isPartial: true, notes: ['The clip is cut short.'] }), []);
    expect(page).toContain('Not everything that was asked for was rendered.');
    expect(page).toContain('The clip is cut short.');
    expect(reportPage(report(), [])).not.toContain('class="warn"');
    const text = textOf(page, 'Files and time');
    expect(text).toContain('comp take 7 35.mov 12.3 MB');
    expect(text).toContain('track 12.3 30.0');
    expect(text).toContain('b'.repeat(64));
    expect(page).toContain('23.976 frames per second');
  });

  it('loads nothing and believes no name', () => {
    const hostile = report();
    const page = reportPage(
      report({
        clip: { ...hostile.clip, name: HOSTILE },
        reAged: HOSTILE,
        notes: [HOSTILE],
        outputs: [{ kind: 'comp', file: HOSTILE, bytes: 1 }],
        performers: [{ ...hostile.performers[0], performer: HOSTILE, because: HOSTILE }],
      }),
      pictures([12], HOSTILE),
    );
    expect(page).not.toContain('<img src=x');
    expect(page).not.toMatch(/<script|<link|url\(|@import/);
    expect(page).not.toMatch(/(?:src|href)="(?!data:)/);
  });
});
