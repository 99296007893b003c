import { describe, expect, it } from 'vitest';
import { codesForLayout, colorCodes, colorTags, turnedChromaLocation, UNTAGGED } from './video-color.ts';

const HD_PICTURE = { layout: 'yuv420', depth: 8, width: 1920, height: 1080 } as const;

describe('colorTags', () => {
  it('says what the codes say, and comes back to the same codes', () => {
    const tags = { matrix: 'bt2020', transfer: 'pq', primaries: 'bt2020', range: 'limited' } as const;
    expect(colorTags(colorCodes(tags, 'yuv420'), HD_PICTURE)).toEqual(tags);
    const p3 = { matrix: 'bt709', transfer: 'srgb', primaries: 'p3', range: 'full' } as const;
    expect(colorTags(colorCodes(p3, 'rgb'), { ...HD_PICTURE, layout: 'rgb' })).toEqual(p3);
  });

  it('assumes what players assume where nothing is said', () => {
    const sd = { ...HD_PICTURE, width: 720, height: 576 };
    expect(colorTags(UNTAGGED, HD_PICTURE).matrix).toBe('bt709');
    expect(colorTags(UNTAGGED, sd).matrix).toBe('bt601');
    expect(colorTags(UNTAGGED, { ...sd, layout: 'rgb' })).toMatchObject({ transfer: 'srgb', range: 'full' });
    expect(colorTags(UNTAGGED, { ...sd, layout: 'rgb', depth: 'half' }).transfer).toBe('linear');
  });
});

describe('codes of the file that is written', () => {
  it('stay, but for RGB that becomes YUV', () => {
    const rgb = colorCodes({ matrix: 'bt709', transfer: 'srgb', primaries: 'bt709', range: 'full' }, 'rgb');
    expect(
      codesForLayout(rgb, { matrix: 'bt709', transfer: 'srgb', primaries: 'bt709', range: 'full' }, 'rgb', 'rgb'),
    ).toBe(rgb);
    expect(
      codesForLayout(rgb, { matrix: 'bt709', transfer: 'srgb', primaries: 'bt709', range: 'full' }, 'rgb', 'yuv420'),
    ).toMatchObject({ matrix: 1, range: 1, primaries: 1, transfer: 13 });
    expect(codesForLayout(UNTAGGED, colorTags(UNTAGGED, HD_PICTURE), 'yuv420', 'yuv422')).toBe(UNTAGGED);
  });

  it('move the chroma with the picture', () => {
    expect([1, 4, 2, 0].map((location) => turnedChromaLocation(location, true))).toEqual([4, 1, 2, 0]);
    expect(turnedChromaLocation(1, false)).toBe(1);
  });
});
