// What a catalogue must remember, forget and refuse. Run against every adapter that meets library/needs.ts.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openCatalogue } from '../../src/adapters/node/catalogue.ts';
import { createDatabase } from '../../src/adapters/node/catalogue-schema.ts';
import type { Catalogue, GivenFile, TakenPhoto } from '../../src/library/index.ts';
import { selfDeclaredRecord } from '../../src/trust/index.ts';
import type { ConsentRecord } from '../../src/trust/index.ts';
import { drawnPhoto } from '../drawn-career.ts';

interface Opened extends Catalogue {
  close(): void;
}

/** Makes an empty catalogue, and opens it again as another process would. */
type Maker = () => Promise<{ open(): Opened; remove(): Promise<void> }>;

const sqlite: Maker = async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'dorian-catalogue-'));
  const file = path.join(folder, 'dorian.db');
  createDatabase(file, 'The Long Summer');
  return { open: () => openCatalogue(file), remove: () => rm(folder, { recursive: true, force: true }) };
};

const ada = { slug: 'ada', name: 'Ada Å', born: '1960-01-01' };
const bo = { slug: 'bo', name: 'Bo', born: '1970-01-01' };

const record: ConsentRecord = {
  ...selfDeclaredRecord({
    performer: 'Ada Å',
    declaredBy: 'Ada Å',
    role: 'self',
    inputSha256: 'a'.repeat(64),
    on: '2026-01-01',
  }),
  id: 'consent-1',
};

function taken(age: number): TakenPhoto {
  const { photo, face } = drawnPhoto({ age });
  const landmarks = Float32Array.from({ length: 478 * 3 }, (_, i) => i / 7);
  const descriptor = Float32Array.from({ length: 128 }, (_, i) => Math.sin(i));
  return { photo, faces: [{ ...face, landmarks, descriptor }] };
}

function given(name: string, photos: readonly string[], changes: Partial<GivenFile> = {}): GivenFile {
  const said = {
    source: 'file-name',
    said: name,
    precision: 'year',
    days: { from: '1984-01-01', to: '1984-12-31' },
    age: null,
    doubt: null,
  } as const;
  return {
    path: `/given/${name}`,
    bytes: 12,
    modifiedMs: 1.5,
    claims: [said],
    isPortrait: false,
    photos,
    refusal: null,
    ...changes,
  };
}

describe.each<[string, Maker]>([['sqlite', sqlite]])('a catalogue in %s', (_name, make) => {
  let made: Awaited<ReturnType<Maker>>;
  let catalogue: Opened;
  beforeEach(async () => {
    made = await make();
    catalogue = made.open();
    catalogue.addPerformer(ada);
    catalogue.addPerformer(bo);
  });
  afterEach(async () => {
    catalogue.close();
    await made.remove();
  });

  it('knows its title and performers, each once', () => {
    catalogue.addPerformer({ ...ada, name: 'Another' });
    expect(catalogue.title).toBe('The Long Summer');
    expect(catalogue.performers()).toEqual([ada, bo]);
  });

  it('gives back what was taken in, to the last number, also to the next process', () => {
    const photo = taken(24);
    const file = given('a.jpg', [photo.photo.sha256], { isPortrait: true });
    catalogue.takeIn('ada', file, [photo]);
    catalogue.takeIn('ada', given('b.jpg', [], { refusal: { code: 'media/empty', message: 'nothing' } }), []);
    const next = made.open();
    expect(next.photos('ada')).toEqual([photo.photo]);
    expect(next.faces('ada')).toEqual(photo.faces);
    expect(next.givenFiles('ada')).toEqual([
      file,
      given('b.jpg', [], { refusal: { code: 'media/empty', message: 'nothing' } }),
    ]);
    expect(next.photos('bo')).toEqual([]);
    next.close();
  });

  it('takes a photo in once, however often it is given', () => {
    const photo = taken(24);
    catalogue.takeIn('ada', given('a.jpg', [photo.photo.sha256]), [photo]);
    catalogue.takeIn('ada', given('b.jpg', [photo.photo.sha256]), [{ ...photo, faces: [] }]);
    expect(catalogue.faces('ada')).toHaveLength(1);
    expect(catalogue.givenFiles('ada')).toHaveLength(2);
  });

  it('takes in all of a file or nothing', () => {
    const good = taken(24);
    const bad = { ...taken(30), faces: [{ ...taken(30).faces[0], score: undefined as never }] };
    expect(() => catalogue.takeIn('ada', given('a.mov', []), [good, bad])).toThrow(TypeError);
    expect(catalogue.photos('ada')).toEqual([]);
    expect(catalogue.givenFiles('ada')).toEqual([]);
    // and goes on afterwards
    catalogue.takeIn('ada', given('a.jpg', [good.photo.sha256]), [good]);
    expect(catalogue.photos('ada')).toHaveLength(1);
  });

  it('writes only judgements that changed', () => {
    const { judgement } = drawnPhoto({ age: 24 });
    catalogue.takeIn('ada', given('a.jpg', [judgement.photo]), [taken(24)]);
    expect(catalogue.judge('ada', [judgement])).toBe(1);
    expect(catalogue.judge('ada', [judgement])).toBe(0);
    expect(catalogue.judge('ada', [{ ...judgement, ageAtPhoto: 25 }])).toBe(1);
    expect(catalogue.judgements('ada')).toEqual([{ ...judgement, ageAtPhoto: 25 }]);
  });

  it('keeps a record as it is, and its revocation beside it for good', () => {
    catalogue.addConsent('ada', record);
    catalogue.addConsent('ada', record);
    expect(catalogue.consents()).toEqual([record]);
    expect(catalogue.consents('bo')).toEqual([]);
    expect(() => catalogue.addConsent('ada', { ...record, ages: [18, 30] })).toThrow(
      expect.objectContaining({ code: 'trust/consent-changed' }),
    );
    const revocation = { on: '2026-02-01', by: 'Ada Å', reason: 'recast' };
    catalogue.revoke(record.id, revocation);
    catalogue.revoke(record.id, { on: '2026-03-01', by: 'somebody', reason: 'again' });
    expect(catalogue.consents('ada')).toEqual([{ ...record, revocation }]);
    catalogue.addConsent('ada', record);
    expect(catalogue.revocationOf(record.id)).toEqual(revocation);
  });

  it('forgets one performer whole, and nothing of the others; what was revoked stays revoked', () => {
    const photo = taken(24);
    for (const slug of ['ada', 'bo']) {
      catalogue.takeIn(slug, given('a.jpg', [photo.photo.sha256]), [photo]);
      catalogue.judge(slug, [drawnPhoto({ age: 24 }).judgement]);
    }
    catalogue.addConsent('ada', record);
    catalogue.revoke(record.id, { on: '2026-02-01', by: 'Ada Å', reason: 'recast' });
    expect(catalogue.forget('ada')).toEqual({ photos: 1, faces: 1, consents: 1, givenFiles: 1 });
    expect(catalogue.performers()).toEqual([bo]);
    for (const rows of [
      catalogue.photos('ada'),
      catalogue.faces('ada'),
      catalogue.judgements('ada'),
      catalogue.givenFiles('ada'),
      catalogue.consents(),
    ])
      expect(rows).toEqual([]);
    expect(catalogue.photos('bo')).toHaveLength(1);
    expect(catalogue.faces('bo')).toHaveLength(1);
    expect(catalogue.judgements('bo')).toHaveLength(1);
    expect(catalogue.revocationOf(record.id)).toEqual({ on: '2026-02-01', by: '', reason: '' });
  });
});
