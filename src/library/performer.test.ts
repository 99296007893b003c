import { describe, expect, it } from 'vitest';
import { slugOf } from './performer.ts';

describe('slugOf', () => {
  it.each([
    ['Jane Q. Doe-Smith', 'jane-q-doe-smith'],
    ['  Ada   Ä. Straße ', 'ada-a-strasse'],
    ['Søren Æbler Łukasz', 'soren-aebler-lukasz'],
    ['../../etc/passwd', 'etc-passwd'],
    ['CON', 'con-3367e86b'],
  ])('%s -> %s', (name, slug) => {
    expect(slugOf(name)).toBe(slug);
  });

  it('keeps names in other scripts apart, and nothing that a path could be made of', () => {
    const slugs = ['渥美清', '原節子', 'Анна', '!!!', 'Анна K'].map(slugOf);
    expect(new Set(slugs).size).toBe(slugs.length);
    for (const slug of slugs) expect(slug).toMatch(/^[a-z0-9][a-z0-9-]*$/);
  });
});
